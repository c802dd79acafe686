"""What bytes come to, as others write it: which sum it is, and the same in hexadecimal letters."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterable, Mapping

from ingest.ddex.canonical import HashSum
from ingest.ddex.words import HASHES


def algorithm_of(name: str) -> str:
    """Answer which algorithm a name means; nothing for one that is not known here."""
    return HASHES.get(name.upper(), "")


def hex_of(told: HashSum) -> str | None:
    """Answer a sum in small hexadecimal letters, though some write it in base 64; None: neither."""
    plain = told.value.strip().lower()
    try:
        binascii.unhexlify(plain)
    except ValueError:
        pass
    else:
        return plain
    try:
        return b64decode(told.value.strip(), validate=True).hex()
    except ValueError:
        return None


def agree(told: Iterable[HashSum], digests: Mapping[str, str]) -> bool:
    """Whether bytes that come to `digests`, by names of algorithms, are those that sums tell of.

    What is told by an algorithm that is not known here, or was not worked out, says nothing.
    """
    known = {algorithm_of(name): value.lower() for name, value in digests.items()}
    said = ((algorithm_of(one.algorithm), hex_of(one)) for one in told)
    return all(
        value == known[algorithm] for algorithm, value in said if algorithm and algorithm in known
    )
