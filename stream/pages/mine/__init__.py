"""The pages of what is a listener's own: library, playlists, history, wallet."""
