"""Checks anyone's audio stream, clause by clause: HLS, DASH, ISO files, HTTP ranges, loudness."""
