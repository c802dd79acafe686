"""A crowd of listeners for any HLS server: each plays as a player does, and tells what it met."""
