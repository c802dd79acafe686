"""Codes that a device shows and a person types: short, and hard to mistake (RFC 8628, 6.1)."""

from __future__ import annotations

import secrets

#: No vowels, so that no words come of it, and nothing that looks like a figure.
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
_LENGTH = 8


def new_user_code() -> str:
    """Answer a new code: one of 25 thousand millions."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def shown(code: str) -> str:
    """Answer a code as people read it."""
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str | None:
    """Answer the code that somebody meant, or that it can be none."""
    meant = "".join(letter for letter in text[:100].upper() if letter.isalnum())
    is_code = len(meant) == _LENGTH and set(meant) <= set(_ALPHABET)
    return meant if is_code else None
