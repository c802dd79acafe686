"""A SQLite as another file, as it was at one moment, while others write; and back into its place.

By SQLite's own means (Online Backup API), in one step: writers go on in the log beside it (WAL).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from base.errors import Broken

_BUSY_S = 30.0


def copy_sqlite(source: Path, target: Path) -> None:
    """Have in a file what another has, in one transaction of both; called in a thread.

    Raises:
        Broken: `database-spoilt`: there is none in the file.

    """
    try:
        with (
            closing(sqlite3.connect(source, timeout=_BUSY_S)) as here,
            closing(sqlite3.connect(target, timeout=_BUSY_S)) as there,
        ):
            here.backup(there)
    except sqlite3.DatabaseError as error:
        raise Broken("database-spoilt", f"{source.name} cannot be copied: {error}.") from error


def without_log(path: Path) -> None:
    """Let one file have all, with no log beside it; nobody has it open; called in a thread."""
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA journal_mode = DELETE")


def faults_in_sqlite(path: Path) -> list[str]:
    """Look through a database; answer what is wrong with it; called in a thread."""
    try:
        with closing(sqlite3.connect(path)) as opened:
            said = [row[0] for row in opened.execute("PRAGMA integrity_check")]
            orphans = opened.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    faults = [] if said == ["ok"] else said
    return faults + [
        f"{table} refers to a row of {parent} that is not there" for table, _, parent, _ in orphans
    ]
