"""Two analyses side by side: what roles may do that they might not before, and what was found."""
