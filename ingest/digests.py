"""SHA-256 of uploads, computed while their bytes come.

Its state cannot leave the process. Who goes on elsewhere has none, and reads the object again
when it is complete.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

#: Of so many uploads at most the state is remembered between requests; each is some 200 bytes.
_MOST = 10_000


class Digest:
    """The digest of an upload's first `position` bytes."""

    def __init__(self) -> None:
        """Begin at the first byte."""
        self.position = 0
        self._sha256 = hashlib.sha256()

    def update(self, batch: Sequence[bytes]) -> None:
        """Take in what comes next."""
        for data in batch:
            self._sha256.update(data)
            self.position += len(data)

    def hexdigest(self) -> str:
        """Answer what it comes to."""
        return self._sha256.hexdigest()

    def copy(self) -> Digest:
        """Answer another that goes on from here."""
        other = Digest()
        other.position, other._sha256 = self.position, self._sha256.copy()
        return other


class Digests:
    """What this process knows of uploads that it took bytes of."""

    def __init__(self) -> None:
        """Know nothing."""
        self._known: OrderedDict[UUID, Digest] = OrderedDict()

    def of(self, upload_id: UUID, *, position: int) -> Digest | None:
        """Hand over the digest of the first `position` bytes, if it is known."""
        known = self._known.pop(upload_id, None) or Digest()
        return known if known.position == position else None

    def keep(self, upload_id: UUID, digest: Digest) -> None:
        """Remember a digest for the next request."""
        self._known[upload_id] = digest
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
