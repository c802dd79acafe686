"""What is found, as documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from catalog.models.search import SearchKind
from catalog.ranking import Match, Ranked
from stream.api.asking import Sparse
from stream.api.paging import Paged
from stream.api.picture_documents import picture_url

_LONGEST = 1000
_EXAMPLE: dict[str, JsonValue] = {
    "kind": "track",
    "id": "5b1f0c52-8f6d-4f0e-9d0e-6f6f0a7b8c9d",
    "title": "Hoppípolla",
    "artist": "Sigur Rós",
    "picture": "/api/v1/releases/0c9d6a52-0f7f-4f5c-8a55-3f2a7a1d4c11/artwork",
    "match": "words",
}

Asked = Annotated[
    str, Field(max_length=_LONGEST, description="Any text: titles, names, parts of them.")
]


class SearchQuery(Paged):
    """What is looked for, and of which kinds; of all, unless told."""

    q: Asked
    kinds: tuple[SearchKind, ...] = Field(
        default=(), max_length=len(SearchKind), description="Only these; may be said several times."
    )
    limit: int = Field(default=20, ge=1, le=50, description="How many at most.")


class SuggestionQuery(Sparse):
    """What somebody has written so far."""

    q: Asked
    limit: int = Field(default=8, ge=1, le=20, description="How many at most.")


class FoundDocument(BaseModel):
    """Something that was found, and how it matches what was asked for."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    kind: SearchKind
    id: UUID
    title: str
    artist: str | None = Field(description="Whom it is credited to, as far as that is told.")
    picture: str | None = Field(
        description="Where its picture is, if it has one: of a track, its release's or its own."
    )
    match: str = Field(description="exact, prefix, words, parts or similar: the best come first.")


class FoundGroup(BaseModel):
    """The best of one kind."""

    kind: SearchKind
    items: list[FoundDocument]


class SearchAnswer(BaseModel):
    """The best of all kinds together, and on the first page the best of each by itself."""

    items: list[FoundDocument]
    groups: list[FoundGroup]
    next: str | None


class SuggestionList(BaseModel):
    """What may be meant by what was written so far."""

    items: list[FoundDocument]


def document(one: Ranked) -> FoundDocument:
    """Say what was found."""
    found = one.document
    return FoundDocument(
        kind=SearchKind(found.kind),
        id=found.subject_id,
        title=found.title,
        artist=found.credited,
        picture=picture_url(one.picture),
        match=Match(one.match).name.lower(),
    )


def groups(found: Sequence[Ranked], *, most: int) -> list[FoundGroup]:
    """Put the best of each kind together, the kind of the very best first."""
    kinds: dict[SearchKind, list[FoundDocument]] = {}
    for one in found:
        told = document(one)
        kinds.setdefault(told.kind, []).append(told)
    return [FoundGroup(kind=kind, items=items[:most]) for kind, items in kinds.items()]
