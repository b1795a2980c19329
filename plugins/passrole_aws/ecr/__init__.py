"""ECR: images as a source, and builds that publish them."""
