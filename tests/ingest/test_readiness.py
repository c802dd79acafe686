from dataclasses import replace

import pytest

from catalog.findings import Finding, Severity
from catalog.states import ArchiveState, ArtworkState, TrackState
from ingest.readiness import (
    ArtworkStanding,
    DraftStanding,
    TrackStanding,
    errors_in,
    findings_of,
)

COVER = ArtworkStanding(state=ArtworkState.READY, reason=None, width=3000, height=3000)
TRACK = TrackStanding(
    id="81f0",
    title="Song",
    path="song.wav",
    state=TrackState.PLAYABLE,
    reason=None,
    is_measured=True,
    isrc=None,
    findings=(),
    alike=(),
)
READY = DraftStanding(title="Record", tracks=(TRACK,), archives=(), artwork=COVER)
LOST = Finding(code="encrypted", severity=Severity.ERROR, text="T", advice="A", about="x.wav")
ASIDE = Finding(code="set-aside", severity=Severity.ERROR, text="T", advice="")
ALIKE = Finding(code="same-audio", severity=Severity.WARNING, text="T", advice="A")


def said(draft: DraftStanding) -> list[tuple[str, str, str | None]]:
    return [(one.code, str(one.severity), one.about) for one in findings_of(draft)]


def tracks(**facts: object) -> DraftStanding:
    return replace(READY, tracks=(replace(TRACK, **facts),))  # type: ignore[arg-type]


def cover(**facts: object) -> DraftStanding:
    return replace(READY, artwork=replace(COVER, **facts))  # type: ignore[arg-type]


def test_nothing_is_said_of_a_draft_that_is_ready() -> None:
    assert findings_of(READY) == []


@pytest.mark.parametrize(
    ("draft", "found"),
    [
        (replace(READY, tracks=()), ("no-tracks", "error", None)),
        (replace(READY, title=" "), ("no-title", "error", None)),
        (replace(READY, title="Untitled"), ("no-title", "error", None)),
        (
            replace(READY, archives=((ArchiveState.RECEIVED, ()),)),
            ("still-unpacking", "error", None),
        ),
        (
            replace(READY, archives=((ArchiveState.UNPACKED, (LOST,)),)),
            ("encrypted", "error", "x.wav"),
        ),
        (
            replace(READY, archives=((ArchiveState.REJECTED, (LOST,)),)),
            ("encrypted", "warning", "x.wav"),
        ),
        (
            replace(READY, archives=((ArchiveState.RECEIVED, (ASIDE,)),)),
            ("set-aside", "error", None),
        ),
        (replace(READY, artwork=None), ("no-artwork", "warning", None)),
        (cover(state=ArtworkState.REJECTED), ("artwork-rejected", "error", None)),
        (cover(state=ArtworkState.RECEIVED), ("artwork-unmade", "error", None)),
        (cover(width=1399, height=1399), ("artwork-small", "warning", None)),
        (cover(height=2900), ("artwork-not-square", "warning", None)),
        (tracks(state=TrackState.REJECTED), ("track-rejected", "error", "Song")),
        (tracks(state=TrackState.EXAMINING), ("not-examined", "error", "Song")),
        (tracks(is_measured=False), ("not-examined", "error", "Song")),
        (tracks(reason="It was set aside."), ("set-aside", "error", "Song")),
        (
            tracks(reason="Only its beginning.", is_measured=False),
            ("set-aside", "error", "Song"),
        ),
        (tracks(alike=(ALIKE,)), ("same-audio", "warning", "Song")),
        (
            tracks(findings=({**ALIKE.as_json(), "code": "truncated", "severity": "error"},)),
            ("truncated", "error", "Song"),
        ),
        (
            replace(READY, tracks=(replace(TRACK, isrc="A"), replace(TRACK, isrc="A"))),
            ("same-isrc", "warning", None),
        ),
    ],
)
def test_what_is_said_of_a_draft(draft: DraftStanding, found: tuple[str, str, str | None]) -> None:
    assert said(draft) == [found]


def test_what_is_said_of_a_track_names_it_by_its_id() -> None:
    [found] = findings_of(tracks(state=TrackState.EXAMINING))

    assert (found.about, found.track) == ("Song", "81f0")


def test_errors_come_first_and_block() -> None:
    found = findings_of(replace(READY, title="", artwork=None, tracks=()))

    assert [one.code for one in found] == ["no-tracks", "no-title", "no-artwork"]
    assert [one.code for one in errors_in(found)] == ["no-tracks", "no-title"]
