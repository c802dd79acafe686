"""Which stored file is the one that a message names: by what its bytes come to, or by its path.

A path is one beside the message, or from the top of its delivery. Of several files that came under
one path the last is meant, unless a sum says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from catalog.supplied_facts import StoredFile
from ingest.ddex.canonical import DeliveredFile
from ingest.ddex.hash_sums import agree, algorithm_of, hex_of
from ingest.ddex.rules_files import path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The file that is meant, if it is here; `is_other` where one lies there that is another."""

    file: StoredFile | None = None
    is_other: bool = False


def paths_for(file: DeliveredFile, message_path: str) -> tuple[str, ...]:
    """Answer where in its delivery a file may be that a message names."""
    named = path_of(file.uri)
    if named is None:
        return ()
    beside = PurePosixPath(message_path).parent / named
    return tuple(dict.fromkeys((str(beside), str(named))))


def sha256_of(file: DeliveredFile) -> str | None:
    """Answer the SHA-256 that a message tells of a file, by which it is found wherever it is."""
    sums = (hex_of(one) for one in file.hashes if algorithm_of(one.algorithm) == "sha256")
    return next(iter(filter(None, sums)), None)


def has_sums(file: DeliveredFile) -> bool:
    """Whether anything is told by which bytes are known again."""
    return any(algorithm_of(one.algorithm) for one in file.hashes)


def is_same(file: DeliveredFile, stored: StoredFile) -> bool:
    """Whether a file comes to all that a message says of it, as far as that can be worked out."""
    return agree(file.hashes, {**stored.digests, "SHA-256": stored.sha256})


def choose(
    file: DeliveredFile, places: Sequence[tuple[UUID, str]], stored: Iterable[StoredFile]
) -> Choice:
    """Answer which of some files of a partner a message means, at `places` of its deliveries."""
    newest = sorted(stored, key=lambda one: (one.received_at, one.sha256), reverse=True)
    there = [one for at in places for one in newest if (one.delivery_id, one.path) == at]
    if not has_sums(file):
        return Choice(file=there[0] if there else None)
    same = [one for one in (*there, *newest) if is_same(file, one)]
    return Choice(file=same[0] if same else None, is_other=bool(there) and not same)
