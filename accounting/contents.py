"""Recompute what transactions say: hashes of heads and entries, sums, the numbers of lines.

A block at a time, of some ten thousand. A head comes as what is hashed of it; entries are an array,
sorted by transaction and line.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accounting.copied import EPOCH_US
from accounting.discrepancy import Discrepancy, about_transaction
from accounting.ledger import ENTRY, HEAD, VERSION

#: A transaction without its entries: number, how many they are, payload, what is hashed of it.
Head = tuple[int, int, bytes, bytes]
#: An entry, as it is read.
ENTRY_COLUMNS = (
    *(("txn", ">i8"), ("line", ">i2"), ("account", ">i8"), ("currency", "S3")),
    *(("amount", ">i8"), ("lot", ">i8"), ("credits", ">i8")),
)
#: An entry, as `accounting.ledger.ENTRY` packs it.
_HASHED = np.dtype([one for one in ENTRY_COLUMNS if one[0] not in {"txn", "line"}])
#: A copied row: number, when it occurred, what it reverses, size, payload; the length of the text.
_ROW = struct.Struct(">6xq4xq4xq4xhi32si")
#: Where the payload begins in it, and how long it should be.
_BEFORE_BYTES, _PAYLOAD_BYTES = 48, 32


def hashed_head(*, occurred_us: int, reverses: int, text: bytes) -> bytes:
    """Answer what is hashed of a transaction before its entries; `text` is kind, key and facts."""
    return VERSION + HEAD.pack(occurred_us, reverses, len(text)) + text


def heads_of(rows: Iterable[tuple[Any, ...]]) -> Iterator[Head]:
    """Answer the heads of rows: number, time (since 1970), reverses, size, payload, text."""
    for number, occurred_us, reverses, size, payload, text in rows:
        hashed = hashed_head(occurred_us=occurred_us, reverses=reverses, text=text)
        yield number, size, payload, hashed


def copied_heads(body: bytes) -> Iterator[Head]:
    """Answer the heads of rows that were copied, see `_ROW`."""
    # Every microsecond counts here: this runs for each transaction there ever was.
    at, end, unpack, pack, version = 0, len(body), _ROW.unpack_from, HEAD.pack, VERSION
    wide, body = _ROW.size, body + bytes(_ROW.size)
    while at < end:
        number, occurred, reverses, size, payload_bytes, payload, length = unpack(body, at)
        if payload_bytes == _PAYLOAD_BYTES:
            start = at + wide
        else:
            payload, start, length = _other_payload(body, at + _BEFORE_BYTES, payload_bytes)
        at = start + length
        hashed = version + pack(occurred + EPOCH_US, reverses, length) + body[start:at]
        yield number, size, payload, hashed


def _other_payload(body: bytes, at: int, length: int) -> tuple[bytes, int, int]:
    """Answer a payload that is no hash, where the text begins after it, and how long that is."""
    end = at + max(length, 0)
    return body[at:end], end + 4, int.from_bytes(body[end : end + 4], signed=True)


def entries_of(rows: Iterable[tuple[Any, ...]]) -> NDArray[np.void]:
    """Answer entries of rows as `ENTRY_COLUMNS` has them."""
    return np.array(list(rows), list(ENTRY_COLUMNS))


def compare_contents(
    heads: Iterable[Head], entries: NDArray[np.void]
) -> tuple[int, list[Discrepancy]]:
    """Answer how many transactions there are, and what does not agree.

    `entries` are all whose numbers are within the same bounds.
    """
    numbers = entries["txn"].astype(np.int64)
    starts = _starts(numbers)
    ends = np.append(starts, len(numbers))[1:]
    wide = ENTRY.size
    places = dict(
        zip(
            numbers[starts].tolist(),
            zip((starts * wide).tolist(), (ends * wide).tolist(), strict=True),
            strict=True,
        )
    )
    packed, count, found = _packed(entries), 0, list[Discrepancy]()
    for number, size, payload, hashed in heads:
        count += 1
        start, end = places.pop(number, (0, 0))
        if sha256(hashed + packed[start:end]).digest() != payload:
            found.append(_changed(number, hashed))
        if end - start != size * wide:
            sentence = f"has {(end - start) // wide} entries, and should have {size}."
            found.append(about_transaction(number, "entries-missing", sentence))
    for number in places:
        sentence = "is not there; entries of it are."
        found.append(about_transaction(number, "entries-without-head", sentence))
    found += [*_disordered(entries, numbers, starts), *_unbalanced(entries, numbers, starts)]
    return count, found


def _changed(number: int, hashed: bytes) -> Discrepancy:
    key = hashed[len(VERSION) + HEAD.size :].split(b"\n")[1].decode(errors="replace")
    return about_transaction(
        number,
        "payload-differs",
        f"({key!r}) does not say what was booked: its head, its facts, its entries or the hash of "
        "them (payload) were changed.",
    )


def _starts(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Answer where entries of another transaction begin."""
    if not len(numbers):
        return np.zeros(0, np.int64)
    return np.append(0, np.flatnonzero(numbers[1:] != numbers[:-1]) + 1)


def _packed(entries: NDArray[np.void]) -> bytes:
    hashed = np.empty(len(entries), _HASHED)
    for name in _HASHED.names or ():
        hashed[name] = entries[name]
    return hashed.tobytes()


def _disordered(
    entries: NDArray[np.void], numbers: NDArray[np.int64], starts: NDArray[np.int64]
) -> Iterator[Discrepancy]:
    counts = np.diff(np.append(starts, len(numbers)))
    expected = np.arange(len(numbers)) - np.repeat(starts, counts)
    for number in np.unique(numbers[entries["line"] != expected]).tolist():
        sentence = "has entries whose lines do not count from 0 on, one by one."
        yield about_transaction(number, "lines-differ", sentence)


def _unbalanced(
    entries: NDArray[np.void], numbers: NDArray[np.int64], starts: NDArray[np.int64]
) -> Iterator[Discrepancy]:
    if not len(numbers):
        return
    currency = entries["currency"]
    differs = (currency[1:] != currency[:-1]) & (numbers[1:] == numbers[:-1])
    mixed = set(numbers[1:][differs].tolist())
    sums = np.add.reduceat(entries["amount"].astype(np.int64), starts)
    wrong = set(numbers[starts][sums != 0].tolist()) - mixed
    for number in mixed:
        if any(_sums(entries[numbers == number]).values()):
            wrong.add(number)
    for number in sorted(wrong):
        yield about_transaction(number, "not-balanced", "does not balance in every currency.")


def _sums(entries: NDArray[np.void]) -> dict[bytes, int]:
    sums: dict[bytes, int] = defaultdict(int)
    for one in entries:
        sums[bytes(one["currency"])] += int(one["amount"])
    return sums
