"""Text into trees of nodes that know where they stand; no meaning is given to them here."""
