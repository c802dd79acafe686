"""Whoever plays by a player pays and owns as everywhere, and nobody pays by what they say."""

import io
import time
import urllib.request
from urllib.parse import urlencode

import numpy as np
import pytest
import soundfile

from stream.subsonic.pacing import AHEAD_S
from tests.opensubsonic.conftest import Found
from tests.support.house import until
from tests.support.opensubsonic.asking import Server, failure_in
from tests.support.opensubsonic.own_house import LONG_S, Own


def plays_of(server: Server, song: str) -> int:
    plays: int = server.get("getSong", "song", id=song)["playCount"]
    return plays


def test_what_a_player_hears_is_the_master_and_comes_at_its_pace_and_is_paid(
    own: Own, server: Server, found: Found
) -> None:
    player = server.seen_by(own.another_player())
    before, charged, begun = plays_of(server, found.song), own.charged(), time.monotonic()

    sent = player.send("stream", {"id": found.song})

    assert (sent.status_code, sent.headers["content-type"]) == (200, "audio/flac")
    assert sent.headers["refrain-grant"] == "full"
    assert time.monotonic() - begun > (LONG_S - AHEAD_S) / 2
    music, rate = soundfile.read(io.BytesIO(sent.content), dtype="int16")
    master, _ = soundfile.read(own.masters[0], dtype="int16")
    assert rate == 44_100
    assert np.array_equal(music, master)
    until(lambda: plays_of(server, found.song) == before + 1)
    assert len(own.charged()) == len(charged) + 1
    assert own.charged()[0] > 0


def test_a_song_from_a_second_on_is_the_masters_from_there_and_is_heard_there(
    own: Own, server: Server, found: Found
) -> None:
    player, before = server.seen_by(own.another_player()), plays_of(server, found.song)
    second = LONG_S - 3

    player.send("stream", {"id": found.song}, headers={"Range": "bytes=0-9"})
    player.ask("scrobble", id=found.song, submission="false")
    sent = player.send("stream", {"id": found.song, "timeOffset": second})
    behind = player.send("stream", {"id": found.song, "timeOffset": LONG_S + 1})

    music, rate = soundfile.read(io.BytesIO(sent.content), dtype="int16")
    master, _ = soundfile.read(own.masters[0], dtype="int16")
    assert np.array_equal(music, master[second * rate :])
    assert len(sent.content) == int(sent.headers["content-length"])
    assert failure_in(behind) == 0
    time.sleep(1.5)
    player.ask("scrobble", id=found.song)
    until(lambda: plays_of(server, found.song) == before + 1)


def test_a_song_begins_at_once_however_small_it_is(own: Own, server: Server, found: Found) -> None:
    before = plays_of(server, found.song)
    text = urlencode({**own.another_player().digested(), "id": found.song, "maxBitRate": 64})
    begun = time.monotonic()

    with urllib.request.urlopen(  # noqa: S310 - our own server
        f"{own.house.url}/rest/stream?{text}", timeout=60
    ) as answer:
        answer.read(10_000)
        first_s = time.monotonic() - begun
        answer.read()

    assert first_s < (time.monotonic() - begun) / 2
    until(lambda: plays_of(server, found.song) == before + 1)


def test_a_song_that_goes_on_is_one_play_and_one_begun_anew_another(
    own: Own, server: Server, found: Found
) -> None:
    song, before = found.song, plays_of(server, found.song)
    player = server.seen_by(own.another_player())

    def part(range_: str) -> int:
        text = urlencode({**player.known.shown(), "id": song, "maxBitRate": 128})
        asked = urllib.request.Request(  # noqa: S310 - our own server
            f"{own.house.url}/rest/stream?{text}", headers={"Range": range_}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - see above
            assert answer.headers["Content-Type"] == "audio/mp4"
            return len(answer.read())

    player.ask("scrobble", id=song, submission="false")
    assert part("bytes=0-99999") == 100_000
    player.ask("scrobble", id=song, submission="false")
    time.sleep(1.5)
    assert player.ask("scrobble", id=song)["status"] == "ok"
    until(lambda: plays_of(server, song) == before + 1)
    part("bytes=100000-199999")
    player.ask("scrobble", id=song)
    part("bytes=0-99999")
    player.ask("scrobble", id=song, submission="false")
    time.sleep(1.5)
    player.ask("scrobble", id=song)

    until(lambda: plays_of(server, song) == before + 2)


def test_what_a_player_only_says_is_no_play(own: Own, server: Server, found: Found) -> None:
    song = str(found.songs[-1]["id"])
    before, charged = plays_of(server, song), own.charged()

    for _ in range(3):
        assert server.ask("scrobble", id=song)["status"] == "ok"
    time.sleep(1.5)
    server.ask("scrobble", id=song)

    assert plays_of(server, song) == before
    assert own.charged() == charged


def test_who_has_no_credit_hears_the_preview_and_is_told_why(
    own: Own, server: Server, found: Found
) -> None:
    poor = server.seen_by(own.poor)

    sent = poor.send("stream", {"id": found.song})
    song = poor.get("getSong", "song", id=found.song)

    assert (sent.status_code, sent.headers["refrain-grant"]) == (200, "preview")
    assert 0 < len(sent.content) < 1_000_000
    assert "preview" in song["comment"]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"format": "mp3"}, "audio/mp4"),
        ({"format": "opus"}, "audio/mp4"),
        ({"maxBitRate": 64}, "audio/mp4"),
        ({"format": "raw"}, "audio/flac"),
    ],
)
def test_a_player_may_choose_what_suits_it(
    own: Own, server: Server, found: Found, asked: dict[str, object], kind: str
) -> None:
    del own  # of ours only is it known what there is
    begun = {"Range": "bytes=0-999"}

    sent = server.send("stream", {"id": found.song, **asked}, headers=begun)

    assert (sent.status_code, len(sent.content)) == (206, 1000)
    assert sent.headers["content-type"] == kind


def test_what_is_not_yet_ones_own_is_not_kept(own: Own, server: Server, found: Found) -> None:
    del own

    refused = server.send("download", {"id": found.song})

    assert failure_in(refused) == 50
    assert "more play" in refused.json()["subsonic-response"]["error"]["message"]
