r"""The export of an earlier house's database, read table by table, row by row, in bounded memory.

It is what `pg_dump` writes by itself (plain, also gzipped), or a folder with a CSV file for each
table, as psql's `\copy … csv header` writes them. Names of columns are compared without case and
underscores: `trackId` is `track_id`.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedIOBase, TextIOWrapper
from pathlib import Path

from base.errors import Refused
from refrain.earlier.copy_text import END, parse_row
from refrain.earlier.fields import plain

#: No row is longer: what is, is no export.
_LONGEST = 1 << 24
_COPY = re.compile(rb'COPY (?:"?\w+"?\.)?"?(\w+)"? \((.*)\) FROM stdin;')
_CUSTOM = b"PGDMP"
_CSV = (".csv", ".csv.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with the number of its line; without values where it cannot be read."""

    line: int
    values: Mapping[str, str | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the export: its columns, by their plain names, and where its rows begin."""

    name: str
    path: Path
    columns: tuple[str, ...]
    start: int = 0
    line: int = 1

    def rows(self) -> Iterator[Row]:
        """Answer its rows, one after the other.

        Raises:
            Refused: `export-unfit`, the file ends in the middle, or is no CSV.

        """
        return _csv_rows(self) if self.path.name.endswith(_CSV) else _dump_rows(self)


def tables_of(path: Path) -> dict[str, Table]:
    """Answer the tables of an export by their names, as they are written there.

    Raises:
        Refused: `export-unfit`: it is no export that we read; the sentence says how to make one.

    """
    try:
        found = _in_folder(path) if path.is_dir() else _in_dump(path)
    except (OSError, EOFError) as error:
        raise unfit(f"{path.name} cannot be read: {error}.") from None
    if not found:
        raise unfit(f"{path.name} has no rows of tables.")
    return {table.name: table for table in found}


def unfit(why: str) -> Refused:
    """Say that an export cannot be read, and how one is made that can."""
    return Refused(
        "export-unfit",
        f"{why} Give what `pg_dump --no-owner DATABASE` writes, plain or gzipped, or a folder with "
        "a TABLE.csv for each table, as `\\copy TABLE to 'TABLE.csv' csv header` writes it.",
        status=422,
    )


def _opened(path: Path) -> BufferedIOBase:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _in_dump(path: Path) -> list[Table]:
    """Look through a dump once for where the rows of each table begin."""
    found: list[Table] = []
    with _opened(path) as file:
        at, number, inside = 0, 0, False
        while line := file.readline(_LONGEST):
            number, at = number + 1, at + len(line)
            if inside:
                inside = line.rstrip(b"\r\n") != END
            elif number == 1 and line.startswith(_CUSTOM):
                raise unfit("The dump is in a form of pg_restore: `pg_restore --file plain.sql`.")
            elif line.startswith(b"INSERT INTO"):
                raise unfit("The dump was made with --inserts: make it without.")
            elif copied := _COPY.match(line):
                found.append(_copied(path, copied, start=at, line=number + 1))
                inside = True
    if inside:
        raise unfit(f"{path.name} ends in the middle of the table {found[-1].name}.")
    return found


def _copied(path: Path, said: re.Match[bytes], *, start: int, line: int) -> Table:
    columns = tuple(plain(one) for one in said[2].decode().split(","))
    return Table(name=said[1].decode(), path=path, columns=columns, start=start, line=line)


def _dump_rows(table: Table) -> Iterator[Row]:
    with _opened(table.path) as file:
        file.seek(table.start)
        number = table.line
        while (line := file.readline(_LONGEST)) and line.rstrip(b"\r\n") != END:
            values: Sequence[str | None] = ()
            with suppress(ValueError):
                values = parse_row(line.rstrip(b"\r\n"))
            yield _row(table, number, values)
            number += 1


def _in_folder(path: Path) -> list[Table]:
    found = []
    for file in sorted(path.iterdir()):
        if file.name.endswith(_CSV) and file.is_file():
            columns = tuple(plain(one) for one in next(_read(file), []))
            found.append(Table(name=file.name.partition(".")[0], path=file, columns=columns))
    return found


def _csv_rows(table: Table) -> Iterator[Row]:
    rows = _read(table.path)
    next(rows, None)
    for number, columns in enumerate(rows, 2):
        # CSV tells nothing from an empty text, and nothing here may be an empty text.
        yield _row(table, number, [one or None for one in columns])


def _read(path: Path) -> Iterator[list[str]]:
    try:
        with _text(path) as file:
            yield from csv.reader(file)
    except (csv.Error, UnicodeDecodeError, EOFError) as error:
        raise unfit(f"{path.name} cannot be read: {error}.") from None


def _text(path: Path) -> TextIOWrapper:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _row(table: Table, number: int, values: Sequence[str | None]) -> Row:
    if len(values) != len(table.columns):
        return Row(line=number, values=None)
    return Row(line=number, values=dict(zip(table.columns, values, strict=True)))
