"""What came, held against what was told: missing, another, hurt, or otherwise than it says."""

from fractions import Fraction

import pytest

from catalog.findings import Severity
from catalog.states import ArtworkState, TrackState
from ingest.ddex.canonical import DeliveredFile
from ingest.ddex.findings import MessageFinding, Status
from ingest.ddex.taking.checking import (
    Came,
    Heard,
    Seen,
    heard_as,
    of_cover,
    of_track,
    seen_as,
    undecided,
)
from ingest.ddex.taking.planned import PlannedTrack


def track(*, codec: str = "FLAC", seconds: str | None = "200") -> PlannedTrack:
    return PlannedTrack(
        key="QZTST2400001",
        names=(),
        reference="A1",
        title="A Song",
        artist="Somebody",
        duration_s=Fraction(seconds) if seconds else None,
        files=(DeliveredFile(uri="resources/01.flac", codec=codec),),
    )


def rules(heard: Heard, one: PlannedTrack | None = None) -> list[tuple[str, str]]:
    return told(of_track(one or track(), heard))


def told(found: object) -> list[tuple[str, str]]:
    findings: list[MessageFinding] = list(found)  # type: ignore[call-overload]
    assert {one.severity for one in findings} <= {Severity.WARNING}
    return [(one.rule, one.status) for one in findings]


@pytest.mark.parametrize(
    ("came", "rule", "status"),
    [
        (Came.MISSING, "resource-missing", Status.RESOURCE_MISSING),
        (Came.OTHER, "hash-wrong", Status.HASH_WRONG_OR_MISSING),
        (Came.HURT, "resource-corrupt", Status.RESOURCE_CORRUPT),
    ],
)
def test_a_file_that_is_not_here_or_cannot_be_used(came: Came, rule: str, status: Status) -> None:
    [found] = of_track(track(), Heard(came=came, why="It ends early."))

    assert (found.rule, found.status, found.severity) == (rule, status, Severity.WARNING)
    assert "A Song" in found.text
    assert "resources/01.flac" in found.text
    assert ("It ends early." in found.text) is (came is Came.HURT)
    assert told(of_cover(None, Seen(came=came))) == [(rule, status)]


def test_the_words_are_those_that_ddex_has() -> None:
    assert Status.HASH_WRONG_OR_MISSING == "SignatureOrHashSumWrongOrMissing"
    assert Status.RESOURCE_CORRUPT == "ResourceCorrupt"
    assert Status.RESOURCE_MISSING == "ResourceMissing"
    assert Status.RESOURCE_NOT_MEETING_SPECIFICATIONS == "ResourceNotMeetingSpecifications"


def test_of_what_is_not_looked_into_yet_nothing_is_said() -> None:
    assert rules(Heard(came=Came.HERE, duration_s=1.0, codec="mp3")) == []
    assert told(of_cover(None, Seen(came=Came.HERE, width=1, height=2))) == []


@pytest.mark.parametrize(
    ("seconds", "is_s", "is_told"),
    [
        ("200", 200.0, False),
        ("200", 202.0, False),  # a hundredth of a long one
        ("200", 202.1, True),
        ("200", 197.9, True),
        ("3", 4.0, False),  # a second of a short one
        ("3", 4.1, True),
        ("0", 99.0, False),  # nobody told
        (None, 99.0, False),
        ("200", None, False),
    ],
)
def test_a_length_may_be_off_by_a_second_or_a_hundredth(
    seconds: str | None, is_s: float | None, *, is_told: bool
) -> None:
    heard = Heard(came=Came.SOUND, duration_s=is_s, codec="flac")

    expected = [("duration-differs", Status.RESOURCE_NOT_MEETING_SPECIFICATIONS)] if is_told else []
    assert rules(heard, track(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("codec", "is_codec", "is_told"),
    [
        ("FLAC", "flac", False),
        ("FLAC", "mp3", True),
        ("PCM", "pcm_s24le", False),
        ("WAV", "pcm_s16le", False),
        ("Apple-Lossless", "alac", False),
        ("MP3", "mp3float", False),
        ("AAC", "flac", True),
        ("NobodyKnows", "flac", False),
        ("", "flac", False),
        ("FLAC", None, False),
    ],
)
def test_a_codec_is_the_one_that_is_told(
    codec: str, is_codec: str | None, *, is_told: bool
) -> None:
    heard = Heard(came=Came.SOUND, duration_s=200.0, codec=is_codec)

    expected = [("codec-differs", Status.RESOURCE_NOT_MEETING_SPECIFICATIONS)] if is_told else []
    assert rules(heard, track(codec=codec)) == expected


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (3000, 3000, []),
        (1400, 1400, []),
        (1399, 1400, ["cover-small"]),
        (3000, 2950, []),
        (3000, 2900, ["cover-not-square"]),
        (1200, 3000, ["cover-small", "cover-not-square"]),
        (None, None, []),
    ],
)
def test_a_cover_is_large_and_square(
    width: int | None, height: int | None, expected: list[str]
) -> None:
    found = told(of_cover(None, Seen(came=Came.SOUND, width=width, height=height)))

    assert [rule for rule, _ in found] == expected
    assert {status for _, status in found} <= {Status.RESOURCE_NOT_MEETING_SPECIFICATIONS}


def test_a_master_that_replaces_another_of_other_length_waits_for_somebody() -> None:
    assert told([undecided(track())]) == [
        ("version-undecided", Status.RESOURCE_NOT_MEETING_SPECIFICATIONS)
    ]


@pytest.mark.parametrize("state", [*TrackState])
@pytest.mark.parametrize("is_measured", [False, True])
@pytest.mark.parametrize("is_waited_for", [False, True])
def test_where_a_master_is(state: TrackState, *, is_measured: bool, is_waited_for: bool) -> None:
    came = heard_as(state, is_measured=is_measured, is_waited_for=is_waited_for)

    if is_waited_for:
        assert came is Came.HERE
    elif state is TrackState.REJECTED:
        assert came is Came.HURT
    else:
        assert came is (Came.SOUND if is_measured else Came.HERE)


def test_where_a_picture_is() -> None:
    assert {state: seen_as(state) for state in ArtworkState} == {
        **dict.fromkeys(ArtworkState, Came.HERE),
        ArtworkState.READY: Came.SOUND,
        ArtworkState.REJECTED: Came.HURT,
    }
