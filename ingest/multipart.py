"""Multipart uploads straight to the storage: the documents, as Uppy's Companion has them.

What a client says it sent is held against what the storage says it has; only that counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from base.errors import Refused
from base.storage.direct import LEAST_PART_BYTES
from base.storage.kept import Piece

PartNumber = Annotated[int, Field(ge=1, le=10_000)]


class BeginMultipart(BaseModel):
    """Begin: what the file is called, and what else the client knows of it."""

    model_config = ConfigDict(extra="ignore")

    filename: str = Field(default="", max_length=1000)
    type: str | None = None
    metadata: dict[str, str | float | bool | None] = Field(default_factory=dict, max_length=50)


class MultipartBegun(BaseModel):
    """Two names of the upload; a client sends both back, and the second is read."""

    key: str
    # As Companion spells it.
    upload_id: str = Field(serialization_alias="uploadId")


class PartAddress(BaseModel):
    """Where to PUT a part, and for how many seconds."""

    url: str
    expires: int


class SentPart(BaseModel):
    """A part as the client knows it."""

    model_config = ConfigDict(extra="ignore")

    number: PartNumber = Field(alias="PartNumber")
    tag: str = Field(alias="ETag", max_length=200)


class StoredPart(BaseModel):
    """A part as the storage knows it."""

    number: int = Field(serialization_alias="PartNumber")
    size_bytes: int = Field(serialization_alias="Size")
    tag: str = Field(serialization_alias="ETag")


class StoredParts(RootModel[list[StoredPart]]):
    """The parts that are there."""


class CompleteMultipart(BaseModel):
    """End: the parts that make the file, in order."""

    model_config = ConfigDict(extra="ignore")

    parts: list[SentPart] = Field(min_length=1, max_length=10_000)


class MultipartCompleted(BaseModel):
    """Where the track is that came of it, and the names of track and master; or the draft."""

    location: str
    key: str
    track: str | None
    release: str | None
    master: str | None
    sha256: str


def details_in(metadata: Mapping[str, object]) -> dict[str, str]:
    """Answer what to keep of what a client says of a file: what can be read in one line."""
    said = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in metadata.items()
        if value is not None
    }
    return {key: text for key, text in said.items() if key.isprintable() and text.isprintable()}


def chosen(sent: Sequence[SentPart], stored: Iterable[Piece]) -> tuple[Piece, ...]:
    """Answer the stored parts that the client names.

    Raises:
        Refused: `part-missing`, 409; `part-order` or `part-small`, 400.

    """
    numbers = [part.number for part in sent]
    if numbers != sorted(set(numbers)):
        raise Refused("part-order", "Name the parts by rising numbers, each once.")
    found = {piece.number: piece for piece in stored}
    for part in sent:
        piece = found.get(part.number)
        if piece is None or _bare(piece.tag) != _bare(part.tag):
            raise Refused(
                "part-missing",
                f"Part {part.number} is not in the storage as you sent it; please send it again.",
                status=409,
            )
    pieces = tuple(found[number] for number in numbers)
    if small := [piece.number for piece in pieces[:-1] if piece.size_bytes < LEAST_PART_BYTES]:
        raise Refused(
            "part-small",
            f"Part {small[0]} has less than 5 MiB; only the last part may.",
        )
    return pieces


def _bare(tag: str) -> str:
    return tag.strip().strip('"')
