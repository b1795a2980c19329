"""Settings in files: found, read with their places, checked; data only, whoever wrote them."""
