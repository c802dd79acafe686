"""Lists in parts: how many, from where on, and the cursor that says where the next part begins.

A cursor names the list and the place in its order (keyset); it is read as strictly as anything
that comes from outside, so it need not be signed: it says where to go on, never what may be seen.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

from pydantic import Field, TypeAdapter

from base.errors import Refused
from stream.api.asking import FieldNames, Query

T = TypeVar("T")
K = TypeVar("K", bound=tuple[Any, ...])

#: How many are told unless somebody says how many.
LIMIT = 50
_MOST = 200
_LONGEST = 400
_WHOLE_NUMBERS = 2**63


class Paged(Query):
    """How many of a list, and from behind what."""

    limit: int = Field(default=LIMIT, ge=1, le=_MOST, description="How many at most.")
    cursor: str | None = Field(
        default=None,
        min_length=1,
        max_length=_LONGEST,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="Where to go on: `next` of the answer before, as it was.",
    )
    fields: FieldNames = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list, and the cursor of the next one, if there is one."""

    items: Sequence[T]
    next: str | None


class Keyset(Generic[K]):
    """The order of a list, as its cursors say it: its name, and what it is ordered by."""

    def __init__(self, name: str, kind: type[K]) -> None:
        """`kind` is the tuple of what the columns of the order hold."""
        self._name = name
        self._cursors: TypeAdapter[tuple[str, K]] = TypeAdapter(tuple[str, kind])  # type: ignore[valid-type]

    def after(self, cursor: str | None) -> K | None:
        """Answer the place behind which to go on; without a cursor there is none.

        Raises:
            Refused: `bad-cursor`, 422: not one that `page` of this list gave out.

        """
        if cursor is None:
            return None
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            name, place = self._cursors.validate_json(urlsafe_b64decode(padded), strict=True)
            if name == self._name:
                return cast("K", tuple(_bounded(value) for value in place))
        except (ValueError, OverflowError):  # of pydantic's errors too
            pass
        raise Refused("bad-cursor", "That cursor is none that this list gave out.", status=422)

    def page(self, found: Sequence[T], *, limit: int, place: Callable[[T], K]) -> Page[T]:
        """Answer a part of a list, of which one more than `limit` was asked for."""
        shown = found[:limit]
        return Page(items=shown, next=self.print(place(shown[-1])) if len(found) > limit else None)

    def print(self, place: K) -> str:
        """Write a place down for who comes back."""
        text = self._cursors.dump_json((self._name, place))
        return urlsafe_b64encode(text).decode().rstrip("=")


def _bounded(value: object) -> object:
    """Answer what a database has a place for.

    Raises:
        ValueError: it has none; OverflowError, near the ends of time.

    """
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, int) and not -_WHOLE_NUMBERS <= value < _WHOLE_NUMBERS:
        raise ValueError(value)
    if isinstance(value, str) and "\x00" in value:
        raise ValueError(value)
    return value
