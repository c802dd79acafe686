"""Releases that are brought from elsewhere: read, compared with what is there, and then done."""
