"""What is printed for ListenBrainz is read again; what is more than it takes is refused."""

import json
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from catalog.listenbrainz import (
    EARLIEST,
    MOST_LISTENS,
    ListenType,
    parse_person,
    parse_submission,
    parse_taken,
    print_submission,
)
from catalog.listens import Later, Listen, SignedOut, number_of
from tests.support.catalog import NOON

_NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20
)
_LISTENS = st.builds(
    Listen,
    track=_NAMES,
    artist=_NAMES,
    release=st.none() | _NAMES,
    listened_at=st.datetimes(
        min_value=EARLIEST.replace(tzinfo=None),
        max_value=NOON.replace(tzinfo=None),
        timezones=st.just(UTC),
    ).map(lambda at: at.replace(microsecond=0)),
    duration_ms=st.none() | st.integers(1, 10**8),
    isrc=st.none() | st.just("GBAYE0601498"),
    recording_mbid=st.none() | st.uuids(),
    release_mbid=st.none() | st.uuids(),
    artist_mbids=st.lists(st.uuids(), max_size=3).map(tuple),
)


@given(st.lists(_LISTENS, min_size=1, max_size=2))
def test_what_is_printed_is_read_again(listens: list[Listen]) -> None:
    body = print_submission(ListenType.IMPORT, listens, version="0.1")

    read = parse_submission(body, now=NOON)

    assert [one.listen for one in read.listens] == listens
    assert all(one.info["submission_client"] == "Refrain" for one in read.listens)


def listen(**said: Any) -> dict[str, Any]:  # noqa: ANN401 - what a program may send
    metadata = {"artist_name": "Ada", "track_name": "Song", **said.pop("metadata", {})}
    return {"listened_at": 1_700_000_000, "track_metadata": metadata, **said}


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("single", [listen(), listen()]),
        ("single", []),
        ("import", [listen()] * (MOST_LISTENS + 1)),
        ("playing_now", [listen()]),
        ("single", [listen(listened_at=None)]),
        ("single", [listen(listened_at=1)]),
        ("single", [listen(listened_at=int((NOON + timedelta(days=1)).timestamp()))]),
        ("single", [listen(metadata={"track_name": " "})]),
        ("single", [listen(metadata={"additional_info": {"tags": ["x"] * 51}})]),
        ("single", [listen(metadata={"additional_info": {"tags": ["x" * 65]}})]),
        ("single", [listen(metadata={"additional_info": {"note": "x" * 20_000}})]),
        ("single", [listen(metadata={"additional_info": {"rating": float("nan")}})]),
        ("rumour", [listen()]),
    ],
)
def test_what_is_no_submission_is_refused(kind: str, payload: list[dict[str, Any]]) -> None:
    body = json.dumps({"listen_type": kind, "payload": payload}).encode()

    with pytest.raises(Refused) as refused:
        parse_submission(body, now=NOON)

    assert (refused.value.code, refused.value.status) == ("listens-unfit", 400)


def test_what_no_database_takes_is_kept_as_it_can_be() -> None:
    body = json.dumps({"listen_type": "single", "payload": [listen(metadata=_NO_TEXT)]}).encode()

    [read] = parse_submission(body, now=NOON).listens

    assert read.listen.track == "So\ufffdng"
    with pytest.raises(SignedOut) as refused:
        parse_taken(401, {}, b'{"error": "\\u0000\\ud800"}')
    assert refused.value.sentence.endswith("\ufffd?")


_NO_TEXT = {"track_name": "So\0ng"}


def test_how_long_to_wait_is_read() -> None:
    spent = {"x-ratelimit-remaining": "0", "x-ratelimit-reset-in": "7"}

    assert (
        parse_taken(200, {"x-ratelimit-remaining": "3", "x-ratelimit-reset-in": "7"}, b"") is None
    )
    assert parse_taken(200, spent, b"") == 7
    with pytest.raises(Later) as later:
        parse_taken(429, {**spent, "retry-after": "30"}, b"")
    assert later.value.after_s == 30
    with pytest.raises(Later) as later:
        parse_taken(503, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, b"")
    assert later.value.after_s is None
    with pytest.raises(SignedOut):
        parse_taken(401, {}, b'{"code": 401, "error": "no"}')


def test_what_is_no_listenbrainz_is_told_apart_from_an_unknown_token() -> None:
    assert parse_person(200, {}, b'{"valid": false}') is None
    assert parse_person(200, {}, b'{"valid": true, "user_name": "ada"}') == "ada"
    for body in (b"<html>", b"[]", b"{}", b"7"):
        with pytest.raises(Refused) as refused:
            parse_person(200, {}, body)
        assert refused.value.code == "not-listenbrainz"


def test_the_same_names_have_the_same_number() -> None:
    one = number_of(track="A  Song", artist="Ada", release=None)

    assert one == number_of(track="a song", artist="ADA", release="")
    assert one != number_of(track="a song", artist="ADA", release="an album")
    assert isinstance(one, UUID)
