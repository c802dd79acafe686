"""Who asks, and how they came to be known."""
