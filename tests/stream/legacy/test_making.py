"""Who makes music sends it by the former player, puts it together, and lets all hear it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from PIL import Image

from catalog.kinds import Kind
from catalog.roles import Role
from tests.support.earlier import Earlier
from tests.support.served import Client, served, wave
from tests.support.working import do

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A house with nothing in it, somebody who makes music, and others."""

    house: Client
    maker: Earlier
    other: Earlier
    listener: Earlier
    visitor: Earlier

    async def sent(self, title: str, number: int) -> str:
        """Announce a track, and send its file."""
        body = {"track_name": title, "status": 3}
        made = await self.maker.data("POST user/tracks", body=body)
        name, data = "whatever.wav", wave(number)
        told = await self.maker.upload("PUT user/tracks/{id}/file", made["id"], name, data, "files")
        assert (told["id"], told["title"]) == (made["id"], title)
        return str(made["id"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def studio(
    tmp_path_factory: pytest.TempPathFactory, valkey_server: str
) -> AsyncIterator[Studio]:
    folder = tmp_path_factory.mktemp("making")
    async with served(folder, public_moment_s=0, redis_url=valkey_server) as house:
        yield Studio(
            house=house,
            maker=Earlier(house=house, token=await house.artist()),
            other=Earlier(house=house, token=await house.artist()),
            listener=Earlier(house=house, token=await house.artist(Role.LISTENER)),
            visitor=Earlier(house=house),
        )


def _png() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (600, 600), "teal").save(picture, "PNG")
    return picture.getvalue()


def _items(*tracks: str) -> dict[str, list[dict[str, str]]]:
    return {"tracks": [{"trackId": one} for one in tracks]}


def _titles(group: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [one["track"]["title"] for one in group["items"]]


async def test_an_album_is_sent_put_together_and_put_out(studio: Studio) -> None:
    maker, said = studio.maker, {"displayName": "The Wrens", "shortBio": "Sing."}
    artist = await maker.data("POST user/artists", body=said)
    wanted = {"title": "Dusk", "type": "lp", "artistId": artist["id"], "about": "of evenings"}
    group = await maker.data(
        "POST user/trackgroups", body={**wanted, "releaseDate": "2024-03-08T00:00:00.000Z"}
    )
    number = group["id"]
    songs = [await studio.sent(f"Evening Vol. {i}", i) for i in (1, 2)]
    await studio.house.play()
    hidden = await studio.visitor.data("GET tracks")

    filled = await maker.data("PUT user/trackgroups/{id}/items/add", number, body=_items(*songs))
    turned = await maker.data("PUT user/trackgroups/{id}/items", number, body=_items(*songs[::-1]))
    await maker.upload("PUT user/trackgroups/{id}/cover", number, "c.png", _png(), "file")
    await do(studio.house.holding, Kind.ARTWORK)
    written = await maker.data(
        "PUT user/trackgroups/{id}", number, body={"tags": ["dusk"], "title": "Dusk & Dark"}
    )
    out = await maker.data("PUT user/trackgroups/{id}/privacy", number, body={"private": False})

    assert (group["type"], group["releaseDate"], group["private"]) == ("album", "2024-03-08", True)
    assert group["display_artist"] == "The Wrens"
    assert hidden == []
    assert _titles(filled) == ["Evening Vol. 1", "Evening Vol. 2"]
    assert _titles(turned) == ["Evening Vol. 2", "Evening Vol. 1"]
    assert (written["title"], written["tags"]) == ("Dusk & Dark", ["dusk"])
    assert (out["private"], out["enabled"]) == (False, True)
    heard = await studio.visitor.data("GET trackgroups/{id}", number)
    assert _titles(heard) == ["Evening Vol. 2", "Evening Vol. 1"]
    assert heard["creator"]["displayName"] == "The Wrens"
    assert heard["images"]["small"]["url"]
    back = await maker.data("PUT user/trackgroups/{id}/privacy", number, body={"private": True})
    assert back["private"]
    assert (await studio.visitor.refused("GET trackgroups/{id}", number))[0] == 404
    shown = await maker.data("PUT user/trackgroups/{id}/privacy", number, body={"private": False})
    assert not shown["private"]
    assert _titles(await studio.visitor.data("GET trackgroups/{id}", number)) == _titles(heard)


async def test_what_is_taken_off_waits_where_nobody_hears_it(studio: Studio) -> None:
    maker = studio.maker
    number = (await maker.data("POST user/trackgroups", body={"title": "Sketches"}))["id"]
    one, two = [await studio.sent(f"Sketch {i}", 10 + i) for i in (1, 2)]
    await maker.data("PUT user/trackgroups/{id}/items/add", number, body=_items(one, two))
    await studio.house.play()
    before = (await maker.ask("GET user/trackgroups"))["count"]

    left = await maker.data("PUT user/trackgroups/{id}/items/remove", number, body=_items(one))
    again = await maker.refused("PUT user/trackgroups/{id}/items/remove", number, body=_items(one))
    wrong = await maker.refused("PUT user/trackgroups/{id}/items", number, body=_items(number))
    own = await maker.ask("GET user/trackgroups")

    assert _titles(left) == ["Sketch 2"]
    assert again[0] == wrong[0] == 400
    assert own["count"] == before + 1
    assert not [o for o in await studio.visitor.data("GET tracks") if "Sketch" in o["title"]]
    await maker.data("DELETE user/tracks/{id}", two)
    assert _titles(await maker.data("GET user/trackgroups/{id}", number)) == []
    await maker.data("DELETE user/trackgroups/{id}", number)
    assert (await maker.refused("GET user/trackgroups/{id}", number))[0] == 404


async def test_what_was_announced_and_never_sent_is_let_go(studio: Studio) -> None:
    made = await studio.maker.data("POST user/tracks", body={"track_name": "Nothing"})

    none = await studio.maker.refused("PUT user/tracks/{id}/file", made["id"], body={})
    await studio.maker.data("DELETE user/tracks/{id}", made["id"])
    gone = await studio.maker.refused("PUT user/tracks/{id}/file", made["id"], body={})

    assert none == (400, "The file is empty.")
    assert gone[0] == 404


async def test_artists_are_written_and_shown_with_one_picture(studio: Studio) -> None:
    links = {"links": [{"uri": "https://wren.example/", "platform": "web"}]}
    made = await studio.maker.data("POST user/artists", body={"displayName": "A Wren"})
    number = made["id"]
    said = {"description": "Long.", "country": "de", "email": "x@example.org", **links}
    written = await studio.maker.data("PUT user/artists/{id}", number, body=said)
    await studio.maker.upload("PUT user/artists/{id}/avatar", number, "a.png", _png(), "file")
    await do(studio.house.holding, Kind.ARTWORK)
    shown = await studio.maker.data("GET user/artists/{id}", number)
    listed = await studio.maker.data("GET user/artists")
    banner = await studio.maker.refused("PUT user/artists/{id}/banner", number)

    assert (written["description"], written["country"]) == ("Long.", "DE")
    assert written["links"] == [{"uri": "https://wren.example/", "platform": "wren"}]
    assert shown["avatar"]["m"].endswith("/600.jpeg")
    assert number in {one["id"] for one in listed}
    assert banner[1] == "An artist is shown with one picture: send it as avatar."


async def test_what_is_anothers_is_not_touched(studio: Studio) -> None:
    number = (await studio.maker.data("POST user/trackgroups", body={"title": "Mine"}))["id"]
    artist = (await studio.maker.data("POST user/artists", body={"displayName": "Me"}))["id"]
    track = await studio.sent("Mine, too", 30)
    mine = (await studio.other.data("POST user/trackgroups", body={"title": "Theirs"}))["id"]

    for route, which, body in (
        ("GET user/trackgroups/{id}", number, None),
        ("PUT user/trackgroups/{id}", number, {"title": "Stolen"}),
        ("PUT user/trackgroups/{id}/privacy", number, {"private": False}),
        ("PUT user/trackgroups/{id}/items/add", number, _items(track)),
        ("DELETE user/trackgroups/{id}", number, None),
        ("GET user/artists/{id}", artist, None),
        ("PUT user/artists/{id}", artist, {"displayName": "You"}),
        ("DELETE user/tracks/{id}", track, None),
    ):
        status, _ = await studio.other.refused(route, which, body=body)
        assert status == 404, route
    add = "PUT user/trackgroups/{id}/items/add"
    assert (await studio.other.refused(add, mine, body=_items(track)))[0] == 400
    assert (await studio.listener.refused("POST user/trackgroups", body={"title": "No"}))[0] == 403
