"""The fields that carry checksums of content: tus's own, and those of RFC 9530."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from ingest.checksums import ALGORITHMS, Checksum
from ingest.protocol.heads import bad_header
from ingest.refusals import checksum_unknown

#: RFC 9530's names for the algorithms that it does not warn about, the stronger first.
_NAMES = {"sha-512": "sha512", "sha-256": "sha256"}
_MEMBER = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):\s*(?:;[^,]*)?")


def parse_checksum(field: str) -> Checksum:
    """Read Upload-Checksum: a name and a Base64 digest.

    Raises:
        Refused: `checksum-unknown` or `bad-header`, both 400.

    """
    name, _, text = field.strip().partition(" ")
    if name not in ALGORITHMS:
        raise checksum_unknown(name)
    digest = _decoded(text)
    if digest is None or len(digest) != ALGORITHMS[name]:
        raise bad_header("upload-checksum", "an algorithm and a Base64 digest")
    return Checksum(algorithm=name, digest=digest)


def parse_digests(fields: Mapping[str, str], name: str) -> Mapping[str, bytes]:
    """Read Content-Digest or Repr-Digest; digests that we cannot make are left out.

    Raises:
        Refused: `bad-header`.

    """
    found = {}
    for part in fields[name].split(",") if name in fields else ():
        member = _MEMBER.fullmatch(part)
        digest = _decoded(member[2]) if member else None
        if member is None or digest is None:
            raise bad_header(name, "digests as RFC 9530 writes them")
        algorithm = _NAMES.get(member[1])
        if algorithm is None:
            continue
        if len(digest) != ALGORITHMS[algorithm]:
            raise bad_header(name, f"a {member[1]} of {ALGORITHMS[algorithm]} bytes")
        found[algorithm] = digest
    return found


def strongest(digests: Mapping[str, bytes]) -> Checksum | None:
    """Answer the one to verify by, if there is any."""
    for name in _NAMES.values():
        if name in digests:
            return Checksum(algorithm=name, digest=digests[name])
    return None


def print_digest(sha256: str) -> str:
    """Write a Repr-Digest of a SHA-256 in hex."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
