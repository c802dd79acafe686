"""What a backup is: where its parts lie, what its manifest says, and which of many are kept.

objects/<key>                     the objects of all backups, each once
backups/<id>/objects.gz           which of them this one needs: a line of catalog.reference each
backups/<id>/tables/<name>.gz     rows of PostgreSQL, as COPY writes them as text
backups/<id>/refrain.db.gz        or the file of SQLite
backups/<id>/manifest.json        written last: without it there is no backup
turns/<name>                      who is writing here now
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from base.errors import Refused

OBJECTS = "objects/"
BACKUPS = "backups/"
MANIFEST = "manifest.json"
#: A manifest of another form is refused, and never guessed at.
FORM = 1
_ID = re.compile(r"\d{8}t\d{12}z")
_CONFIG = ConfigDict(frozen=True, extra="forbid")


class Part(BaseModel):
    """A file of a backup, as it is stored; of a table also how many rows, and which columns."""

    model_config = _CONFIG

    name: str
    key: str
    sha256: str
    size_bytes: int
    rows: int = 0
    columns: tuple[str, ...] = ()


class Missing(BaseModel):
    """An object that a row needed and the house did not have, or not as it should be."""

    model_config = _CONFIG

    key: str
    why: Literal["lost", "damaged"]


class Manifest(BaseModel):
    """What a backup holds; `at` is the moment that its database shows."""

    model_config = _CONFIG

    form: int
    id: str
    at: datetime
    kind: Literal["postgresql", "sqlite"]
    revision: str
    version: str
    parts: tuple[Part, ...]
    sequences: dict[str, int]
    objects: Part
    objects_bytes: int
    missing: tuple[Missing, ...] = ()


def id_at(at: datetime) -> str:
    """Answer what a backup that is begun at a time is called; later ones sort behind."""
    return f"{at:%Y%m%dt%H%M%S%f}z"


def is_id(name: str) -> bool:
    """Tell whether a backup may be called so."""
    return _ID.fullmatch(name) is not None


def object_key(key: str) -> str:
    """Answer where a house's object lies among backups."""
    return f"{OBJECTS}{key}"


def manifest_key(backup_id: str) -> str:
    """Answer where the manifest of a backup lies."""
    return f"{BACKUPS}{backup_id}/{MANIFEST}"


def parse_manifest(text: bytes) -> Manifest:
    """Read what `print_manifest` wrote.

    Raises:
        Refused: `backup-unreadable`: it is none, or one of another version's form.

    """
    try:
        found = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise Refused(
            "backup-unreadable",
            "The manifest of the backup cannot be read: it is spoilt, or "
            "another version of Refrain wrote it.",
        ) from error
    if found.form != FORM:
        raise Refused(
            "backup-unreadable",
            f"The backup has the form {found.form}, and this version reads {FORM}: use the version "
            f"of Refrain that wrote it, {found.version}.",
        )
    return found


def print_manifest(manifest: Manifest) -> bytes:
    """Write a manifest down."""
    return manifest.model_dump_json(indent=1).encode() + b"\n"


def to_go(ids: Sequence[str], *, keep: int, made: str) -> list[str]:
    """Answer which backups go: of each day the last stays, of days the last `keep`.

    Those of the last day all stay, for who made several then had a reason; and so does the one
    that was `made` just now, whatever day a clock that was wrong once has put before it.
    """
    last = {one[:8]: one for one in sorted(ids)}
    days = sorted(last)[-keep:]
    stay = {made, *(last[day] for day in days)} | {one for one in ids if one[:8] == days[-1]}
    return [one for one in sorted(ids) if one not in stay]
