"""What may be written down for others to read: secrets are taken out of a text.

A secret is known by the settings that hold it, or by how it looks: our tokens have names before
them, tickets and links stand in paths, passwords in addresses. Whoever writes a log, a reason or
a trace asks here, so that an error of a library may say what it likes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote

from pydantic import SecretStr

from base.settings import Settings, listed, secrets_of_tools

#: What stands where a secret was; it means nothing to JSON, to a terminal, or to Rich.
HIDDEN = "***"
#: A shorter word is in too many others. It is still known by where it stands.
_SHORTEST = 8
#: A password may have any letter in it, above all where somebody wrote the address wrong; and one
#: address may be part of another.
_IN_ADDRESS = re.compile(r"(?=://[^/@:]*:(.*)@)")
_ASKED = (
    "apikey|api_key|api_sig|sk|t|s|p|key|secret|password|token|code|user_code|device_code|seal|"
    "access_token|refresh_token|id_token|client_secret|code_verifier|signature|"
    "x-amz-signature|x-amz-credential|x-amz-security-token"
)
_LOOKS = (
    # The password of an address: `postgresql://name:password@host`.
    (re.compile(r"(://[^\s/@:\"']*:)[^\s/@\"']+(?=@)"), rf"\g<1>{HIDDEN}"),
    # What we give out, and what providers give us.
    (re.compile(r"\b(refrain_|whsec_|[rs]k_(?:live|test)_)[A-Za-z0-9_+/=-]{32,}"), rf"\1{HIDDEN}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    (re.compile(r"\b(Bearer|Basic|Token) [A-Za-z0-9._~+/=-]{12,}"), rf"\1 {HIDDEN}"),
    (re.compile(rf"([?&](?:{_ASKED})=)[^\s&#\"']+", re.IGNORECASE), rf"\1{HIDDEN}"),
    # The password of a player, which is told to be typed in.
    (re.compile(r"\b(?:[a-z0-9]{4}-){5}[a-z0-9]{4}\b"), HIDDEN),
    # Tickets, seals, links and codes of gifts are random letters of both sizes between slashes.
    (re.compile(r"(?<=/)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}(?![\w.-])"), HIDDEN),
    # A number of a bank account (ISO 13616).
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), HIDDEN),
)


@dataclass(frozen=True, slots=True)
class Discretion:
    """Which secrets are known word for word, beside those that are known by their looks."""

    known: tuple[str, ...] = ()

    def told(self, text: str) -> str:
        """Answer a text without the secrets that are in it."""
        for secret in self.known:
            text = text.replace(secret, HIDDEN)
        for looks, left in _LOOKS:
            text = looks.sub(left, text)
        return text


def discretion_of(settings: Settings) -> Discretion:
    """Answer who keeps the secrets of these settings, and those that tools find for themselves."""
    found: set[str] = set(secrets_of_tools())
    for _, value in settings:
        if isinstance(value, SecretStr):
            found |= {value.get_secret_value(), *listed(value)}
        address = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        found |= {one for way in (address, unquote(address)) for one in _IN_ADDRESS.findall(way)}
    found |= {unquote(one) for one in found}
    # In JSON and in what Python shows, a secret is written otherwise.
    found |= {way(one)[1:-1] for one in found for way in (json.dumps, repr)}
    # The longest first, as one may be part of another.
    return Discretion(tuple(sorted((one for one in found if len(one) >= _SHORTEST), key=_length)))


def _length(secret: str) -> tuple[int, str]:
    return -len(secret), secret
