"""What becomes of a message that was judged: planned from values, then written in one transaction."""
