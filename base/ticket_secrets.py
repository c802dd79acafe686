"""Secrets that sign media URLs: told by the settings, or made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from base.settings import Settings, listed


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
        _write_whole(path, secrets.token_urlsafe(32))
    return path.read_bytes()


def _write_whole(path: Path, text: str) -> None:
    """Write a file unless it is there; nobody ever finds half of it, whoever is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(part)
    except FileExistsError:
        pass  # another was first
    finally:
        part.unlink()
