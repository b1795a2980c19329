"""Changes of the domain into exact edits of text, verified before anything is written."""
