"""A label's whole story, on a real house: from a folder of FLACs to a report whose sums are right.

It delivers by SFTP; its music is examined, comes out at its time, and is paid for play by play;
what that came to is told when the month was closed; and the label takes it down by saying so.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncssh
import pytest

from ingest.ddex.sftp.server import HOST_KEY, public_line
from tests.support.commands import refrain
from tests.support.ern import SENDER, US, deal_43
from tests.support.ern_album import Album, Song
from tests.support.house import Document, House, open_house_later, until
from tests.support.masters import hiss, tone
from tests.support.sftp import Label, label_server

_SETTINGS = {
    "ddex_party_id": US,
    "ddex_sftp_port": "0",
    "ddex_scan_s": "0.2",
    "play_threshold_s": "1",
    "second_factor": "none",
}
#: Time enough to be examined before it comes out.
_AHEAD = timedelta(seconds=8)
#: Longer than a month lasts.
_A_MONTH = 32
_FORMS = ("basic-audio", "financial")


@dataclass(kw_only=True)
class Story:
    """Who is in it, by their tokens; and how the label comes in."""

    folder: Path
    house: House
    key: asyncssh.SSHKey
    label: str
    label_id: str
    treasurer: str
    starts: datetime

    def ask(self, method: str, path: str, *, token: str, **data: Any) -> Document:  # noqa: ANN401
        headers = {"Idempotency-Key": str(uuid4())}
        answer = self.house.ask(
            method, f"/api/v1{path}", token=token, data=data or None, headers=headers
        )
        assert answer.status < 300, answer.body
        return answer.json


def test_a_label_delivers_earns_is_told_and_takes_it_back(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    songs = (_song(tmp_path, 1), _song(tmp_path, 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REFRAIN_DATA_DIR", str(tmp_path / "data"))
        with open_house_later(tmp_path, days_later=0, **_SETTINGS) as house:
            story = _begun(tmp_path, house, key)
            deals = deal_43("R0", "R1", "R2", starts=_from(story.starts))
            album = Album(songs=songs, deals=deals, created=_told(datetime.now(UTC)))
            _deliver(story, "N_20261101000000001", album)
            release, tracks = _comes_out_at_its_time(story)
            _is_examined(story, tracks)
            _is_acknowledged(story, "N_20261101000000001")
            paid = [_play(story, track) for track in (tracks[0],) * 3 + (tracks[1],)]
            assert paid == [2, 4, 8, 2]
        with (
            open_house_later(tmp_path, days_later=_A_MONTH, **_SETTINGS) as house,
            _label_served(tmp_path / "label", _our_key(replace(story, house=house))) as server,
        ):
            story = replace(story, house=house)
            _is_reported(story, server, plays=len(paid))
            later = datetime.now(UTC) + timedelta(days=_A_MONTH)
            gone = replace(album, message_id="M-2", created=_told(later), deals="")
            _deliver(story, "N_20261201000000002", gone, with_files=False)
            _is_gone(story, release, tracks)


def _song(folder: Path, number: int) -> Song:
    make = tone if number == 1 else hiss
    path = make(folder / f"{number:02}.flac", seconds=3)
    return Song(number=number, title=f"Song {number}", data=path.read_bytes(), seconds=3)


def _told(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _from(at: datetime) -> str:
    return f"<StartDateTime>{_told(at)}</StartDateTime>"


def _begun(folder: Path, house: House, key: asyncssh.SSHKey) -> Story:
    """Let there be a label, whose engineer has a key, and somebody who keeps the books."""
    label, treasurer = (
        refrain("account", name, "--role", role).said.strip()
        for name, role in (("A Label", "label"), ("Tess", "treasurer"))
    )
    me = house.ask("GET", "/api/v1/account", token=label).json
    story = Story(
        folder=folder,
        house=house,
        key=key,
        label=label,
        label_id=me["id"],
        treasurer=treasurer,
        starts=datetime.now(UTC) + _AHEAD,
    )
    partner = {"dpid": SENDER, "name": "A Label", "account": me["id"], "keys": [public_line(key)]}
    story.ask("POST", "/ddex/partners", token=house.operator, **partner)
    return story


def _deliver(story: Story, batch: str, album: Album, *, with_files: bool = True) -> None:
    source = story.folder / "mine" / batch / "A1"
    (source / "resources").mkdir(parents=True)
    (source / "A1.xml").write_bytes(album.xml())
    for path, data in album.files().items() if with_files else ():
        (source / path).write_bytes(data)

    async def put(sftp: asyncssh.SFTPClient) -> None:
        await sftp.put(str(source.parent), recurse=True)
        async with sftp.open(f"{batch}/BatchComplete_{batch[2:]}.xml", "wb"):
            pass

    _at_the_house(story, put)


def _comes_out_at_its_time(story: Story) -> tuple[str, list[str]]:
    def out() -> Document | None:
        found = story.ask("GET", "/releases", token=story.label)["releases"]
        return next((one for one in found if one["state"] == "published"), None)

    found = until(out, seconds=180)
    whole = story.ask("GET", f"/releases/{found['id']}", token=story.label)
    at = datetime.fromisoformat(whole["published_at"])
    assert (whole["title"], whole["label"]) == ("An Album", "A Label")
    assert story.starts <= at
    return found["id"], [one["track"] for one in whole["tracks"]]


def _is_examined(story: Story, tracks: list[str]) -> None:
    for track in tracks:
        story.house.await_state(track, "complete")
        quality = story.ask("GET", f"/tracks/{track}/quality", token=story.label)
        assert quality["track"] == track


def _is_acknowledged(story: Story, batch: str) -> None:
    def answers() -> str | None:
        found: list[str] = []

        async def look(sftp: asyncssh.SFTPClient) -> None:
            for path in await sftp.glob(f"{batch}/**/acknowledgements/ACK_*.xml"):
                async with sftp.open(path, "rb") as file:
                    found.append((await file.read()).decode())

        _at_the_house(story, look)
        return "".join(found) or None

    told: str = until(answers, seconds=60)
    assert "FileOK" in told
    assert "SuccessfullyIngestedByReleaseDistributor" in told


def _play(story: Story, track: str) -> int:
    """Hear enough of a track; answer what it cost, in milli-credits."""
    house = story.house
    play = story.ask("POST", "/plays", token=house.listener, track=track)
    path = f"/plays/{play['play']}"
    house.ask("GET", play["progressive"][0]["url"])
    for at_s in (0.0, 1.3):
        beat = {"position_s": at_s, "elapsed_s": at_s}
        story.ask("POST", f"{path}/heartbeat", token=house.listener, **beat)
        time.sleep(1.3)
    done = until(
        lambda: (
            (found := story.ask("GET", path, token=house.listener))["verdict"] == "settled"
            and found
        )
    )
    price: int = done["price"]
    return price


def _is_reported(story: Story, server: Label, *, plays: int) -> None:
    """Close the month, and compare what the label is told with its statement and the books."""
    place = {"host": "127.0.0.1", "port": server.port, "user": "house", "host_key": server.host_key}
    for form in _FORMS:
        told = {"account": story.label_id, "name": "A Label", "dpid": SENDER, "form": form}
        story.ask("POST", "/reports/recipients", token=story.treasurer, **told, place=place)
    month = f"{datetime.now(UTC):%Y-%m}"
    story.ask("POST", f"/books/months/{month}/close", token=story.treasurer)

    def sent() -> list[Document] | None:
        found: list[Document] = story.ask("GET", "/reports", token=story.label)["items"]
        is_done = len(found) == len(_FORMS) and all(one["state"] == "sent" for one in found)
        return found if is_done else None

    reports = until(sent, seconds=120)
    statement = story.ask("GET", f"/statements/{month}.json", token=story.label)
    earned = _earned(statement)
    assert earned > 0
    for one in reports:
        path = server.folder / one["filename"]
        assert refrain("dsr", "check", path).status == 0
        assert path.with_suffix("").stem in " ".join(server.files())
    audio = next(one for one in reports if one["form"] == "basic-audio")
    money = next(one for one in reports if one["form"] == "financial")
    [used] = audio["sums"].values()
    assert (used["plays"], used["artists"], used["own"]) == (plays, earned, earned)
    [total] = money["sums"]["currencies"].values()
    assert total["total"] == earned
    with gzip.open(server.folder / audio["filename"], "rt") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    assert sum(int(row[7]) for row in rows if row[0] == "SU02") == plays
    books = refrain("books", "verify")
    assert books.status == 0, books.said


def _earned(statement: Document) -> int:
    """Answer what a statement says that plays brought, in micro-units."""
    return sum(one["amount"] for one in statement["lines"])


def _is_gone(story: Story, release: str, tracks: list[str]) -> None:
    house = story.house
    until(lambda: house.ask("GET", f"/api/v1/releases/{release}").status in {404, 410}, seconds=60)
    played = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": tracks[0]})
    assert played.status == 409
    own = story.ask("GET", f"/releases/{release}", token=story.label)
    assert own["state"] == "withdrawn"
    assert own["reason"]


def _our_key(story: Story) -> str:
    key: str = story.ask("GET", "/reports/key", token=story.treasurer)["public"]
    return key


def _at_the_house(story: Story, do: Any) -> None:  # noqa: ANN401 - something to do there
    async def there() -> None:
        host_key = asyncssh.read_private_key(story.folder / "data" / HOST_KEY)
        async with (
            asyncssh.connect(
                "127.0.0.1",
                story.house.sftp_port,
                username=SENDER,
                client_keys=[story.key],
                known_hosts=([host_key.convert_to_public()], [], []),
                config=(),
            ) as connection,
            connection.start_sftp_client() as sftp,
        ):
            await do(sftp)

    asyncio.run(there())


@contextmanager
def _label_served(folder: Path, authorized: str) -> Iterator[Label]:
    """Let the label's own server take what it is told."""
    folder.mkdir()
    loop = asyncio.new_event_loop()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()
    server = label_server(folder, authorized)
    try:
        yield asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(30)
    finally:
        ended = server.__aexit__(None, None, None)
        asyncio.run_coroutine_threadsafe(ended, loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        runner.join()
        loop.close()
