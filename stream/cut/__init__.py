"""A stored rendition from a second on, as a file of its own: nothing is encoded for it."""
