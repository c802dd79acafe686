"""What the bytes of a file come to by every sum that messages tell, in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ingest.ddex.words import HASHES

#: By one name each, though versions have several for some.
NAMES: Mapping[str, str] = {
    name: algorithm for algorithm, name in {value: key for key, value in HASHES.items()}.items()
}


class Digests:
    """All sums of a file in the making."""

    def __init__(self) -> None:
        """Begin with no bytes."""
        self._running = {
            name: hashlib.new(algorithm, usedforsecurity=False) for name, algorithm in NAMES.items()
        }

    def update(self, data: bytes) -> None:
        """Take in what comes next."""
        for one in self._running.values():
            one.update(data)

    def told(self) -> dict[str, str]:
        """Answer what it comes to so far: hexadecimal letters by the names of DDEX."""
        return {name: one.hexdigest() for name, one in self._running.items()}
