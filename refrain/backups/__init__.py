"""Backups: a house's database and objects somewhere else, looked through, and brought back."""
