"""Texts of others as every database takes them."""

from __future__ import annotations


def storable(text: str) -> str:
    """PostgreSQL takes no zero in a text, and nothing that cannot be written as UTF-8."""
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
