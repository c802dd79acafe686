"""What readers of feeds, players of podcasts and search engines follow."""
