"""The door for requests: pages, API, playlists and media bytes."""
