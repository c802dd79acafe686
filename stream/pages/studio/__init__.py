"""Pages of who makes music: their releases, how these are heard, and what they earn."""
