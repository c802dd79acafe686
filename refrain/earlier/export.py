r"""The export of an earlier house's database, read table by table, row by row, in bounded memory.

It is what `pg_dump` writes by itself (plain, also gzipped), or a folder with a CSV file for each
table, as psql's `\copy … csv header` writes them. Names of columns are compared without case and
underscores: `trackId` is `track_id`.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BufferedIOBase, TextIOWrapper
from pathlib import Path

from base.errors import Refused
from refrain.earlier.copy_text import END, parse_row
from refrain.earlier.fields import plain

#: No row is longer: what is, is no export.
_LONGEST = 1 << 24
_COPY = re.compile(rb'COPY (?:"?(\w+)"?\.)?"?(\w+)"? \((.*)\) FROM stdin;')
#: Of a whole dump: what it begins and ends with.
_BEGINS, _ENDS = b"-- PostgreSQL database dump", b"-- PostgreSQL database dump complete"
_CUSTOM, _INSERT = b"PGDMP", b"INSERT INTO"
_PUBLIC = "public"
_CSV = (".csv", ".csv.gz")
#: Bytes that are no UTF-8, as they are read of a sheet.
_ESCAPED = re.compile("[\ud800-\udfff]")


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
    schema: str = ""
    is_twice: bool = False
    start: int = 0
    line: int = 1

    def rows(self) -> Iterator[Row]:
        """Answer its rows, one after the other.

        Raises:
            Refused: `export-unfit`, the file ends in the middle, or is no CSV; or there is another
                table of that name, and nobody knows which it is.

        """
        if self.is_twice:
            raise unfit(f"There are two tables {self.name}, and nobody knows which it is.")
        return _csv_rows(self) if self.path.name.endswith(_CSV) else _dump_rows(self)


def tables_of(path: Path) -> dict[str, Table]:
    """Answer the tables of an export by their names, as they are written there.

    Raises:
        Refused: `export-unfit`: it is no export that we read; the sentence says how to make one.

    """
    try:
        found = _in_folder(path) if path.is_dir() else _in_dump(path)
    except (OSError, EOFError, zlib.error) as error:
        raise unfit(f"{path.name} cannot be read: {error}.") from None
    if not found:
        raise unfit(f"{path.name} has no rows of tables.")
    return _by_name(found)


def _by_name(found: Sequence[Table]) -> dict[str, Table]:
    """Answer tables by their names; of several schemas the one that is PostgreSQL's own counts."""
    tables: dict[str, Table] = {}
    for table in found:
        other = tables.get(table.name)
        if other is None or table.schema == _PUBLIC != other.schema:
            tables[table.name] = table
        elif table.schema == _PUBLIC or other.schema != _PUBLIC:
            tables[table.name] = replace(other, is_twice=True)
    return tables


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
    has: set[bytes] = set()
    inside = False
    for number, at, line in _lines(path):
        if inside:
            inside = line.rstrip(b"\r\n") != END
        elif number == 1 and line.startswith(_CUSTOM):
            raise unfit("The dump is in a form of pg_restore: `pg_restore --file plain.sql`.")
        elif copied := _COPY.match(line):
            found.append(_copied(path, copied, start=at, line=number + 1))
            inside = True
        else:
            has |= {one for one in (_ENDS, _BEGINS, _INSERT) if line.startswith(one)}
    if inside:
        raise unfit(f"{path.name} ends in the middle of the table {found[-1].name}.")
    # Functions insert as well, so it says nothing where rows are copied.
    if _INSERT in has and not found:
        raise unfit("The dump was made with --inserts: make it without.")
    if _BEGINS in has and _ENDS not in has:
        raise unfit(f"{path.name} ends before the dump does: it was broken off.")
    return found


def _lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Answer the lines of a dump with their numbers, and where the next one begins."""
    at = 0
    with _opened(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST), b""), 1):
            if len(line) == _LONGEST and not line.endswith(b"\n"):
                # What stands in the middle of a text is not to be read as a row.
                raise unfit(f"Line {number} of {path.name} is longer than any row.")
            at += len(line)
            yield number, at, line


def _copied(path: Path, said: re.Match[bytes], *, start: int, line: int) -> Table:
    schema, name, columns = ((one or b"").decode(errors="replace") for one in said.groups())
    return Table(
        name=name,
        path=path,
        columns=tuple(plain(one) for one in columns.split(",")),
        schema=schema,
        start=start,
        line=line,
    )


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
            _, header = next(_read(file), (1, []))
            columns = tuple(plain(one) for one in header)
            found.append(Table(name=file.name.partition(".")[0], path=file, columns=columns))
    return found


def _csv_rows(table: Table) -> Iterator[Row]:
    rows = _read(table.path)
    next(rows, None)
    for number, columns in rows:
        is_utf_8 = not any(map(_ESCAPED.search, columns))
        # CSV tells nothing from an empty text, and nothing here may be an empty text.
        yield _row(table, number, [one or None for one in columns] if is_utf_8 else ())


def _read(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Answer rows with the numbers of the lines that they begin on."""
    csv.field_size_limit(_LONGEST)  # of the process, which reads no other
    try:
        with _text(path) as file:
            rows, line = csv.reader(file), 1
            for row in rows:
                yield line, row
                line = rows.line_num + 1
    except (csv.Error, EOFError, OSError, zlib.error) as error:
        raise unfit(f"{path.name} cannot be read: {error}.") from None


def _text(path: Path) -> TextIOWrapper:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _row(table: Table, number: int, values: Sequence[str | None]) -> Row:
    if len(values) != len(table.columns):
        return Row(line=number, values=None)
    return Row(line=number, values=dict(zip(table.columns, values, strict=True)))
