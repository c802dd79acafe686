"""Public keys of SSH, as OpenSSH writes them: which kinds are taken, and what is none."""

from __future__ import annotations

import base64
import binascii

from base.errors import Refused

_KINDS = frozenset(
    {
        "ssh-ed25519",
        "ssh-rsa",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    }
)
_LEAST_RSA_BITS = 2048
_LENGTH_BYTES = 4
_LONGEST = 4_000


def checked_key(text: str) -> str:
    """Answer a public key without blanks around it, and what else it says of itself.

    Raises:
        Refused: `key-invalid`, 422.

    """
    kind, _, rest = text.strip().partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    if kind not in _KINDS or len(text) > _LONGEST or "\n" in text.strip():
        raise _invalid("it is none that OpenSSH writes, as “ssh-ed25519 AAAA… name”")
    try:
        blob = base64.b64decode(encoded, validate=True)
        fields = _fields(blob)
    except (binascii.Error, ValueError):
        raise _invalid("it is cut off, or more than a key") from None
    if not fields or fields[0] != kind.encode():
        raise _invalid("it is of another kind than it says")
    if kind == "ssh-rsa" and _bits(fields) < _LEAST_RSA_BITS:
        raise _invalid(f"an RSA key has at least {_LEAST_RSA_BITS} bits")
    plain = "".join(one for one in comment.strip()[:100] if one.isprintable())
    return f"{kind} {encoded} {plain}".rstrip()


def _fields(blob: bytes) -> list[bytes]:
    """Read strings with their lengths before them (RFC 4251, section 5)."""
    found, at = list[bytes](), 0
    while at < len(blob):
        size = int.from_bytes(blob[at : at + _LENGTH_BYTES], "big")
        at += _LENGTH_BYTES
        if at + size > len(blob):
            raise ValueError("cut off")
        found.append(blob[at : at + size])
        at += size
    return found


def _bits(fields: list[bytes]) -> int:
    # The kind, the exponent, the modulus (RFC 4253, section 6.6).
    return int.from_bytes(fields[2], "big").bit_length() if len(fields) > 2 else 0  # noqa: PLR2004


def _invalid(why: str) -> Refused:
    return Refused("key-invalid", f"This is no public key that is taken here: {why}.", status=422)
