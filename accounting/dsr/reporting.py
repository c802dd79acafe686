"""Writes the report of a month, in files that were read back and agree with the books.

Rows go to a disk as they are read, and no more than one part of them is in memory. A report that
does not come to what the books have is none: its files are removed.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import IO
from uuid import UUID

from accounting.dsr.audio_rows import (
    SERVICE,
    Summaries,
    block_of,
    context_of_nothing,
)
from accounting.dsr.basic_audio import BASIC_AUDIO
from accounting.dsr.booked import books_of
from accounting.dsr.checking import Finding
from accounting.dsr.naming import FileName
from accounting.dsr.profiles import Head
from accounting.dsr.reading_back import check_files
from accounting.dsr.usage import Tally, Used, differences, document
from accounting.dsr.using import closed_month, used_in
from accounting.dsr.writing import Report
from accounting.months import month_named
from accounting.terms import terms_at
from base.database import Session
from base.errors import Broken, Refused
from base.threads import to_the_end
from catalog.described import TrackDescribed
from catalog.describing import describe

_SEVERAL = "multi"
#: As much as can be packed, at a fifth of what the best takes.
_PACKING = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What report is asked for: of an account's music, or of all, to whom, and in what files.

    Parties are known by their DPIDs; files are packed (`.gz`) and divided where that is asked.
    """

    month: str
    zone: str
    message_id: str
    created_at: datetime
    sender_id: str
    sender: str
    recipient_id: str
    recipient: str
    account_id: UUID | None = None
    is_packed: bool = False
    most_lines: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report that is made: its files, the name of the empty one that follows them, and sums."""

    files: tuple[Path, ...]
    semaphore: str
    message_id: str
    lines: int
    blocks: int
    sums: dict[str, dict[str, int | None]]


async def make_basic_audio(session: Session, asked: Asked, folder: Path) -> Made:
    """Make the Basic Audio report of a closed month in a folder; `session` is a snapshot.

    Raises:
        Refused: `bad-period`; `period-not-closed`, 409; `dsr-name`; `dsr-exists`, 409.
        Broken: `dsr-differs`: it is not what the books have, or not what was written.

    """
    month = await closed_month(session, month_named(asked.month, asked.zone).name)
    currency = (await terms_at(session, month.ends_at)).currency
    with ExitStack() as stack:
        pages = _Pages(asked, folder, stack)
        async for uses in used_in(session, month, asked.account_id):
            tracks = await describe(session, {one.track_id for one in uses})
            await to_the_end(pages.add, uses, tracks)
        books = await books_of(session, month, asked.account_id)
        if said := differences(pages.tally, books):
            raise Broken("dsr-differs", f"The report of {month.name}: {' '.join(said)}")
        files = await to_the_end(pages.write, currency)
    return Made(
        files=tuple(folder.joinpath(str(one)) for one in files),
        semaphore=files[0].semaphore,
        message_id=asked.message_id,
        lines=pages.lines,
        blocks=pages.blocks,
        sums=document(pages.tally, books),
    )


class _Pages:
    """The files of a report while they are written."""

    def __init__(self, asked: Asked, folder: Path, stack: ExitStack) -> None:
        def set_aside() -> IO[bytes]:
            return stack.enter_context(tempfile.TemporaryFile(dir=folder))

        self._asked, self._folder = asked, folder
        self._report = Report(BASIC_AUDIO, set_aside, most_lines=asked.most_lines)
        self._summaries = Summaries()
        #: The last track of a part may go on in the next.
        self._last: tuple[TrackDescribed, list[Used]] | None = None
        self.tally = Tally()
        self.lines = self.blocks = 0

    def add(self, uses: Sequence[Used], tracks: Mapping[UUID, TrackDescribed]) -> None:
        for one in uses:
            self.tally.add(one)
        for track_id, some in groupby(uses, key=lambda one: one.track_id):
            track = tracks.get(track_id)
            if track is None:
                raise Broken("dsr-track-missing", f"There is no track {track_id} in the catalogue.")
            if self._last is not None and self._last[0].id == track_id:
                self._last[1].extend(some)
                continue
            self._end_block()
            self._last = track, list(some)

    def write(self, currency: str) -> list[FileName]:
        """Write all files and read them back; what is wrong is no report, and is removed."""
        self._end_block()
        if not self._report.blocks:
            self._summaries.add(context_of_nothing(currency), usages=0, revenue=0)
        names = [self._name(number) for number in range(1, self._report.files + 1)]
        paths = [self._folder.joinpath(str(name)) for name in names]
        if there := next((one for one in paths if one.exists()), None):
            raise Refused("dsr-exists", f"{there.name} is there already.", status=409)
        try:
            for number, path in enumerate(paths, 1):
                self._write(number, path)
            self._read_back(paths)
        except BaseException:
            for path in paths:
                path.unlink(missing_ok=True)
            raise
        return names

    def _end_block(self) -> None:
        if self._last is None:
            return
        track, uses = self._last
        self._last = None
        self._report.add(block_of(self._report.blocks + 1, track, uses, self._summaries))

    def _write(self, number: int, path: Path) -> None:
        with ExitStack() as stack:
            out: IO[bytes] = stack.enter_context(path.open("xb"))
            if self._asked.is_packed:
                # Without a name or a time in it, so that the same report is the same bytes.
                packed = gzip.GzipFile("", "wb", _PACKING, out, mtime=0)
                out = stack.enter_context(packed)  # type: ignore[arg-type]
            self._report.write(number, out, head=self._head(), summaries=self._summaries.lines())

    def _read_back(self, paths: Sequence[Path]) -> None:
        checked, faults = check_files(paths, [BASIC_AUDIO])
        found: list[Finding] = [*(one for file in checked for one in file.findings), *faults]
        if found:
            raise Broken("dsr-differs", f"What was written is wrong: {found[0].text}")
        told = sum(sums["NetRevenue"] for sums in checked[0].told.values())
        if told != sum(one.revenue for one in self.tally.by_currency.values()):
            raise Broken("dsr-differs", "The summaries do not come to what was used.")
        self.lines = sum(one.lines for one in checked)
        self.blocks = sum(one.blocks for one in checked)

    def _name(self, number: int) -> FileName:
        asked, territories = self._asked, self._summaries.territories()
        one = next(iter(territories)) if len(territories) == 1 else _SEVERAL
        return FileName(
            recipient=asked.recipient_id,
            sender=asked.sender_id,
            service=SERVICE,
            period=asked.month,
            territory=one,
            created_at=asked.created_at,
            number=number,
            files=self._report.files,
            is_packed=asked.is_packed,
        )

    def _head(self) -> Head:
        asked = self._asked
        since = date.fromisoformat(f"{asked.month}-01")
        next_month = month_named(asked.month, asked.zone).after(1).name
        return Head(
            message_id=asked.message_id,
            created_at=asked.created_at,
            since=since,
            until=date.fromisoformat(f"{next_month}-01") - timedelta(days=1),
            sender_id=asked.sender_id,
            sender=asked.sender,
            service=SERVICE,
            recipient_id=asked.recipient_id,
            recipient=asked.recipient,
        )
