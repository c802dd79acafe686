"""Listens as ListenBrainz writes them: what is submitted and what is answered.

Source: ListenBrainz API, "Core" and "JSON documentation", with the limits that it names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from base.errors import Refused
from base.storable import storable
from catalog.listens import Later, Listen, SignedOut

#: What one submission, and one listen of it, may take.
MOST_LISTENS, MOST_LISTEN_BYTES, MOST_BYTES = 1_000, 10_240, 10_240_000
#: Nothing was kept of listening before this: 1 October 2002.
EARLIEST = datetime(2002, 10, 1, tzinfo=UTC)
_NAME = 2_000
_MOST_TAGS, _LONGEST_TAG = 50, 64
_TOLD_MBIDS, _MOST_TOLD, _LONGEST_WAIT_S = 50, 300, 86_400


class ListenType(StrEnum):
    """What a submission is about."""

    SINGLE = "single"
    PLAYING_NOW = "playing_now"
    IMPORT = "import"


def _trimmed(said: object) -> object:
    return " ".join(storable(said).split()) if isinstance(said, str) else said


_Name = Annotated[str, BeforeValidator(_trimmed), Field(min_length=1, max_length=_NAME)]


class _Metadata(BaseModel):
    """What a track is called; more than that is told loosely, and kept as it was."""

    model_config = ConfigDict(extra="ignore")

    artist_name: _Name
    track_name: _Name
    release_name: Annotated[str | None, BeforeValidator(_trimmed)] = Field(
        default=None, max_length=_NAME
    )
    additional_info: dict[str, Any] = {}


class _Listen(BaseModel):
    model_config = ConfigDict(extra="ignore")

    listened_at: int | None = None
    track_metadata: _Metadata


class _Submission(BaseModel):
    model_config = ConfigDict(extra="ignore")

    listen_type: ListenType
    payload: list[_Listen] = Field(min_length=1, max_length=MOST_LISTENS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A listen that somebody submits, and all that they told beside it."""

    listen: Listen
    info: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody submits: one listen unless it is an import."""

    kind: ListenType
    listens: Sequence[Submitted]


def print_submission(kind: ListenType, listens: Sequence[Listen], *, version: str) -> bytes:
    """Write listens to be submitted by a version of ours."""
    payload = [_printed(one, version=version) for one in listens]
    return json.dumps({"listen_type": kind, "payload": payload}).encode()


def _printed(listen: Listen, *, version: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "media_player": "Refrain",
        "submission_client": "Refrain",
        "submission_client_version": version,
        "music_service_name": "Refrain",
        "duration_ms": listen.duration_ms,
        "tracknumber": listen.number,
        "isrc": listen.isrc,
        "recording_mbid": _text(listen.recording_mbid),
        "release_mbid": _text(listen.release_mbid),
        "artist_mbids": [str(one) for one in listen.artist_mbids] or None,
        "origin_url": listen.origin_url,
    }
    metadata = {
        "artist_name": listen.artist,
        "track_name": listen.track,
        "release_name": listen.release,
        "additional_info": _without_nothing(told),
    }
    document: dict[str, Any] = {"track_metadata": _without_nothing(metadata)}
    if listen.listened_at is not None:
        document["listened_at"] = int(listen.listened_at.timestamp())
    return document


def parse_taken(status: int, headers: Mapping[str, str], body: bytes) -> int | None:
    """Read how a server answered a submission; answer how long to wait before the next, if at all.

    Names of fields are in small letters.

    Raises:
        SignedOut: `signed-out`: the token opens nothing there.
        Refused: `listens-unfit`: it will never take it as it was sent.
        Later: it takes nothing now.

    """
    match status:
        case HTTPStatus.OK:
            return _seconds(headers.get("x-ratelimit-reset-in")) if _is_spent(headers) else None
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            sentence = f"The server does not take the token: {_said(body)}"
            raise SignedOut("signed-out", sentence, status=409)
        case HTTPStatus.BAD_REQUEST | HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise unfit(f"The server says: {_said(body)}")
        case _:
            waits = [headers.get("retry-after"), headers.get("x-ratelimit-reset-in")]
            after_s = max((one for one in map(_seconds, waits) if one is not None), default=None)
            raise Later(f"The server answered with status {status}.", after_s=after_s)


def parse_person(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Read whose token a server says that it was shown; None where it is nobody's.

    Raises:
        Later: it cannot say so now.
        Refused: `not-listenbrainz`, 422: it answers something else.

    """
    if status == HTTPStatus.UNAUTHORIZED:
        return None
    if status != HTTPStatus.OK:
        parse_taken(status, headers, body)
    try:
        said = json.loads(body)
        return (storable(str(said.get("user_name") or "")) or "?") if said["valid"] else None
    except (ValueError, TypeError, KeyError, AttributeError):
        sentence = "There is no ListenBrainz at this address: it does not say whose the token is."
        raise Refused("not-listenbrainz", sentence, status=422) from None


def _is_spent(headers: Mapping[str, str]) -> bool:
    return headers.get("x-ratelimit-remaining", "").strip() == "0"


def _seconds(said: str | None) -> int | None:
    """Read a number of seconds; who tells a date instead is asked again when we like."""
    text = (said or "").strip()
    return min(int(text), _LONGEST_WAIT_S) if text.isascii() and text.isdigit() else None


def _said(body: bytes) -> str:
    try:
        return storable(str(json.loads(body)["error"])[:_MOST_TOLD])
    except (ValueError, TypeError, KeyError):
        return storable(body[:_MOST_TOLD].decode(errors="replace"))


def parse_submission(body: bytes, *, now: datetime) -> Submission:
    """Read what somebody submits.

    Raises:
        Refused: `listens-unfit`, 400: it is no submission, or more than one may be.

    """
    if len(body) > MOST_BYTES:
        raise unfit(f"A submission has at most {MOST_BYTES} bytes.")
    try:
        said = _Submission.model_validate_json(body)
    except ValidationError as error:
        raise unfit(_fault(error)) from None
    if said.listen_type is not ListenType.IMPORT and len(said.payload) != 1:
        raise unfit(f"A submission of the type {said.listen_type} has one listen.")
    listens = [_submitted(one, said.listen_type, now=now) for one in said.payload]
    return Submission(kind=said.listen_type, listens=listens)


def _submitted(said: _Listen, kind: ListenType, *, now: datetime) -> Submitted:
    metadata = said.track_metadata
    info = metadata.additional_info
    _require_small(info)
    listen = Listen(
        track=metadata.track_name,
        artist=metadata.artist_name,
        release=metadata.release_name or None,
        listened_at=_time(said.listened_at, kind, now=now),
        duration_ms=_duration_ms(info),
        isrc=_isrc(info.get("isrc")),
        recording_mbid=_mbid(info.get("recording_mbid")),
        release_mbid=_mbid(info.get("release_mbid")),
        artist_mbids=_mbids(info.get("artist_mbids")),
    )
    return Submitted(listen=listen, info=info)


def _require_small(info: Mapping[str, Any]) -> None:
    try:
        size_bytes = len(json.dumps(info, allow_nan=False).encode())
    except ValueError:  # no database keeps what is no JSON
        raise unfit("additional_info holds a number that is none.") from None
    if size_bytes > MOST_LISTEN_BYTES:
        raise unfit(f"A listen has at most {MOST_LISTEN_BYTES} bytes.")
    tags = info.get("tags") or []
    if not isinstance(tags, list) or len(tags) > _MOST_TAGS:
        raise unfit(f"A listen has at most {_MOST_TAGS} tags, in a list.")
    if any(not isinstance(one, str) or len(one) > _LONGEST_TAG for one in tags):
        raise unfit(f"A tag is a text of at most {_LONGEST_TAG} letters.")


def _time(said: int | None, kind: ListenType, *, now: datetime) -> datetime | None:
    if kind is ListenType.PLAYING_NOW:
        if said is not None:
            raise unfit("What sounds now has no listened_at.")
        return None
    if said is None:
        raise unfit("A listen has a listened_at: the time that it began, in seconds since 1970.")
    if not EARLIEST.timestamp() <= said <= now.timestamp() + 1:
        raise unfit(f"A listened_at is between {EARLIEST:%Y-%m-%d} and now.")
    return datetime.fromtimestamp(said, tz=UTC)


def _duration_ms(info: Mapping[str, Any]) -> int | None:
    for name, factor in (("duration_ms", 1), ("duration", 1_000)):
        said = info.get(name)
        if isinstance(said, int | float) and 0 < said * factor < 1 << 31:
            return round(said * factor)
    return None


def _isrc(said: object) -> str | None:
    bare = "".join(one for one in said if one.isalnum()).upper() if isinstance(said, str) else ""
    return bare if bare.isascii() and len(bare) == 12 else None  # noqa: PLR2004 - ISO 3901


def _mbid(said: object) -> UUID | None:
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _mbids(said: object) -> tuple[UUID, ...]:
    several = said[:_TOLD_MBIDS] if isinstance(said, list) else []
    return tuple(one for one in map(_mbid, several) if one is not None)


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(one) for one in first["loc"])
    return f"This is no submission of listens: {place or 'the body'}: {first['msg']}."


def unfit(sentence: str) -> Refused:
    """Say what is wrong with what was submitted."""
    return Refused("listens-unfit", sentence, status=400)


def _text(number: UUID | None) -> str | None:
    return None if number is None else str(number)


def _without_nothing(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in told.items() if one is not None}
