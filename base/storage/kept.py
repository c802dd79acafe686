"""What is durable of an unfinished object, as a value that a row can hold: names and sizes.

A piece is a file of its own on disk (a segment) and a part of a multipart upload on S3. The bytes
of an unfinished object are those of its pieces, in order, and of its tail. Who takes it over from
a writer that may still be alive calls `interrupted`: the pieces stay, and nothing more is
written where the other one may still write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from base.errors import Broken

#: Numbers that a writer who does not answer may still be using: it has one piece under way, and
#: may have begun another before it hears that what it sends no longer counts.
_NUMBERS_IN_DOUBT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A durable run of bytes; `tag` is what S3 calls this version of a part."""

    number: int
    size_bytes: int
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where the durable bytes of one unfinished object lie."""

    name: str
    pieces: tuple[Piece, ...] = ()
    #: Bytes that are too few to be a part on S3; an object of their own.
    tail: Piece | None = None
    #: The number of the next piece; numbers may have gaps.
    next_number: int = 1
    #: Whether nobody but us can be writing to the last piece.
    may_continue: bool = True
    #: The multipart upload on S3.
    upload_id: str = ""
    #: The pieces were put together: the object can be read, and nothing added.
    is_sealed: bool = False

    @property
    def size_bytes(self) -> int:
        """The number of durable bytes."""
        return sum(piece.size_bytes for piece in self._all)

    @property
    def _all(self) -> tuple[Piece, ...]:
        return self.pieces if self.tail is None else (*self.pieces, self.tail)

    @property
    def next_piece(self) -> Piece:
        """The piece that the next bytes on disk belong to."""
        if self.pieces and self.may_continue:
            return self.pieces[-1]
        return Piece(number=self.next_number, size_bytes=0)

    def with_piece(self, piece: Piece) -> Kept:
        """Answer it after `piece` was written: a new one, or the last one grown."""
        others = tuple(one for one in self.pieces if one.number != piece.number)
        return replace(
            self,
            pieces=(*others, piece),
            tail=None,
            next_number=max(self.next_number, piece.number + 1),
            may_continue=True,
        )

    def interrupted(self) -> Kept:
        """Answer what the next writer goes on from when this one may still be alive."""
        return replace(self, next_number=self.next_number + _NUMBERS_IN_DOUBT, may_continue=False)

    def as_json(self) -> dict[str, Any]:
        """Print it for a row."""
        return {
            "name": self.name,
            "pieces": [_print(piece) for piece in self.pieces],
            "tail": _print(self.tail) if self.tail else None,
            "next_number": self.next_number,
            "may_continue": self.may_continue,
            "upload_id": self.upload_id,
            "is_sealed": self.is_sealed,
        }


def parse_kept(document: Mapping[str, Any]) -> Kept:
    """Read what `as_json` wrote."""
    return Kept(
        name=document["name"],
        pieces=tuple(_parse(piece) for piece in document["pieces"]),
        tail=_parse(document["tail"]) if document["tail"] else None,
        next_number=document["next_number"],
        may_continue=document["may_continue"],
        upload_id=document["upload_id"],
        is_sealed=document["is_sealed"],
    )


def require_same(key: str, size_bytes: int, kept: Kept) -> None:
    """Let an object that is there stand for an unfinished one: content of one digest has one size.

    Raises:
        Broken: it cannot be the same.

    """
    if size_bytes != kept.size_bytes:
        raise Broken(
            "object-differs",
            f"The object {key} has {size_bytes} bytes, and {kept.name} would be {kept.size_bytes}.",
        )


def _print(piece: Piece) -> list[Any]:
    return [piece.number, piece.size_bytes, piece.tag]


def _parse(document: list[Any]) -> Piece:
    number, size_bytes, tag = document
    return Piece(number=number, size_bytes=size_bytes, tag=tag)
