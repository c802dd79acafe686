"""Who looks into a database again and again is told when there can be nothing new.

SQLite counts what others commit (`PRAGMA data_version`), and to ask for the count takes
microseconds, where a query takes a hundred times as long: a house where nothing happens rests.
PostgreSQL has no such count, and there each look is due.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

from base.database import Database

#: What becomes due by the time alone, and not because somebody wrote it, is seen within this.
SOON_S = 0.5
#: Nothing becomes due by the time; still nobody has to rely on that.
SELDOM_S = 5.0


class Lookout:
    """One who looks into a database; it keeps a connection of its own until it is closed."""

    def __init__(
        self,
        database: Database,
        now_s: Callable[[], float] = time.monotonic,
        *,
        at_least_every_s: float = SOON_S,
    ) -> None:
        """Begin where the first look is due; nothing is connected yet."""
        self._at_least_every_s = at_least_every_s
        self._path = _path_of(database)
        self._now_s = now_s
        self._counting: sqlite3.Connection | None = None
        self._seen: int | None = None
        self._looked_s = float("-inf")

    def is_due(self) -> bool:
        """Tell whether to look, and take it that whoever asks does so at once.

        Who found something, or could not look, says `again`.
        """
        now_s, count = self._now_s(), self._count()
        is_new = count is None or count != self._seen
        if not is_new and now_s - self._looked_s < self._at_least_every_s:
            return False
        self._seen, self._looked_s = count, now_s
        return True

    def again(self) -> None:
        """Let the next look be due in any case."""
        self._looked_s = float("-inf")

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._counting is not None:
            self._counting.close()
            self._counting = None

    def _count(self) -> int | None:
        """Answer how often others have written by now; nothing where that cannot be told."""
        if not self._path:
            return None
        try:
            if self._counting is None:
                # It never makes the file, and never waits for a writer.
                place = f"file:{quote(self._path)}?mode=rw"
                self._counting = sqlite3.connect(place, uri=True, timeout=0, isolation_level=None)
            return int(self._counting.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                self.close()
            return None


def _path_of(database: Database) -> str:
    """Answer where SQLite has its file; nothing for another database, or one in memory."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return ""
    return str(url.database)
