"""An export of an earlier house: a few people and tracks told by hand, or thousands by a seed.

Written as `pg_dump` writes them, or as psql's `\\copy`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from argon2 import PasswordHasher

from refrain.earlier.copy_text import END, print_row
from tests.support.masters import tone

Value = str | int | bool | UUID | datetime | None
#: By which people sign in, there and here.
SAID = "a mouse in an organ pipe"
OPENED = datetime(2021, 3, 1, 9, 30, tzinfo=UTC)
COLUMNS: Mapping[str, Sequence[str]] = {
    "credits": ("user_id", "total"),
    "favorites": ("id", "user_id", "track_id", "created_at"),
    "orders": ("id", "user_id", "amount"),
    "playlist_items": ("playlist_id", "track_id", "index"),
    "playlists": ("id", "creatorId", "title", "about", "private", "created_at"),
    "plays": ("id", "track_id", "user_id", "event", "created_at"),
    "roles": ("id", "name"),
    "track_group_items": ("track_group_id", "track_id", "index"),
    "track_groups": (
        *("id", "creatorId", "title", "type", "display_artist", "private", "enabled"),
        *("release_date", "cover", "created_at"),
    ),
    "tracks": (
        *("id", "legacyId", "creatorId", "track_name", "track_artist", "track_url", "status"),
        *("created_at", "deleted_at"),
    ),
    "user_group_members": ("user_group_id", "user_id"),
    "user_group_types": ("id", "name"),
    "user_groups": ("id", "ownerId", "typeId", "displayName", "description", "created_at"),
    "user_track_group_purchases": ("id", "user_id", "track_group_id", "created_at"),
    "user_track_purchases": ("id", "user_id", "track_id", "created_at"),
    "users": (
        *("id", "legacyId", "displayName", "email", "email_confirmed", "password", "country"),
        *("role_id", "created_at", "deleted_at"),
    ),
}


def number(kind: int, index: int) -> UUID:
    """Answer a number that says what it is of."""
    return UUID(int=(0x4000 << 64) | (kind << 100) | (0x8 << 60) | index)


def user(index: int) -> UUID:
    return number(1, index)


def group(index: int) -> UUID:
    return number(2, index)


def track(index: int) -> UUID:
    return number(3, index)


def album(index: int) -> UUID:
    return number(4, index)


@dataclass
class Export:
    """Rows by table, in the order in which they are told."""

    rows: dict[str, list[list[Value]]] = field(default_factory=lambda: {t: [] for t in COLUMNS})

    def add(self, table: str, **said: Value) -> None:
        self.rows[table].append([said.pop(name, None) for name in COLUMNS[table]])
        assert not said, said

    def user(self, index: int, **said: Value) -> UUID:
        told = {"displayName": f"Listener {index}", "email": f"l{index}@example.org"}
        self.add("users", **{**told, "id": user(index), "created_at": OPENED, **said})
        return user(index)

    def song(self, index: int, by: UUID, **said: Value) -> UUID:
        told: dict[str, Value] = {"track_name": f"Song {index}", "status": 3}
        told |= {"legacyId": 1_000 + index}
        told |= {"id": track(index), "creatorId": by, "created_at": OPENED}
        self.add("tracks", **{**told, **said})
        return track(index)

    def play(self, by: UUID, of: UUID, *, times: int = 1, event: int = 1) -> None:
        for _ in range(times):
            index = len(self.rows["plays"]) + 1
            at = OPENED + timedelta(hours=index)
            told = {"user_id": by, "track_id": of, "event": event, "created_at": at}
            self.add("plays", id=number(5, index), **told)

    def dump(self, path: Path) -> Path:
        """Write what `pg_dump` writes."""
        parts = [b"--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n"]
        for table, rows in self.rows.items():
            columns = ", ".join(f'"{c}"' if c != c.lower() else c for c in COLUMNS[table])
            parts.append(f"COPY public.{table} ({columns}) FROM stdin;\n".encode())
            parts += [print_row([_text(value) for value in row]) + b"\n" for row in rows]
            parts.append(END + b"\n\n\n")
        parts.append(b"--\n-- PostgreSQL database dump complete\n--\n\n")
        path.write_bytes(b"".join(parts))
        return path

    def sheets(self, folder: Path) -> Path:
        """Write what psql's `\\copy … csv header` writes."""
        folder.mkdir()
        for table, rows in self.rows.items():
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                sheet = csv.writer(file, lineterminator="\n")
                sheet.writerow(COLUMNS[table])
                sheet.writerows([_text(value) for value in row] for row in rows)
        return folder


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}+00"
    return None if value is None else str(value)


def small_export(folder: Path) -> tuple[Path, Path]:
    """Write an export with a track at its sixth play, and its master."""
    made, file = Export(), number(9, 1)
    kept = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(SAID)
    ada = made.user(1, email="ada@example.org", email_confirmed=True, password=kept)
    made.add("user_groups", id=group(1), ownerId=ada, displayName="The Larks")
    ben = made.user(2, email="ben@example.org", email_confirmed=True, password=kept)
    song = made.song(1, group(1), track_url=file)
    made.add("track_groups", id=album(1), creatorId=group(1), title="Dawn", type="ep")
    made.add("track_group_items", track_group_id=album(1), track_id=song, index=1)
    made.play(ben, song, times=6)
    made.add("credits", user_id=ben, total=1_000)
    media = folder / "media"
    media.mkdir()
    tone(media / f"{file}.wav", seconds=2)
    return made.dump(folder / "earlier.sql"), media


def seeded(seed: int, *, users: int, tracks: int, plays: int) -> tuple[Export, dict[str, int]]:
    """Answer an export by chance, and what it comes to in all."""
    chance, made = Random(seed), Export()
    people = [made.user(index) for index in range(users)]
    made.add("user_groups", id=group(1), ownerId=people[0], displayName="The Larks")
    songs = [made.song(index, group(1)) for index in range(tracks)]
    counted: dict[tuple[UUID, UUID], int] = {}
    for _ in range(plays):
        pair, event = (chance.choice(people), chance.choice(songs)), chance.randrange(4)
        made.play(*pair, event=min(event, 1))
        counted[pair] = counted.get(pair, 0) + min(event, 1)
    held = [chance.randrange(200_000) for _ in people]
    for one, total in zip(people, held, strict=True):
        made.add("credits", user_id=one, total=total)
    sums = {"steps": sum(min(9, one) for one in counted.values()), "credits": 1_000 * sum(held)}
    return made, {**sums, "owned": sum(one >= 9 for one in counted.values())}
