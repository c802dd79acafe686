from datetime import UTC, datetime, timedelta

import pytest

from base.errors import Refused
from base.storage.port import Key
from stream.edge import Edge
from stream.objects import Served, Timing
from stream.ranges import Resource

NOON = datetime(2026, 3, 1, 12, 20, tzinfo=UTC)
EDGE = Edge(secret="s" * 32, url="https://edge.example", lifetime=timedelta(hours=6))
HOURS = 2
SONG = Served(
    key=Key("renditions/aa/aa.mp4"),
    resource=Resource(etag='"aa"', size_bytes=9, modified_at=NOON, content_type="audio/mp4"),
    timing=Timing(fragments=[[0, 9, HOURS * 3600 * 100]], timescale=100),
)


def parts_of(address: str) -> tuple[str, str, str, str]:
    ticket, until, seal, said = address.removeprefix("https://edge.example/edge/").split("/", 3)
    return ticket, until, seal, f"/{said}"


def test_an_address_is_good_for_as_long_as_it_plays_and_a_pause() -> None:
    ticket, until, seal, said = parts_of(EDGE.address("ticket", "aac-128.mp4", SONG, NOON))

    assert (ticket, said) == ("ticket", "/aa/aac-128.mp4")
    good_for = datetime.fromtimestamp(int(until), UTC) - NOON
    assert timedelta(hours=6 + HOURS) < good_for <= timedelta(hours=7 + HOURS)
    EDGE.require_good(ticket, until, seal, said, now=NOON + timedelta(hours=8))
    with pytest.raises(Refused, match="address-expired"):
        EDGE.require_good(ticket, until, seal, said, now=NOON + timedelta(hours=10))


def test_a_playlist_that_is_read_again_names_the_same() -> None:
    later = NOON + timedelta(minutes=30)

    assert EDGE.address("t", "a.mp4", SONG, NOON) == EDGE.address("t", "a.mp4", SONG, later)


@pytest.mark.parametrize("changed", range(4))
def test_nothing_of_an_address_can_be_exchanged(changed: int) -> None:
    parts = list(parts_of(EDGE.address("ticket", "aac-128.mp4", SONG, NOON)))
    parts[changed] = "2" + parts[changed][1:]

    with pytest.raises(Refused, match="address-invalid"):
        EDGE.require_good(*parts, now=NOON)
