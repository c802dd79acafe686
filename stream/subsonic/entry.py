"""Who asks, as players say it: a key, or a name with a password or a digest of one.

Nobody guesses: keys and passwords for players are of more than a hundred bits of chance.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from base.database import Database
from catalog.player_passwords import passwords_of
from stream.subsonic.faults import Code, Fault
from stream.subsonic.parameters import Parameters

_ENCODED = "enc:"
_MOST_LETTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What somebody who goes by a name shows: their password, or a digest of it and of a salt."""

    username: str
    password: str = ""
    token: str = ""
    salt: str = ""

    def is_of(self, password: str) -> bool:
        """Whether it shows that they know this password."""
        if self.password:
            return hmac.compare_digest(self.password.encode(), password.encode())
        wanted = hashlib.md5((password + self.salt).encode(), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(self.token.lower().encode(), wanted.encode())


def shown(asked: Parameters) -> str | Proof | None:
    """Read what is shown: a key, a proof, or nothing.

    Raises:
        Fault: 43: several things are; 10: half of one is.

    """
    key, username = asked.get("apiKey"), asked.get("u")
    password, token, salt = asked.get("p"), asked.get("t"), asked.get("s")
    if key and (username or password or token or salt):
        raise Fault(Code.CREDENTIALS_CONFLICT, "Send apiKey, or u with its password: not both.")
    if key:
        return key
    if not (username or password or token or salt):
        return None
    if password and token:
        raise Fault(Code.CREDENTIALS_CONFLICT, "Send p, or t with s: not both.")
    if not password:
        token, salt = asked.must("t"), asked.must("s")
    asked.must("u")
    if max(map(len, (username, password, token, salt))) > _MOST_LETTERS:
        raise wrong_credentials()
    return Proof(username=username, password=_decoded(password), token=token, salt=salt)


async def secret_of(database: Database, proof: Proof, ours: Sequence[bytes]) -> str:
    """Answer the secret of whom a proof is of.

    Raises:
        Fault: 40: of nobody.

    """
    async with database.read() as session:
        known = await passwords_of(session, proof.username, ours)
    found = next((one for one in known if proof.is_of(one)), None)
    if found is None:
        raise wrong_credentials()
    return found


def wrong_credentials() -> Fault:
    """Say that we do not know who asks, and where to get what is needed."""
    return Fault(
        Code.WRONG_CREDENTIALS,
        "Wrong username or password: players have a password of their own here, which you make "
        "in your account under Security.",
    )


def _decoded(password: str) -> str:
    if not password.startswith(_ENCODED):
        return password
    try:
        return bytes.fromhex(password.removeprefix(_ENCODED)).decode()
    except ValueError:
        raise wrong_credentials() from None
