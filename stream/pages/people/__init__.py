"""Pages of who somebody is to the house, and to others: tokens, artists, members, membership."""
