"""Secrets that sign media URLs: told by the settings, or made once and kept in the data folder."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from base.settings import Settings, listed
from base.written_once import write_once


def ticket_secrets(settings: Settings) -> Sequence[bytes]:
    """Answer the secrets that a media URL may be signed with; the first signs new ones."""
    before = (secret.encode() for secret in listed(settings.ticket_secrets_before))
    return (ticket_secret(settings), *before)


def ticket_secret(settings: Settings) -> bytes:
    """Answer the secret that signs media URLs, making one in the data folder at first."""
    given = settings.ticket_secret.get_secret_value()
    if given:
        return given.encode()
    path = settings.data_dir / "ticket.secret"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(32).encode())
    return path.read_bytes()
