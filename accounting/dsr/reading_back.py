"""Reads files of a report back from a disk, packed or not, and answers what is wrong with them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from accounting.dsr.checking import Checked, Checker, Finding, faults_of
from accounting.dsr.naming import FileName
from accounting.dsr.profiles import Profile
from base.errors import Refused

#: No line of a report is as long; what has longer ones is none.
_LONGEST_LINE = 1 << 20


def check_files(
    paths: Sequence[Path], profiles: Sequence[Profile]
) -> tuple[list[Checked], list[Finding]]:
    """Check all files of a report, in their order; answer each, and what is wrong with the whole.

    Each is told with its own findings; names are looked at too.

    Raises:
        Refused: `dsr-unreadable`: a file is not there, is not packed as its name says, or is no
            text.

    """
    checked = [check_file(one, profiles) for one in paths]
    return checked, [*_misnamed(paths, checked), *faults_of(checked)]


def check_file(path: Path, profiles: Sequence[Profile]) -> Checked:
    """Check one file by itself.

    Raises:
        Refused: `dsr-unreadable`.

    """
    checker = Checker(profiles)
    try:
        for line in _lines(path):
            checker.take(line)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise Refused("dsr-unreadable", f"{path.name} cannot be read: {error}.") from error
    return checker.end()


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise Refused("dsr-unreadable", f"{path.name} has lines that no report has.")
            yield line.decode().removesuffix("\n").removesuffix("\r")


def _misnamed(paths: Sequence[Path], checked: Sequence[Checked]) -> Iterator[Finding]:
    for path, one in zip(paths, checked, strict=True):
        try:
            name = FileName.parse(path.name)
        except Refused as error:
            yield Finding(rule="name", line=0, text=f"{path.name}: {error.sentence}")
            continue
        if one.head is None:
            continue
        told = (one.head.text("FileNumber"), one.head.text("NumberOfFiles"))
        parties = [
            (name.sender, ("SenderPartyId", "SenderName")),
            (name.recipient, ("RecipientPartyId", "RecipientName")),
            (name.service, ("ServiceDescription",)),
        ]
        is_other = any(
            part not in {one.head.text(cell) for cell in cells} for part, cells in parties
        )
        if told != (str(name.number), str(name.files)) or is_other:
            yield Finding(rule="name", line=1, text=f"{path.name} is not what its first line says.")
