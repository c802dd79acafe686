"""Answers are what players of OpenSubsonic read, whatever is in them."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from stream.subsonic.answers import Form, answer, failure, form_of, when, write
from stream.subsonic.faults import Code, Fault

_NAMES = st.sampled_from(("title", "year", "genre", "isVideo"))
_PLAIN = st.text() | st.integers() | st.booleans()
_FLAT = st.dictionaries(_NAMES, _PLAIN)
_SPACE = "{http://subsonic.org/restapi}"


def test_an_answer_is_an_element_with_attributes_and_elements_for_what_is_several() -> None:
    content = {"album": {"id": "al-1", "song": [{"id": "so-1"}, {"id": "so-2"}], "moods": ["calm"]}}

    written = write(answer(content, server_version="1"), Form.XML)

    root = etree.fromstring(written.body)
    assert (root.tag, root.get("status"), root.get("version")) == (
        f"{_SPACE}subsonic-response",
        "ok",
        "1.16.1",
    )
    assert root.get("openSubsonic") == "true"
    [album] = root
    assert (album.tag, album.get("id")) == (f"{_SPACE}album", "al-1")
    assert [one.get("id") or one.text for one in album] == ["so-1", "so-2", "calm"]


def test_a_value_is_the_text_of_its_element() -> None:
    content = {"genres": {"genre": [{"value": "Folk & Roll", "songCount": 2}]}}

    root = etree.fromstring(write(answer(content, server_version="1"), Form.XML).body)

    [genre] = root.iter(f"{_SPACE}genre")
    assert (genre.text, genre.get("songCount"), genre.get("value")) == ("Folk & Roll", "2", None)


@given(_FLAT)
def test_any_letters_make_xml_that_can_be_read(content: dict[str, str | int | bool]) -> None:
    root = etree.fromstring(write({"song": content}, Form.XML).body)

    [song] = root
    assert set(song.keys()) == set(content)
    assert song.get("isVideo") in {None, "true", "false"} or not isinstance(
        content["isVideo"], bool
    )


@given(_FLAT)
def test_json_says_the_same(content: dict[str, str | int | bool]) -> None:
    told = json.loads(write({"song": content}, Form.JSON).body.decode())

    assert told["subsonic-response"]["song"] == {
        name: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for name, value in content.items()
    }


def test_what_is_not_known_is_left_out() -> None:
    content = {"song": {"id": "so-1", "year": None}}

    assert json.loads(write(content, Form.JSON).body)["subsonic-response"] == {
        "song": {"id": "so-1"}
    }
    assert b"year" not in write(content, Form.XML).body


def test_jsonp_calls_a_function_and_nothing_else() -> None:
    told = write({"status": "ok", "title": "a\u2028b"}, Form.JSONP, callback="player.heard")

    assert told.body.startswith(b"player.heard({")
    assert "\u2028" not in told.body.decode()
    for callback in ("", "alert(1);x", "a b", "1a"):
        with pytest.raises(Fault):
            write({}, Form.JSONP, callback=callback)


def test_a_failure_has_a_number_and_a_sentence() -> None:
    told = failure(Code.NOT_FOUND, "There is no such song.")

    assert told == {"error": {"code": 70, "message": "There is no such song."}}


def test_a_form_that_nobody_knows_is_refused() -> None:
    assert form_of("") is Form.XML
    with pytest.raises(Fault):
        form_of("yaml")


def test_instants_are_of_utc() -> None:
    noon = datetime(2026, 1, 2, 13, 0, 0, 5_000, tzinfo=timezone(timedelta(hours=1)))

    assert when(noon) == "2026-01-02T12:00:00.005Z" == when(noon.astimezone(UTC))
