"""Documents of one deployment, linked: resources whose properties are values."""
