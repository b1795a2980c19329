"""Service Catalog: new versions of products."""
