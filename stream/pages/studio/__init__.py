"""The pages for who makes music."""
