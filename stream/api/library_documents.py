"""A library as a document: compact where it is whole, with titles where it is a page."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, WithJsonSchema

from accounting.library import Library

#: A pair: said as a list of two, which more readers of descriptions know than one of its places.
Begun = Annotated[
    tuple[str, int],
    WithJsonSchema(
        {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            "minItems": 2,
            "maxItems": 2,
        }
    ),
]


class WholeLibrary(BaseModel):
    """Recordings by their numbers: owned ones, the newest first, and how often others were paid.

    `steps` of them make an owner. Titles: `GET /api/v1/library/owned` and `…/begun`.
    """

    steps: int
    owned: list[str]
    begun: list[Begun]


class LibraryItem(BaseModel):
    """A recording, and a track of it that can be heard; null where none is left.

    What the next play of it costs, and to own it at once, is in milli-credits.
    """

    recording: str
    plays: int
    next_price: int
    remainder: int
    owned_at: datetime | None
    track: str | None
    title: str | None
    artist: str | None


class LibraryPage(BaseModel):
    """Some of a library."""

    steps: int
    items: list[LibraryItem]
    next: str | None


def whole_library(found: Library, *, steps: int) -> str:
    """Say all of a library: ten thousand recordings are checked by nobody, and in no time."""
    document = {"steps": steps, "owned": found.owned, "begun": found.begun}
    return json.dumps(document, separators=(",", ":"))
