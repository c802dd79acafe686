"""That a row needs an object in storage: which one, how large, as what, and whose it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Role(StrEnum):
    """What an object is to the row that refers to it."""

    MASTER = "master"
    RENDITION = "rendition"
    PART = "part"
    WAVEFORM = "waveform"
    PICTURE = "picture"
    ARTWORK = "artwork"
    IMAGE = "image"
    ARCHIVE = "archive"
    EXPORT = "export"
    REPORT = "report"
    SUPPLIED = "supplied"
    MESSAGE = "message"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A row's need of an object; `subject` is the id of the row, or of the master it is drawn of.

    `size_bytes` is None where the row does not tell.
    """

    key: str
    role: Role
    subject: str
    size_bytes: int | None = None

    @property
    def digest(self) -> str | None:
        """The digest that the object is named by, which is that of its content; all should be."""
        name = self.key.rpartition("/")[2].partition(".")[0]
        return name if _DIGEST.fullmatch(name) else None


def to_line(reference: Reference) -> str:
    """Print it for a file of many."""
    fields = [reference.key, reference.role, reference.subject, reference.size_bytes]
    return f"{json.dumps(fields, separators=(',', ':'))}\n"


def parse_line(line: str) -> Reference:
    """Read what `to_line` wrote."""
    key, role, subject, size_bytes = json.loads(line)
    return Reference(key=key, role=Role(role), subject=subject, size_bytes=size_bytes)
