"""Codes on paper, each good for once, for who has neither their phone nor their passkeys."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

#: How many are told at a time.
CODES = 10
#: Nothing that is taken for something else; twenty of 31 are 99 bits.
_LETTERS, _LENGTH, _GROUP = "abcdefghjkmnpqrstuvwxyz23456789", 20, 5


def new_codes() -> Sequence[str]:
    """Answer codes as they are written down: of 99 bits of chance each."""
    return [_grouped(_chance()) for _ in range(CODES)]


def digest_of(account_id: UUID, said: str) -> bytes:
    """Answer what is kept of a code, however it is typed in."""
    # It is chance enough that a plain digest cannot be searched.
    bare = "".join(one for one in said.casefold() if one.isalnum())
    return sha256(account_id.bytes + bare.encode()).digest()


def _chance() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))
