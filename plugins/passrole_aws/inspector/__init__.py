"""Inspector: scans of code and of images."""
