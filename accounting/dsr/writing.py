"""Writing a report: what comes row by row is set aside, until all is known that stands before it.

Summaries stand before the rows that they sum up, and the number of files in the first line of each.
So rows go into bodies, which the caller opens where there is room for them, and are read but once;
no more than a block is ever held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from accounting.dsr.profiles import Head, Profile
from base.errors import Broken

_AT_ONCE = 1 << 20


@dataclass(slots=True)
class _Body:
    """The rows of one file, set aside."""

    file: IO[bytes]
    lines: int = 0
    blocks: int = 0


class Report:
    """The rows of a report in the making, in one file or as many as `most_lines` asks for.

    `open_body` answers an empty file that can be written and read again. A block is never divided.
    """

    def __init__(
        self, profile: Profile, open_body: Callable[[], IO[bytes]], *, most_lines: int | None = None
    ) -> None:
        """Begin one; only profiles with blocks may come in several files."""
        if most_lines is not None and not profile.has_blocks:
            raise Broken("dsr-files", f"{profile.name} comes in one file.")
        self._profile, self._open, self._most = profile, open_body, most_lines
        self._bodies = [_Body(open_body())]

    @property
    def files(self) -> int:
        """How many files it comes in, as far as it was written."""
        return len(self._bodies)

    @property
    def blocks(self) -> int:
        """How many blocks were written so far; the next has the number after it."""
        return sum(one.blocks for one in self._bodies)

    def add(self, lines: Sequence[str]) -> None:
        """Add a block, or records that stand for themselves."""
        body = self._bodies[-1]
        if self._most is not None and body.lines and body.lines + len(lines) > self._most:
            body = _Body(self._open())
            self._bodies.append(body)
        body.file.write("".join([f"{line}\n" for line in lines]).encode())
        body.lines += len(lines)
        body.blocks += self._profile.has_blocks

    def write(
        self, number: int, out: IO[bytes], *, head: Head, summaries: Sequence[str]
    ) -> dict[str, int]:
        """Write one of its files, counted from 1, when all rows are there; answer its foot."""
        body = self._bodies[number - 1]
        lines = [head.line(self._profile, number=number, files=self.files), *summaries]
        out.write("".join([f"{line}\n" for line in lines]).encode())
        body.file.seek(0)
        while part := body.file.read(_AT_ONCE):
            out.write(part)
        foot = self._foot(body, len(summaries))
        named = {name: foot[name] for name in foot if name in self._profile.foot.names}
        out.write(f"{self._profile.foot.line(named)}\n".encode())
        return named

    def close(self) -> None:
        """Let go of what was set aside."""
        for one in self._bodies:
            one.file.close()

    def _foot(self, body: _Body, summaries: int) -> dict[str, int]:
        around = summaries + 2  # with the first line and the last
        lines = sum(one.lines for one in self._bodies)
        return {
            "NumberOfLinesInFile": body.lines + around,
            "NumberOfLinesInReport": lines + around * self.files,
            "NumberOfSummaryRecords": summaries,
            "NumberOfBlocksInFile": body.blocks,
            "NumberOfBlocksInReport": self.blocks,
        }
