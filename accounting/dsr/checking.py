"""A file of a report, read back line by line: what is wrong with it, and what its rows come to.

Whatever it holds, memory is that of one block, its summaries, and a few findings. Sums are compared
with summaries when all files of the report were read, see `faults_of`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from accounting.dsr.lines import COMMENT, cells_of
from accounting.dsr.profiles import BLOCK_ID, HEAD, SUMMARY_ID, Profile, Record, Shape

#: So many findings are told of a file: the rest would say the same.
MOST_FINDINGS = 100
_REFERENCES = {"TransactedRelease": "ReleaseReference", "TransactedResource": "ResourceReference"}
#: What names a record in its block.
_NAMES_ITSELF = (*_REFERENCES.values(), "SalesTransactionId")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong, and in which line; 0 where it is about the whole."""

    rule: str
    line: int
    text: str


@dataclass(slots=True)
class Checked:
    """What a file was found to be; `told` and `found` are sums by summary and by name."""

    findings: list[Finding] = field(default_factory=list)
    profile: Profile | None = None
    head: Record | None = None
    foot: Record | None = None
    lines: int = 0
    blocks: int = 0
    summaries: int = 0
    told: dict[str, dict[str, int]] = field(default_factory=dict)
    found: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Block:
    """A block while it is read."""

    id: str
    order: int = -1
    seen: set[tuple[str, str]] = field(default_factory=set)
    wanted: list[tuple[str, str, int]] = field(default_factory=list)


class Checker:
    """Reads one file, by the profile that its first line names."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        """Take what profiles are known."""
        self._profiles = {(one.name, one.version): one for one in profiles}
        self._block: _Block | None = None
        self._is_in_rows = False
        self.checked = Checked()

    def take(self, line: str) -> None:
        """Read the next line, without its end."""
        self.checked.lines += 1
        if line.startswith(COMMENT):
            return
        try:
            cells = cells_of(line)
        except ValueError as error:
            self._say("escape", f"The line cannot be read: {error}.")
            return
        kind = cells[0][0] if cells[0] else ""
        if self.checked.foot is not None:
            self._say("after-foot", "There is a line after the last.")
        elif self.checked.head is None:
            self._begin(kind, cells)
        elif self.checked.profile is not None:
            self._record(self.checked.profile, kind, cells)

    def end(self) -> Checked:
        """Answer what the file was found to be, when all of it was read."""
        self._end_block()
        checked = self.checked
        if checked.head is None:
            self._say("no-head", "There is no first line: HEAD.", line=0)
        elif checked.foot is None and checked.profile is not None:
            last = checked.profile.foot.kind
            self._say("no-foot", f"There is no last line: {last}. The file may be cut off.", line=0)
        if checked.profile is not None and not checked.summaries:
            self._say("no-summary", "There is no summary.", line=0)
        if checked.foot is not None:
            self._count(checked.foot)
        return checked

    def _begin(self, kind: str, cells: list[list[str]]) -> None:
        names = [cells[place][0] if len(cells) > place and cells[place] else "" for place in (2, 3)]
        profile = self._profiles.get((names[0], names[1]))
        if kind != HEAD.kind:
            self._say("no-head", f"The first line is {kind or 'empty'}, and not HEAD.")
        elif profile is None:
            self._say("profile", f"The profile `{' '.join(names)}` is not one that is known.")
        # Without a profile no record can be told from another: then only the lines are counted.
        self.checked.profile = profile if kind == HEAD.kind else None
        self.checked.head = self._read(profile.head if profile else HEAD, cells)

    def _record(self, profile: Profile, kind: str, cells: list[list[str]]) -> None:
        shape = profile.shapes.get(kind)
        if shape is None or shape is profile.head:
            self._say("record", f"`{kind[:20]}` is no record that may stand here.")
            return
        record = self._read(shape, cells)
        if shape is profile.foot:
            self.checked.foot = record
        elif shape in profile.summaries:
            self._summary(profile, record)
        else:
            self._is_in_rows = True
            if profile.has_blocks:
                self._in_block(profile, record)
            self._add(profile, record)

    def _summary(self, profile: Profile, record: Record) -> None:
        self.checked.summaries += 1
        if self._is_in_rows:
            self._say("order", "A summary comes after rows.")
        name = record.text(SUMMARY_ID)
        if name in self.checked.told:
            self._say("summary-again", f"The summary {name} is there twice.")
            return
        try:
            self.checked.told[name] = dict(profile.told(record))
        except ValueError:
            self._say("amount", f"The figures of summary {name} cannot be read.")

    def _add(self, profile: Profile, record: Record) -> None:
        try:
            added = profile.adds(record)
        except ValueError:
            self._say("amount", "The figures of the row cannot be read.")
            return
        if added is None:
            return
        name = record.text(SUMMARY_ID)
        if name not in self.checked.told:
            self._say("summary-unknown", f"The row is of summary {name}, which is not there.")
            return
        sums = self.checked.found.setdefault(name, defaultdict(int))
        for of, number in added.items():
            sums[of] += number

    def _in_block(self, profile: Profile, record: Record) -> None:
        name, order = record.text(BLOCK_ID), profile.orders[record.shape.kind]
        block = self._block
        if block is None or block.id != name:
            self._end_block()
            if block is not None and _is_before(name, block.id):
                self._say("block-again", f"Block {name} comes after block {block.id}.")
            self.checked.blocks += 1
            block = self._block = _Block(name)
        if order < block.order:
            self._say("order", f"{record.shape.kind} comes too late in its block.")
        block.order = max(block.order, order)
        for cell in _NAMES_ITSELF:
            if cell in record.texts:
                key = (cell, record.text(cell))
                if key in block.seen:
                    self._say("twice", f"{cell} {key[1]} is in its block twice.")
                block.seen.add(key)
        self._refer(block, record)

    def _refer(self, block: _Block, record: Record) -> None:
        if not _REFERENCES.keys() <= record.shape.names:
            return
        named = [(of, record.text(cell)) for cell, of in _REFERENCES.items() if record.text(cell)]
        if len(named) != 1:
            self._say("transacted", "A row is of either a release or a resource of its block.")
        block.wanted += [(of, name, self.checked.lines) for of, name in named]

    def _end_block(self) -> None:
        if self._block is None:
            return
        for of, name, line in self._block.wanted:
            if (of, name) not in self._block.seen:
                self._say("reference", f"There is no {of} {name} in the block.", line=line)

    def _read(self, shape: Shape, cells: list[list[str]]) -> Record:
        record, flaws = shape.record(cells)
        for one in flaws:
            self._say("cell", one)
        return record

    def _count(self, foot: Record) -> None:
        counted = {
            "NumberOfLinesInFile": self.checked.lines,
            "NumberOfSummaryRecords": self.checked.summaries,
            "NumberOfBlocksInFile": self.checked.blocks,
        }
        for name, number in counted.items():
            if name in foot.shape.names and foot.text(name) != str(number):
                self._say("count", f"{name} is {foot.text(name)}, and there are {number}.")

    def _say(self, rule: str, text: str, *, line: int | None = None) -> None:
        if len(self.checked.findings) < MOST_FINDINGS:
            at = self.checked.lines if line is None else line
            self.checked.findings.append(Finding(rule=rule, line=at, text=text))


def faults_of(files: Sequence[Checked]) -> list[Finding]:
    """Answer what is wrong with a report as a whole, in the order of its files.

    Its summaries are in each of them; rows of all files add up to them.
    """
    faults = [_whole("files", text) for text in _misnumbered(files)]
    told = files[0].told if files else {}
    if any(one.told != told for one in files):
        faults.append(_whole("summaries", "Files of the report have other summaries."))
    for name, sums in told.items():
        for of, number in sums.items():
            found = sum(one.found.get(name, {}).get(of, 0) for one in files)
            if found != number:
                text = f"Summary {name} tells {of} of {number}, and its rows come to {found}."
                faults.append(_whole("sum", text))
    lines, blocks = sum(one.lines for one in files), sum(one.blocks for one in files)
    counted: Mapping[str, int] = {"NumberOfLinesInReport": lines, "NumberOfBlocksInReport": blocks}
    for foot in (one.foot for one in files if one.foot is not None):
        for name, number in counted.items():
            if foot.text(name) not in {"", str(number)}:
                text = f"{name} is {foot.text(name)}, and there are {number}."
                faults.append(_whole("count", text))
    return faults


def _misnumbered(files: Sequence[Checked]) -> Iterable[str]:
    heads = [one.head for one in files if one.head is not None]
    for number, head in enumerate(heads, 1):
        if (head.text("FileNumber"), head.text("NumberOfFiles")) != (str(number), str(len(files))):
            yield f"File {number} of {len(files)} says that it is another."
    if len({head.text("MessageId") for head in heads}) > 1:
        yield "The files are of several reports."


def _whole(rule: str, text: str) -> Finding:
    return Finding(rule=rule, line=0, text=text)


def _is_before(name: str, last: str) -> bool:
    """Whether a number comes again, or too late: names that are no numbers are not remembered."""
    is_number = name.isascii() and name.isdigit() and last.isascii() and last.isdigit()
    return is_number and int(name) <= int(last)
