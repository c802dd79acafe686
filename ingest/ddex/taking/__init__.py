"""What becomes of a message: planned from values, then written in one transaction."""
