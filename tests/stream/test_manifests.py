from uuid import uuid4

import pytest

from catalog.models.files import Rendition
from catalog.models.plays import Grant
from stream.manifests import media, offered, score
from stream.playlists import parse_media
from tests.support.catalog import NOON

RATE = 48_000


def rendition(
    codec: str = "aac", nominal_bps: int | None = 128_000, *, edit: int = 0, exact: bool = True
) -> Rendition:
    return Rendition(
        id=uuid4(),
        master_id=uuid4(),
        rung=f"{codec}-{nominal_bps}",
        is_preview=False,
        is_download=False,
        codec=codec,
        nominal_bps=nominal_bps,
        init_bytes=700,
        index_offset=700,
        index_bytes=56,
        timescale=RATE,
        edit=edit,
        fragments=[[756, 96_000, 6 * RATE], [96_756, 40_000, 2 * RATE]],
        certificate={"is_exact": exact},
        created_at=NOON,
    )


def test_the_first_segment_has_the_index_and_what_the_edit_list_hides() -> None:
    first, second = parse_media(media(rendition(edit=1536))).segments

    assert [str(one.bytes) for one in (first, second)] == ["96056@700", "40000@96756"]
    # As tfdt says of the second: 6 s of music, and 32 ms before it.
    assert (first.duration_s, second.duration_s) == (pytest.approx(6.032), 2)


def test_the_first_choice_is_what_everyone_plays_and_then_the_best() -> None:
    aac, little, opus = rendition(), rendition("aac", 64_000), rendition("opus", 160_000)
    flac, converted = rendition("flac", None), rendition("flac", None, exact=False)

    order = offered([little, converted, aac, opus, flac], Grant.FULL)

    assert order == [aac, flac, converted, opus, little]
    assert [score(one) for one in order] == [4.0, 10.0, 9.5, 7.5, 2.0]
