"""The chain over transactions, and its days, as values: how links are made, and recomputed.

The hash of a link is SHA-256 of the hash before it (32 zero bytes before the first), the leaf of
its transaction (`accounting.ledger.leaf_of`), and when it was chained (microseconds since 1970, 8
bytes, big-endian). The leaves of a day (UTC) have a Merkle root.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accounting.copied import EPOCH_US, Irregular, array_of, rows_of
from accounting.discrepancy import Discrepancy, about_day, about_link
from accounting.merkle import HASH_BYTES, Growing
from base.errors import Refused

#: What comes before the first link.
BEGINNING = bytes(HASH_BYTES)
#: A link as it is read, with what its transaction says.
LINK_COLUMNS = (
    *(("position", ">i8"), ("txn", ">i8"), ("hash", "S32"), ("chained", ">i8")),
    *(("booked", ">i8"), ("payload", "S32")),
)
#: The same; times are microseconds since 1970, and `is_known` what has a transaction.
_LINK = np.dtype(
    [*((name, kind.replace(">", "=")) for name, kind in LINK_COLUMNS), ("is_known", "?")]
)
#: What a leaf is the hash of.
_LEAF = np.dtype([("zero", "i1"), ("txn", ">i8"), ("booked", ">i8"), ("payload", "S32")])
_DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What a day's links come to: `size` of them from position `first` on, and the last's hash."""

    day: date
    first: int
    size: int
    root: bytes
    head: bytes


def link_hash(before: bytes, *, leaf: bytes, chained_us: int) -> bytes:
    """Answer the hash of a link."""
    return sha256(before + leaf + chained_us.to_bytes(8, signed=True)).digest()


def links_of(rows: Iterable[tuple[Any, ...]]) -> NDArray[np.void]:
    """Answer links of rows as `LINK_COLUMNS` has them, whose times are since 1970.

    What is no hash, and what is not there, is as zeros are.
    """
    found = []
    for position, txn, hash_, chained, booked, payload in rows:
        is_known = booked is not None and len(payload or b"") == HASH_BYTES
        said = hash_ if len(hash_) == HASH_BYTES else b""
        told = (chained, booked, payload, True) if is_known else (chained, 0, b"", False)
        found.append((position, txn, said, *told))
    return np.array(found, _LINK)


def copied_links(body: memoryview) -> NDArray[np.void]:
    """Answer links of rows that PostgreSQL copied."""
    try:
        copied = array_of(body, LINK_COLUMNS)
    except Irregular:
        return links_of(_since_1970(row) for row in rows_of(body, LINK_COLUMNS))
    found = np.zeros(len(copied), _LINK)
    for name, _ in LINK_COLUMNS:
        found[name] = copied[name]
    for name in ("chained", "booked"):
        found[name] += EPOCH_US
    found["is_known"] = True
    return found


def joined_links(links: NDArray[np.void], said: NDArray[np.void]) -> NDArray[np.void]:
    """Answer links that were copied, with what transactions say that were copied by themselves.

    Raises:
        Irregular: one of them has no transaction there.

    """
    at = np.searchsorted(said["txn"].astype(np.int64), links["txn"].astype(np.int64))
    if len(links) and (at.max() >= len(said) or (said["txn"][at] != links["txn"]).any()):
        raise Irregular
    found = np.zeros(len(links), _LINK)
    for name in ("position", "txn", "hash", "chained"):
        found[name] = links[name]
    for name in ("booked", "payload"):
        found[name] = said[name][at]
    for name in ("chained", "booked"):
        found[name] += EPOCH_US
    found["is_known"] = True
    return found


def _since_1970(row: tuple[Any, ...]) -> tuple[Any, ...]:
    position, txn, hash_, chained, booked, payload = row
    booked = None if booked is None else booked + EPOCH_US
    return position, txn, hash_, chained + EPOCH_US, booked, payload


class Walk:
    """Goes along the chain, block by block; `days` is what its days come to."""

    def __init__(self) -> None:
        """Begin before the first link."""
        self.days: list[Root] = []
        self._position, self._chained = 0, 0
        self._hash, self._other = BEGINNING, BEGINNING
        self._day, self._first, self._tree = -1, 1, Growing()

    def follow(self, links: NDArray[np.void]) -> Iterator[Discrepancy]:
        """Take the links that come next, and answer what is wrong with them."""
        if not len(links):
            return
        leaves = _leaves(links)
        gaps = list(self._gaps(links))
        for start, end in gaps:
            yield about_link(end, "link-missing", f"does not follow on {start}: some are missing.")
        for number in self._broken(links, leaves, {end for _, end in gaps}):
            yield _broken(links[number])
        yield from self._out_of_time(links)
        self._add_days(links, leaves)
        self._position, self._chained = int(links["position"][-1]), int(links["chained"][-1])

    def end(self) -> list[Root]:
        """Answer what all days come to, the last included."""
        self._end_day()
        return self.days

    def _gaps(self, links: NDArray[np.void]) -> Iterator[tuple[int, int]]:
        before = np.append(self._position, links["position"][:-1])
        wrong = links["position"] != before + 1
        yield from zip(before[wrong].tolist(), links["position"][wrong].tolist(), strict=True)

    def _broken(
        self, links: NDArray[np.void], leaves: Sequence[bytes], after_gaps: set[int]
    ) -> Iterator[int]:
        """Answer which links do not have the hash that follows from the one before.

        Where one does not, either may be right for the next: what it covers was changed, or it.
        """
        hashes, times = _each(links["hash"], "S32"), _each(links["chained"], ">i8")
        before, other = self._hash, self._other
        for number, (leaf, at, said) in enumerate(zip(leaves, times, hashes, strict=True)):
            made = sha256(before + leaf + at).digest()
            if made == said or sha256(other + leaf + at).digest() == said:
                before = other = said
                continue
            if int(links["position"][number]) in after_gaps:  # nobody knows what was before it
                before = other = said
                continue
            yield number
            before, other = made, said
        self._hash, self._other = before, other

    def _out_of_time(self, links: NDArray[np.void]) -> Iterator[Discrepancy]:
        before = np.append(self._chained, links["chained"][:-1])
        for position in links["position"][links["chained"] < before].tolist():
            yield about_link(position, "link-out-of-time", "is older than the one before it.")

    def _add_days(self, links: NDArray[np.void], leaves: Sequence[bytes]) -> None:
        days = np.maximum.accumulate(np.append(self._day, links["chained"] // _DAY_US))[1:]
        starts = np.append(0, np.flatnonzero(days[1:] != days[:-1]) + 1).tolist()
        for start, end in zip(starts, [*starts[1:], len(days)], strict=True):
            if days[start] != self._day:
                self._end_day()
                self._day, self._tree = int(days[start]), Growing()
                self._first = int(links["position"][start])
            self._tree.add(b"".join(leaves[start:end]))
            self._last = bytes(_each(links["hash"][end - 1 : end], "S32")[0])

    def _end_day(self) -> None:
        if self._tree.size:
            self.days.append(
                Root(
                    day=_EPOCH + timedelta(days=self._day),
                    first=self._first,
                    size=self._tree.size,
                    root=self._tree.root,
                    head=self._last,
                )
            )


def compare_roots(
    made: Sequence[Root], said: Sequence[Root], *, open_since: date
) -> Iterator[Discrepancy]:
    """Answer which roots are not those of their days; days from `open_since` on may have none."""
    known = {one.day: one for one in said}
    for one in made:
        found = known.pop(one.day, None)
        if found is None:
            if one.day < open_since:
                yield about_day(one.day, "root-missing", "is missing.")
        elif found != one:
            yield _differing(one, found)
    for day in known:
        yield about_day(day, "root-of-nothing", "is there, but nothing that was chained then.")


def kept_roots(text: str) -> list[Root]:
    """Answer roots that somebody kept as they were published.

    Raises:
        Refused: `bad-roots`: these are none.

    """
    try:
        return [
            Root(
                day=date.fromisoformat(one["day"]),
                first=int(one["first"]),
                size=int(one["size"]),
                root=bytes.fromhex(one["root"]),
                head=bytes.fromhex(one["head"]),
            )
            for one in json.loads(text)["roots"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("bad-roots", "These are no roots as they are published.") from error


def compare_kept(kept: Sequence[Root], said: Sequence[Root]) -> Iterator[Discrepancy]:
    """Answer which roots are no longer as somebody kept them."""
    known = {one.day: one for one in said}
    for one in kept:
        if known.get(one.day) != one:
            sentence = "is not as it was published, or is gone: the books were rewritten."
            yield about_day(one.day, "root-rewritten", sentence)


def _differing(made: Root, said: Root) -> Discrepancy:
    names = ("first", "size", "root", "head")
    wrong = [name for name in names if getattr(made, name) != getattr(said, name)]
    return about_day(
        made.day, "root-differs", f"is not that of what is chained: {', '.join(wrong)} differ."
    )


def _broken(link: np.void) -> Discrepancy:
    position, number = int(link["position"]), int(link["txn"])
    if not link["is_known"]:
        sentence = f"is of transaction {number}, which is not there, or is no whole one."
        return about_link(position, "link-of-nothing", sentence)
    return about_link(
        position,
        "link-broken",
        f"(transaction {number}) does not have the hash that it should: the transaction's number, "
        "payload or time of booking, or this link, were changed.",
    )


def _leaves(links: NDArray[np.void]) -> list[bytes]:
    data = np.zeros(len(links), _LEAF)
    for name in ("txn", "booked", "payload"):
        data[name] = links[name]
    packed, wide = data.tobytes(), _LEAF.itemsize
    return [sha256(packed[at : at + wide]).digest() for at in range(0, len(packed), wide)]


def _each(column: NDArray[np.generic], kind: str) -> list[bytes]:
    """Answer each value's bytes, of which numpy alone would leave zeros at the end away."""
    packed, wide = column.astype(kind).tobytes(), np.dtype(kind).itemsize
    return [packed[at : at + wide] for at in range(0, len(packed), wide)]
