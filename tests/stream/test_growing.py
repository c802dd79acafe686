from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from catalog.growth import parts_of
from catalog.models.files import GrowingRendition
from stream.growing import is_heard_by, media, multivariant
from stream.multivariant import parse_multivariant
from stream.objects import Timing
from stream.playlists import Kind, parse_media
from tests.support.catalog import NOON

RATE = 48_000
A_SECOND = timedelta(seconds=1)


def part(*sizes: int, key: str = "parts/ab/abcd.mp4", begins: int = 0) -> list[Any]:
    """Fragments of 6 s, one after the other."""
    offsets = [begins + sum(sizes[:n]) for n in range(len(sizes))]
    fragments = [[offset, size, 6 * RATE] for offset, size in zip(offsets, sizes, strict=True)]
    return [key, begins + sum(sizes), fragments]


def growing(*parts: list[Any]) -> GrowingRendition:
    return GrowingRendition(
        id=uuid4(),
        master_id=uuid4(),
        rung="aac-128",
        codec="aac",
        codecs="mp4a.40.2",
        channels=2,
        nominal_bps=128_000,
        timescale=RATE,
        edit=0,
        init_bytes=700,
        parts=list(parts),
        created_at=NOON,
        ended_at=None,
    )


FIRST = part(96_000, 99_000, begins=700)
SECOND = part(97_000, 97_500, 90_000, key="parts/cd/cdef.mp4")


def test_a_playlist_of_parts_tells_which_file_each_segment_is_in() -> None:
    playlist = parse_media(media(growing(FIRST, SECOND)))

    assert (playlist.kind, playlist.is_ended) == (Kind.EVENT, False)
    assert (playlist.uri, str(playlist.init)) == ("aac-128.0.mp4", "700@0")
    assert [(one.uri, str(one.bytes)) for one in playlist.segments] == [
        (None, "96000@700"),
        (None, "99000@96700"),
        ("aac-128.1.mp4", "97000@0"),
        ("aac-128.1.mp4", "97500@97000"),
        ("aac-128.1.mp4", "90000@194500"),
    ]


def test_a_part_is_added_at_the_end_and_then_the_end() -> None:
    growth = growing(FIRST, SECOND)
    texts = [media(growing(FIRST)), media(growth)]
    growth.ended_at = NOON
    texts.append(media(growth))

    for before, after in pairwise(texts):
        assert after.startswith(before)
        assert after != before
    assert parse_media(texts[-1]).is_ended


def test_the_choice_is_one_rendition_at_the_rates_of_what_is_there() -> None:
    [variant] = parse_multivariant(multivariant(growing(FIRST, SECOND))).variants

    assert (variant.uri, variant.codecs) == ("aac-128.m3u8", "mp4a.40.2")
    assert variant.peak_bps == 99_000 * 8 // 6
    assert variant.average_bps == round(479_500 * 8 / 30)


def test_a_quiet_beginning_promises_nothing_of_the_rest() -> None:
    [variant] = parse_multivariant(multivariant(growing(part(6_000, begins=700)))).variants

    assert (variant.peak_bps, variant.average_bps) == (128_000, 8_000)


@pytest.mark.parametrize(
    ("ended_after_s", "opened_after_s", "expected"),
    [
        pytest.param(None, 60, True, id="it still grows"),
        pytest.param(60, 59, True, id="opened before it ended"),
        pytest.param(60, 60, False, id="opened when it ended"),
        pytest.param(60, 3600, False, id="opened much later"),
    ],
)
def test_who_began_with_it_stays_with_it(
    ended_after_s: int | None, opened_after_s: int, expected: object
) -> None:
    growth = growing(FIRST)
    growth.ended_at = None if ended_after_s is None else NOON + ended_after_s * A_SECOND

    assert is_heard_by(growth, opened_at=NOON + opened_after_s * A_SECOND) is expected


def test_a_master_that_never_grew_is_heard_as_it_is() -> None:
    assert not is_heard_by(None, opened_at=NOON)


def test_bytes_of_a_later_part_are_music_of_later() -> None:
    _, second = parts_of(growing(FIRST, SECOND))
    timing = Timing(fragments=second.fragments, timescale=RATE, begins_at=second.begins_at)

    assert timing.heard_in(0, 97_000) == [(12_000, 18_000)]
    assert timing.heard_in(97_000, 97_500 + 45_000) == [(18_000, 24_000), (24_000, 27_000)]


def test_a_part_is_known_by_its_content() -> None:
    assert [one.digest for one in parts_of(growing(FIRST, SECOND))] == ["abcd", "cdef"]
