"""Behind a real nginx: as a front that sends from disk, and as an edge that keeps objects."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from base.errors import Refused
from base.settings import load_settings
from base.tools import open_storage
from catalog.models.plays import PlaySession
from catalog.plays import play_session
from stream.edge import Edge
from stream.grants import Granted, Grants
from stream.nginx_log import Sent, parse_line
from stream.objects import whole
from stream.offload import offload_of
from stream.playlists import parse_media
from stream.tickets import seal
from tests.support.house import until
from tests.support.nginx import nginx
from tests.support.origin import SECRET, Origin, open_origin
from tests.support.wire import Said, get, wire

EDGE_SECRET = "e" * 40


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Origin]:
    (tmp_path / "house").mkdir()
    async with open_origin(tmp_path / "house", offload="nginx") as opened:
        yield opened


@pytest.fixture
async def front(tmp_path: Path, origin: Origin) -> AsyncIterator[str]:
    changes = {
        "127.0.0.1:8780": origin.url.removeprefix("http://"),
        "/var/lib/refrain/objects/": f"{tmp_path}/house/objects/",
        "/var/log/nginx/refrain.log": f"{tmp_path}/sent.log",
    }
    with nginx(tmp_path, "front.conf", changes) as url:
        yield url


def sent(tmp_path: Path, *, lines: int) -> list[dict[str, object]]:
    log = tmp_path / "sent.log"
    until(lambda: log.exists() and len(log.read_text().splitlines()) >= lines, seconds=10)
    return [json.loads(line) for line in log.read_text().splitlines()]


async def test_nginx_sends_what_we_would_have_sent(origin: Origin, front: str) -> None:
    body = origin.bodies["aac-128"]
    async with wire(front) as opened:
        _, first, _ = await opened.get(origin.path(), Range="bytes=0-0")
        etag = first["etag"]
        asked: list[tuple[dict[str, str], int, bytes]] = [
            ({}, 200, body),
            ({"Range": "bytes=0-699"}, 206, body[:700]),
            ({"Range": "bytes=1000-1000"}, 206, body[1000:1001]),
            ({"Range": "bytes=-5"}, 206, body[-5:]),
            ({"Range": "bytes=5-999999999"}, 206, body[5:]),
            ({"Range": "bytes=3-9", "If_Range": etag}, 206, body[3:10]),
            ({"Range": "bytes=3-9", "If_Range": first["last-modified"]}, 206, body[3:10]),
            ({"Range": "bytes=3-9", "If_Range": '"another"'}, 200, body),
        ]
        # All but the first are answered beneath the application.
        for fields, status, due in asked:
            found, headers, content = await opened.get(origin.path(), **fields)

            assert (found, content) == (status, due), fields
            assert headers["server"].startswith("nginx")
            assert headers["etag"] == etag
            assert headers["content-type"] == "audio/mp4"
            assert headers["cache-control"].startswith("private")
            assert headers["access-control-allow-origin"] == "*"
            assert headers["accept-ranges"] == "bytes"
            assert "x-accel-redirect" not in headers


async def test_who_may_not_have_it_gets_nothing_from_nginx_either(
    origin: Origin, front: str
) -> None:
    async with wire(front) as opened:
        assert (await opened.get(origin.path("nothing")))[0] == 404
        assert (await opened.get(f"/media/{'A' * 43}/aac-128.mp4"))[0] == 403
        assert (await opened.get("/_objects/renditions/"))[0] == 404
        assert (await opened.get("/metrics"))[0] == 404
        assert (await opened.get(origin.path(), Range="bytes=999999999-"))[0] == 416
        _, headers, _ = await opened.get(origin.path(), Range="bytes=0-0")
        for name in ("If_None_Match", "If_Match"):
            status, _, body = await opened.get(origin.path(), **{name: headers["etag"]})
            assert (status, len(body)) == ((304, 0) if name == "If_None_Match" else (200, 200_800))


async def test_the_log_tells_which_bytes_went_to_which_session(
    origin: Origin, front: str, tmp_path: Path
) -> None:
    async with wire(front) as opened:
        await opened.get(origin.path(), Range="bytes=100-299")
        opened.send(origin.path(), method="HEAD")
        await opened.answer(has_body=False)

    ranged, head = sent(tmp_path, lines=2)

    assert ranged["uri"] == head["uri"] == origin.path()
    assert (ranged["status"], ranged["bytes"]) == (206, 200)
    assert ranged["range"] == "bytes 100-299/200800"
    assert (head["method"], head["bytes"]) == ("HEAD", 0)
    lines = (tmp_path / "sent.log").read_bytes().splitlines()
    assert [parse_line(line) for line in lines] == [
        Sent(ticket=origin.ticket, name="aac-128.mp4", start=100, length=200),
        None,
    ]
    assert ranged["id"] != head["id"]
    assert float(str(ranged["at"])) > 1e9


async def test_other_servers_are_given_a_path(tmp_path: Path) -> None:
    async with open_origin(tmp_path, offload="sendfile") as origin:
        _, headers, body = await get(origin.url, origin.path())

    assert body == b""
    sent_by_it = await asyncio.to_thread(Path(headers["x-sendfile"]).read_bytes)
    assert sent_by_it == origin.bodies["aac-128"]


async def test_what_is_on_s3_cannot_be_handed_over(s3_url: str, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, storage_url=s3_url, offload="nginx")

    async with open_storage(s3_url) as storage:
        with pytest.raises(Refused, match="offload-needs-disk"):
            offload_of(settings, storage)


@pytest.fixture
async def edged(tmp_path: Path) -> AsyncIterator[Origin]:
    (tmp_path / "house").mkdir()
    async with open_origin(tmp_path / "house", edge_secret=EDGE_SECRET) as opened:
        yield opened


@pytest.fixture
async def edge(tmp_path: Path, edged: Origin) -> AsyncIterator[str]:
    changes = {
        "127.0.0.1:8780": edged.url.removeprefix("http://"),
        "a-secret-of-at-least-32-characters": EDGE_SECRET,
        "/var/log/nginx/refrain.log": f"{tmp_path}/sent.log",
        "/var/cache/nginx/refrain": f"{tmp_path}/cache",
        "max_size=50g": "max_size=50m",
    }
    with nginx(tmp_path, "edge.conf", changes) as url:
        yield url


async def address_for(edge: str, ticket: str) -> str:
    status, _, text = await get(edge, f"/media/{ticket}/aac-128.m3u8")
    assert status == 200
    return parse_media(text.decode()).uri


async def another_session(origin: Origin) -> str:
    async with origin.tools.database.begin() as session:
        mine = await play_session(session, origin.session_id)
        columns = {one.name: getattr(mine, one.name) for one in PlaySession.__table__.columns}
        other = PlaySession(**{**columns, "id": uuid4()})
        session.add(other)
    return seal(other.id, SECRET.encode())


async def test_two_listeners_share_what_an_edge_keeps(
    edged: Origin, edge: str, tmp_path: Path
) -> None:
    mine = await address_for(edge, edged.ticket)
    yours = await address_for(edge, await another_session(edged))
    body = edged.bodies["aac-128"]

    first = await get(edge, mine, Range="bytes=700-999")
    second = await get(edge, yours, Range="bytes=5000-5009")

    assert mine != yours
    assert mine.split("/")[5:] == yours.split("/")[5:], "the object has one name"
    assert (first[0], first[2]) == (206, body[700:1000])
    assert (second[0], second[2]) == (206, body[5000:5010])
    assert (first[1]["x-cache"], second[1]["x-cache"]) == ("MISS", "HIT")
    assert [line["uri"] for line in sent(tmp_path, lines=2)] == [mine, yours]
    lines = [parse_line(line) for line in (tmp_path / "sent.log").read_bytes().splitlines()]
    assert [(one.start, one.length) for one in lines if one] == [(700, 300), (5000, 10)]


async def test_an_edge_refuses_by_itself_what_we_did_not_give_out(edged: Origin, edge: str) -> None:
    address = await address_for(edge, edged.ticket)
    await get(edge, address, Range="bytes=0-1")
    _, _, ticket, until_s, seal_, tag, name = address.split("/")
    wrong = {
        "another session": (await another_session(edged), until_s, seal_, tag, name),
        "another end": (ticket, str(int(until_s) + 1), seal_, tag, name),
        "another seal": (ticket, until_s, seal_[::-1], tag, name),
        "another object": (ticket, until_s, seal_, tag, "flac.mp4"),
    }

    told: dict[str, tuple[Said, Said]] = {
        what: (
            await get(edge, f"/edge/{'/'.join(parts)}"),
            await get(edged.url, f"/edge/{'/'.join(parts)}"),
        )
        for what, parts in wrong.items()
    }

    for what, (at_edge, at_origin) in told.items():
        assert (at_edge[0], at_origin[0]) == (403, 403), what
        assert "x-request-id" not in at_edge[1], "the edge asked us"


async def test_an_edge_knows_when_an_address_ends(edged: Origin, edge: str) -> None:
    [rendition] = [one for one in (await granted(edged)).renditions if one.rung == "aac-128"]
    signer = Edge(secret=EDGE_SECRET, url="", lifetime=timedelta(days=-1))
    address = signer.address(edged.ticket, "aac-128.mp4", whole(rendition), edged.tools.clock())

    at_edge, at_origin = await get(edge, address), await get(edged.url, address)

    assert (at_edge[0], at_origin[0]) == (410, 410)
    assert "x-request-id" not in at_edge[1], "the edge asked us"


async def granted(origin: Origin) -> Granted:
    return await Grants(origin.tools, [SECRET.encode()]).opened(origin.ticket)


async def test_without_an_edge_there_are_no_addresses_of_one(tmp_path: Path) -> None:
    async with open_origin(tmp_path) as origin:
        _, _, text = await get(origin.url, f"/media/{origin.ticket}/aac-128.m3u8")
        status, _, _ = await get(origin.url, f"/edge/{origin.ticket}/1/AAAA/aaaa/aac-128.mp4")

    assert parse_media(text.decode()).uri == "aac-128.mp4"
    assert status == 404


async def test_in_containers_nginx_hands_on_and_keeps_our_numbers_to_itself(
    tmp_path: Path, edged: Origin
) -> None:
    body = edged.bodies["aac-128"]
    changes = {"origin:8080": edged.url.removeprefix("http://")}
    with nginx(tmp_path, "containers.conf", changes) as url:
        async with wire(url) as opened:
            status, _, part = await opened.get(edged.path(), Range="bytes=100-699")
            metrics, _, _ = await opened.get("/metrics")

    assert (status, part) == (206, body[100:700])
    assert metrics == 404
