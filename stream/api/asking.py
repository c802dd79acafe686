"""What is asked in a query and told in a body, read in one place and strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar, get_origin

from aiohttp import web
from multidict import MultiMapping
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from base.errors import Refused

M = TypeVar("M", bound=BaseModel)

#: An escaped NUL that is not part of an escaped backslash: no database of ours has room for it.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _no_number(value: object) -> object:
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        raise ValueError("should be a day as 2026-11-01, or a time as 2026-11-01T00:00:00Z")
    return value


def _within_reach(at: datetime) -> datetime:
    if not _EARLIEST <= at <= _LATEST:
        raise ValueError("should be a time between 1900 and 2200")
    return at.astimezone(UTC)


#: A time with its zone, near enough that all of the world has a date then.
Instant = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_within_reach)]

#: The same, in a document.
ToldInstant = Annotated[AwareDatetime, AfterValidator(_within_reach)]


def _day_within_reach(day: date) -> date:
    if not _EARLIEST.date() <= day <= _LATEST.date():
        raise ValueError("should be a day between 1900 and 2200")
    return day


#: A day of the calendar in UTC.
Day = Annotated[date, BeforeValidator(_no_number), AfterValidator(_day_within_reach)]
#: A month of the books.
MonthName = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]
#: Who is paid, as the books name them: an id, a member, or the co-operative.
PayeeName = Annotated[
    str, Field(min_length=1, max_length=80, pattern="^[A-Za-z0-9:_-]+$", examples=["member:1f0c"])
]
FieldNames = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=500,
        pattern=r"^[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*$",
        description="Only these fields of each document, their names divided by commas.",
    ),
]


class Query(BaseModel):
    """What may be asked in a query; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sparse(Query):
    """Which fields of one document are asked for."""

    fields: FieldNames = None


def asking(request: web.Request, model: type[M]) -> M:
    """Answer what is asked in the query of a request.

    Raises:
        ValidationError: it is none of that, 422; Refused: `bad-request`, 422.

    """
    return model.model_validate(said_in(request.query, model))


async def told(request: web.Request, model: type[M]) -> M:
    """Answer what the body of a request tells; an empty one tells nothing of anything.

    Raises:
        Refused: `bad-request`, 422: it cannot be kept.
        ValidationError: it is none of that, 422.

    """
    body = await request.read()
    _require_kept(body)
    # JSON has numbers and truth of its own: a text that looks like them is none.
    return model.model_validate_json(body or b"{}", strict=True)


def require_text(name: str, texts: Iterable[str]) -> None:
    """Let pass what is said by a name in an address, and can be looked for.

    Raises:
        Refused: `bad-request`, 422: it has no text in it.

    """
    if any(_NO_TEXT.search(text) for text in (name, *texts)):
        raise _unfit(f"{name!a}: a text has no NUL in it, and no half of a character")


def said_in(query: MultiMapping[str], model: type[BaseModel]) -> Mapping[str, object]:
    """Answer a query by name: of what may be said several times all, of others the only one.

    Raises:
        Refused: `bad-request`, 422: it was said more than once, or has no text in it.

    """
    said: dict[str, object] = {}
    for name in dict.fromkeys(query):
        values = query.getall(name)
        require_text(name, values)
        if name in _repeatable(model):
            said[name] = values
        elif len(values) > 1:
            raise _unfit(f"{name}: say it once")
        else:
            said[name] = values[0]
    return said


def require_json(content_type: str, body: bytes) -> None:
    """Let a body pass that can be read as JSON and be kept.

    Raises:
        Refused: `unsupported-media-type`, 415; `bad-request`, 422.

    """
    if not body:
        return
    if not _JSON.fullmatch(content_type.lower()):
        raise Refused(
            "unsupported-media-type",
            "Please send JSON, and say so: Content-Type: application/json.",
            status=415,
        )
    _require_kept(body)


def require_places(said: Mapping[str, str], places: Mapping[str, Any]) -> None:
    """Let a path pass that has in its places what they are for.

    Raises:
        Refused: `not-found`, 404: there is nothing at such a place.

    """
    for name, kind in places.items():
        try:
            TypeAdapter(kind).validate_python(said[name])
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise Refused(
                "not-found", f"There is nothing here: {name}: {reason}", status=404
            ) from None


def _require_kept(body: bytes) -> None:
    if _NUL.search(body):
        raise _unfit("body: a text has no NUL (\\u0000) in it")


def _repeatable(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(
        field.alias or name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) in {list, tuple, set, frozenset}
    )


def _unfit(sentence: str) -> Refused:
    return Refused("bad-request", sentence, status=422)
