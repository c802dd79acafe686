"""What a release lacks is told before anything is written of it."""

from dataclasses import replace
from typing import Any

import pytest

from catalog.findings import Severity
from ingest.ddex.export.lacking import lacking
from tests.support.told import release, track

E, W = Severity.ERROR, Severity.WARNING


def test_nothing_is_said_of_a_release_that_has_all() -> None:
    assert lacking(release()) == ()


@pytest.mark.parametrize(
    ("without", "rule", "severity"),
    [
        ({"title": "\u2028\x07"}, "title-missing", E),
        ({"artists": ()}, "artist-missing", E),
        ({"genres": ()}, "genre-missing", E),
        ({"tracks": ()}, "no-tracks", E),
        ({"upc": None}, "release-id-missing", W),
        ({"label": None}, "label-missing", W),
        ({"cover": None}, "cover-missing", W),
    ],
)
def test_what_a_release_lacks(without: dict[str, Any], rule: str, severity: Severity) -> None:
    [found] = lacking(replace(release(), **without))

    assert (found.rule, found.severity) == (rule, severity)


@pytest.mark.parametrize(
    ("without", "rule"),
    [
        ({"title": " "}, "title-missing"),
        ({"artist": ""}, "artist-missing"),
        ({"isrc": None}, "isrc-missing"),
        ({"sound": None}, "not-examined"),
        ({"duration_s": None}, "not-examined"),
    ],
)
def test_what_a_track_lacks(without: dict[str, Any], rule: str) -> None:
    [found] = lacking(release(replace(track(), **without)))

    assert (found.rule, found.severity) == (rule, E)


def test_whose_a_recording_is_may_be_said_of_the_release_or_of_it() -> None:
    of = replace(release(), p_line=None)

    assert [one.rule for one in lacking(of)] == ["p-line-missing", "p-line-missing"]
    assert lacking(replace(of, tracks=[replace(track(), p_line=release().p_line)])) == ()


def test_two_recordings_with_one_isrc() -> None:
    [found] = lacking(release(track(1), replace(track(2), isrc=track(1).isrc)))

    assert (found.rule, found.severity) == ("duplicate-isrc", E)
