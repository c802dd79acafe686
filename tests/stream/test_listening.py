"""What listeners keep, over HTTP: favourites, stars, follows, the queue, history, playlists."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounting.plays import settle_due
from base.clock import ManualClock
from catalog.callers import Caller
from catalog.erasing import erase
from catalog.models import Model
from catalog.models.artists import Artist, ReleaseArtist
from catalog.models.music import Track
from catalog.models.plays import Counter
from catalog.models.releases import Release, ReleaseTrack
from catalog.people import issue_token
from catalog.releases import create_release, put_on
from catalog.roles import Role
from catalog.states import ReleaseState, TrackState
from tests.support.catalog import NOON, audible, person, qualified
from tests.support.served import Answer, Client, served
from tests.support.statements_counted import statements

PLAYLISTS = "/api/v1/playlists"


@dataclass
class Guest:
    """Somebody who asks."""

    client: Client
    caller: Caller
    token: str

    async def asks(self, method: str, path: str, data: Any = None, **fields: str) -> Answer:  # noqa: ANN401
        return await self.client.ask(method, path, token=self.token, data=data, **fields)

    async def gets(self, path: str) -> Any:  # noqa: ANN401
        answer = await self.asks("GET", path)
        assert answer.status == 200, answer.body
        return answer.json

    async def does(self, method: str, path: str, data: Any = None, **fields: str) -> Any:  # noqa: ANN401
        answer = await self.asks(method, path, data, **fields)
        assert answer.status in {200, 201, 204}, answer.body
        return answer.json if answer.body else None


@dataclass
class Town:
    client: Client
    tracks: list[UUID]
    artist: Caller
    release: UUID
    artist_id: UUID

    async def guest(self) -> Guest:
        database = self.client.holding.tools.database
        return await self.known(await person(database, Role.LISTENER, millicredits=2_000))

    async def known(self, who: Caller) -> Guest:
        async with self.client.holding.tools.database.begin() as session:
            token = await issue_token(session, who, label="t", now=NOON)
        return Guest(client=self.client, caller=who, token=token)

    async def draft(self, track_id: UUID) -> None:
        """Let a track stand on a release that is not out."""
        async with self.client.holding.tools.database.begin() as session:
            draft = await create_release(session, self.artist, title="Soon", artist="Ida", now=NOON)
            await put_on(session, draft, await session.get_one(Track, track_id))


@pytest.fixture
async def town(tmp_path: Path, migrated_sqlite_url: str) -> AsyncIterator[Town]:
    settings = {"database_url": migrated_sqlite_url, "clock": ManualClock(NOON)}
    async with served(tmp_path, **settings) as client:
        database = client.holding.tools.database
        artist = await person(database, Role.ARTIST)
        tracks = [await audible(database, artist, f"song {n}".encode()) for n in range(4)]
        release, artist_id = uuid4(), uuid4()
        async with database.begin() as session:
            session.add_all(_release(release, artist, artist_id))
            await session.flush()
            session.add(
                ReleaseArtist(
                    release_id=release,
                    number=1,
                    artist_id=artist_id,
                    role="main",
                    name="Ida",
                    joined="",
                    confirmed_at=NOON,
                )
            )
            place = {"track_id": tracks[0], "release_id": release, "disc": 1, "position": 1}
            session.add(ReleaseTrack(**place, edited=[]))
        yield Town(
            client=client, tracks=tracks, artist=artist, release=release, artist_id=artist_id
        )


def _release(release: UUID, owner: Caller, artist_id: UUID) -> list[Model]:
    times = {"created_at": NOON, "changed_at": NOON}
    return [
        Release(
            id=release,
            owner_id=owner.id,
            title="Album",
            artist="Ida",
            edited=[],
            state="published",
            published_at=NOON,
            is_announced=False,
            **times,
        ),
        Artist(
            id=artist_id,
            account_id=owner.id,
            name="Ida",
            sort_name="ida",
            kind="person",
            links=[],
            edited=[],
            **times,
        ),
    ]


async def test_favourites_and_stars_are_kept_told_in_parts_and_taken_back(town: Town) -> None:
    ben = await town.guest()
    liked = "/api/v1/favourites/tracks"
    for track in (*town.tracks, town.tracks[0]):
        await ben.does("PUT", f"{liked}/{track}")
    await ben.does("PUT", f"/api/v1/favourites/releases/{town.release}")
    await ben.does("PUT", f"/api/v1/favourites/artists/{town.artist_id}")
    await ben.does("PUT", f"/api/v1/ratings/tracks/{town.tracks[1]}", {"stars": 2})
    await ben.does("PUT", f"/api/v1/ratings/tracks/{town.tracks[1]}", {"stars": 5})

    first = await ben.gets(f"{liked}?limit=3")
    rest = await ben.gets(f"{liked}?cursor={first['next']}")
    items = [*first["items"], *rest["items"]]
    assert sorted(one["id"] for one in items) == sorted(map(str, town.tracks))
    assert all(one["card"]["is_audible"] for one in items)
    assert rest["next"] is None
    [album] = (await ben.gets("/api/v1/favourites/releases"))["items"]
    assert (album["title"], album["by"], album["artwork"]) == ("Album", "Ida", None)
    [ida] = (await ben.gets("/api/v1/favourites/artists"))["items"]
    assert ida["title"] == "Ida"
    [rated] = (await ben.gets("/api/v1/ratings/tracks"))["items"]
    assert (rated["id"], rated["stars"]) == (str(town.tracks[1]), 5)
    asked = f"/api/v1/marks/tracks?id={town.tracks[1]}&id={uuid4()}"
    [one, nothing] = (await ben.gets(asked))["items"]
    assert (one["stars"], nothing["since"], nothing["stars"]) == (5, None, None)

    await ben.does("DELETE", f"{liked}/{town.tracks[0]}")
    await ben.does("DELETE", f"/api/v1/ratings/tracks/{town.tracks[1]}")
    assert len((await ben.gets(liked))["items"]) == 3
    assert (await ben.gets("/api/v1/ratings/tracks"))["items"] == []
    for path, data in (
        (f"{liked}/{uuid4()}", None),
        ("/api/v1/favourites/playlists/nonsense", None),
        (f"/api/v1/ratings/artists/{uuid4()}", {"stars": 1}),
    ):
        assert (await ben.asks("PUT", path, data)).status == 404
    stars = {"stars": 6}
    answer = await ben.asks("PUT", f"/api/v1/ratings/tracks/{town.tracks[1]}", stars)
    assert answer.status == 422


async def test_who_follows_is_told_what_comes_out(town: Town) -> None:
    ben, eva = await town.guest(), await town.guest()
    made = await eva.does("POST", PLAYLISTS, {"title": "Mine", "visibility": "public"})
    await eva.does("POST", PLAYLISTS, {"title": "Hidden"})
    for path in (f"artists/{town.artist_id}", f"people/{eva.caller.id}"):
        await ben.does("PUT", f"/api/v1/follows/{path}")
    assert (await ben.asks("PUT", f"/api/v1/follows/people/{ben.caller.id}")).status == 404

    follows = await ben.gets("/api/v1/follows")
    assert {one["kind"]: one["name"] for one in follows["items"]} == {
        "artist": "Ida",
        "person": "A listener",
    }
    [release] = (await ben.gets("/api/v1/follows/releases"))["items"]
    assert (release["release"], release["title"]) == (str(town.release), "Album")
    [listed] = (await ben.gets("/api/v1/follows/playlists"))["items"]
    assert listed["id"] == made["id"]
    [shown] = (await ben.gets(f"/api/v1/people/{eva.caller.id}/playlists"))["items"]
    assert shown["title"] == "Mine"

    await ben.does("DELETE", f"/api/v1/follows/artists/{town.artist_id}")
    assert (await ben.gets("/api/v1/follows/releases"))["items"] == []


async def test_a_queue_goes_along_and_nobody_overwrites_what_they_did_not_see(town: Town) -> None:
    ben, gone = await town.guest(), uuid4()
    phone = await ben.asks("GET", "/api/v1/queue")
    assert phone.json["items"] == []
    told = {"tracks": [str(town.tracks[0]), str(gone)], "current": 1, "position": 12.5}

    written = await ben.does(
        "PUT", "/api/v1/queue", {**told, "changed_by": "phone"}, If_Match=phone.headers["etag"]
    )
    late = await ben.asks("PUT", "/api/v1/queue", told, If_Match=phone.headers["etag"])

    assert late.status == 412
    assert (written["current"], written["position"], written["version"]) == (1, 12.5, 1)
    assert [one["card"] is None for one in written["items"]] == [False, True]
    assert await ben.gets("/api/v1/queue") == written
    again = await ben.does("PUT", "/api/v1/queue", {"tracks": []})
    assert (again["current"], again["version"], again["changed_by"]) == (None, 2, "")
    wrong = {"tracks": [str(gone)], "current": 1}
    assert (await ben.asks("PUT", "/api/v1/queue", wrong)).status == 422


async def test_history_is_for_its_listener_and_can_be_forgotten(town: Town) -> None:
    ben, eva = await town.guest(), await town.guest()
    tools = town.client.holding.tools
    clock = ManualClock(NOON - timedelta(days=1))
    for track in town.tracks[:3]:
        clock.advance(timedelta(minutes=1))
        await qualified(tools.database, clock, listener=ben.caller, track_id=track)
    await tools.database.run(lambda session: settle_due(session, limit=2, now=NOON))

    heard = await ben.gets("/api/v1/history")
    begun = await ben.gets("/api/v1/history?of=sessions&limit=2")
    assert [one["card"]["track"] for one in heard["items"]] == [
        str(one) for one in town.tracks[1::-1]
    ]
    assert [(one["step"], one["price"]) for one in heard["items"]] == [(1, 2), (1, 2)]
    assert [one["state"] for one in begun["items"]] == ["qualified", "settled"]
    rest = await ben.gets(f"/api/v1/history?of=sessions&cursor={begun['next']}")
    assert len(rest["items"]) == 1
    assert (await eva.gets("/api/v1/history"))["items"] == []
    assert (await eva.asks("DELETE", f"/api/v1/history/{heard['items'][0]['play']}")).status == 404

    await ben.does("DELETE", f"/api/v1/history/{heard['items'][0]['play']}")
    assert (await ben.gets("/api/v1/history"))["items"] == heard["items"][1:]
    await ben.does("DELETE", "/api/v1/history")
    assert (await ben.gets("/api/v1/history"))["items"] == []
    assert (await ben.gets("/api/v1/history?of=sessions"))["items"] == []
    async with tools.database.read() as session:
        for one in heard["items"]:
            key = (ben.caller.id, UUID(one["card"]["recording"]))
            assert (await session.get_one(Counter, key)).plays == 1
    assert (await ben.gets("/api/v1/listening"))["is_counted"]
    await ben.does("PUT", "/api/v1/listening", {"is_counted": False})
    assert not (await ben.gets("/api/v1/listening"))["is_counted"]
    begun = await ben.gets("/api/v1/library/begun")
    assert {(one["next_price"], one["remainder"]) for one in begun["items"]} == {(4, 1020)}
    assert (await ben.gets("/api/v1/library/near"))["items"] == []


async def test_titles_of_drafts_are_told_to_their_owner_alone(town: Town) -> None:
    eva, artist = await town.guest(), await town.known(town.artist)
    [song, secret, *_] = town.tracks
    made = await artist.does("POST", PLAYLISTS, {"title": "All", "visibility": "public"})
    at = f"{PLAYLISTS}/{made['id']}"
    await artist.does("POST", f"{at}/entries", {"tracks": [str(song), str(secret)]})
    await eva.does("PUT", f"/api/v1/favourites/tracks/{secret}")
    await town.draft(secret)

    for path in (f"{at}/entries", "/api/v1/favourites/tracks"):
        found = (await eva.gets(path))["items"][-1]
        assert (found["card"], found.get("title")) == (None, None), path
    queue = await eva.does("PUT", "/api/v1/queue", {"tracks": [str(song), str(secret)]})
    assert [one["card"] is None for one in queue["items"]] == [False, True]
    assert (await artist.gets(f"{at}/entries"))["items"][-1]["card"]["title"]
    more = await artist.asks("POST", f"{at}/entries", {"tracks": [str(secret)]})
    assert more.status == 404


async def test_artists_of_whom_nothing_is_out_are_told_of_to_nobody(town: Town) -> None:
    eva, path = await town.guest(), f"/api/v1/follows/artists/{town.artist_id}"
    await eva.does("PUT", path)
    async with town.client.holding.tools.database.begin() as session:
        (await session.get_one(Release, town.release)).state = ReleaseState.WITHDRAWN

    assert [one["name"] for one in (await eva.gets("/api/v1/follows"))["items"]] == [None]
    assert (await eva.asks("PUT", path)).status == 404


async def test_who_is_sent_away_or_may_do_less_is_not_back_by_the_same_code(town: Town) -> None:
    eva, ben = await town.guest(), await town.guest()
    at = f"{PLAYLISTS}/{(await eva.does('POST', PLAYLISTS, {'title': 'Ours'}))['id']}"
    member = f"{at}/members/{ben.caller.id}"
    for method, data in (("PUT", {"part": "viewer"}), ("DELETE", None)):
        code = (await eva.does("POST", f"{at}/invitations", {"part": "editor"}))["code"]
        await ben.does("POST", f"/api/v1/playlist-invitations/{code}")
        await eva.does(method, member, data)
        again = await ben.asks("POST", f"/api/v1/playlist-invitations/{code}")
        assert again.status == 404, method


async def test_two_editors_of_a_playlist_lose_nothing(town: Town) -> None:
    eva, ben, tim = [await town.guest() for _ in range(3)]
    a, b, c, d = map(str, town.tracks)
    made = await eva.does("POST", PLAYLISTS, {"title": "Ours"})
    at = f"{PLAYLISTS}/{made['id']}"
    assert (await ben.asks("GET", at)).status == 404
    code = (await eva.does("POST", f"{at}/invitations", {"part": "editor"}))["code"]
    joined = await ben.does("POST", f"/api/v1/playlist-invitations/{code}")
    assert (joined["part"], (await ben.gets(f"{PLAYLISTS}/shared"))["items"]) == (
        "editor",
        [joined],
    )

    first = await eva.does("POST", f"{at}/entries", {"tracks": [a, b, a]})
    seen = await ben.asks("GET", at)
    await ben.does("POST", f"{at}/entries", {"tracks": [c], "before": first["entries"][1]})
    await eva.does("PATCH", f"{at}/entries/{first['entries'][0]}", {"behind": first["entries"][2]})
    await eva.does("POST", f"{at}/entries", {"tracks": [d], "behind": first["entries"][2]})
    entries = await eva.gets(f"{at}/entries?limit=3")
    rest = await eva.gets(f"{at}/entries?cursor={entries['next']}")
    found = [*entries["items"], *rest["items"]]
    assert [one["card"]["track"] for one in found] == [c, b, a, d, a]
    assert {one["added_by"] for one in found} == {str(eva.caller.id), str(ben.caller.id)}

    late = {"title": "Late"}
    stale = await eva.asks("PATCH", at, late, If_Match=seen.headers["etag"])
    assert stale.status == 412
    answer = await eva.asks("POST", f"{at}/entries", {"tracks": [d]}, If_Match=seen.headers["etag"])
    assert answer.status == 412
    await ben.does("DELETE", f"{at}/entries/{found[0]['entry']}")
    await ben.does("DELETE", f"{at}/entries/{found[0]['entry']}")
    assert (await eva.gets(at))["tracks"] == 4
    assert (await ben.asks("PATCH", at, late)).status == 403
    assert (await tim.asks("POST", f"{at}/entries", {"tracks": [a]})).status == 404
    unknown = {"tracks": [a], "before": str(uuid4())}
    assert (await ben.asks("POST", f"{at}/entries", unknown)).status == 404
    both = {"before": first["entries"][1], "behind": first["entries"][2]}
    assert (await ben.asks("PATCH", f"{at}/entries/{first['entries'][1]}", both)).status == 422

    tools = town.client.holding.tools
    async with tools.database.begin() as session:
        withdrawn = await session.get_one(Track, town.tracks[1])
        withdrawn.state, withdrawn.playable_at = TrackState.WITHDRAWN, NOON
    kept = (await eva.gets(f"{at}/entries"))["items"]
    assert [one["card"]["is_audible"] for one in kept] == [False, True, True, True]

    await _share_and_end(at, eva, ben, tim)
    assert (await eva.gets(PLAYLISTS))["items"] == []


async def _share_and_end(at: str, eva: Guest, ben: Guest, tim: Guest) -> None:
    """See who may see a playlist, leave it, be sent away from it, and delete it."""
    await eva.does("PATCH", at, {"visibility": "unlisted", "description": "For walks."})
    assert (await tim.gets(at))["part"] is None
    assert {one["added_by"] for one in (await tim.gets(f"{at}/entries"))["items"]} == {None}
    assert (await eva.asks("PATCH", at, {"title": "   "})).status == 422
    assert (await eva.client.ask("GET", at)).status == 200
    assert (await tim.asks("GET", f"{at}/members")).status == 403
    await eva.does("PUT", f"{at}/members/{ben.caller.id}", {"part": "viewer"})
    [member] = (await ben.gets(f"{at}/members"))["items"]
    assert (member["account"], member["part"]) == (str(ben.caller.id), "viewer")
    answer = await ben.asks("PUT", f"{at}/entries", {"tracks": []})
    assert answer.status == 403
    await eva.does("PUT", f"{at}/entries", {"tracks": []})
    assert (await eva.gets(at))["duration"] == 0
    await eva.does("DELETE", f"{at}/invitations")
    assert (await tim.asks("DELETE", f"{at}/members/{ben.caller.id}")).status == 403
    await ben.does("DELETE", f"{at}/members/{ben.caller.id}")
    assert (await ben.gets(f"{PLAYLISTS}/shared"))["items"] == []
    await ben.does("PUT", f"/api/v1/favourites/playlists/{at.rpartition('/')[2]}")
    assert (await ben.asks("DELETE", at)).status == 403
    await eva.does("DELETE", at)
    assert (await ben.gets("/api/v1/favourites/playlists"))["items"] == []


async def test_lists_ask_the_database_as_often_however_long_they_are(town: Town) -> None:
    ben = await town.guest()
    paths = [
        "/api/v1/favourites/tracks",
        "/api/v1/follows",
        "/api/v1/history",
        "/api/v1/queue",
        "/api/v1/recommendations",
        "/api/v1/charts/new",
        PLAYLISTS,
    ]

    async def asked() -> list[int]:
        counts = []
        for path in paths:
            with statements(town.client.holding.tools.database) as said:
                await ben.gets(path)
            counts.append(len(said))
        return counts

    made = await ben.does("POST", PLAYLISTS, {"title": "One"})
    paths += [f"{PLAYLISTS}/{made['id']}", f"{PLAYLISTS}/{made['id']}/entries"]
    empty = await asked()
    track = str(town.tracks[0])
    await ben.does("POST", f"{PLAYLISTS}/{made['id']}/entries", {"tracks": [track]})
    few = await asked()
    for number in range(5):
        await ben.does("POST", PLAYLISTS, {"title": f"List {number}"})
    tracks = [str(one) for one in town.tracks]
    await ben.does("POST", f"{PLAYLISTS}/{made['id']}/entries", {"tracks": tracks})
    await ben.does("PUT", "/api/v1/queue", {"tracks": tracks})
    for one in tracks:
        await ben.does("PUT", f"/api/v1/favourites/tracks/{one}")

    many = await asked()

    assert all(one <= 12 for one in many)
    assert all(one - before <= 2 for before, one in zip(empty, many, strict=True))
    assert few[-1] == many[-1]


async def test_who_is_forgotten_leaves_no_lists_but_those_that_others_go_on_with(
    town: Town,
) -> None:
    eva, ben = await town.guest(), await town.guest()
    track = str(town.tracks[0])
    ours = await eva.does("POST", PLAYLISTS, {"title": "Ours", "visibility": "public"})
    mine = await eva.does("POST", PLAYLISTS, {"title": "Mine", "visibility": "public"})
    at = f"{PLAYLISTS}/{ours['id']}"
    code = (await eva.does("POST", f"{at}/invitations", {"part": "editor"}))["code"]
    await ben.does("POST", f"/api/v1/playlist-invitations/{code}")
    await eva.does("POST", f"{at}/entries", {"tracks": [track]})
    for path in (f"favourites/tracks/{track}", f"follows/artists/{town.artist_id}"):
        await eva.does("PUT", f"/api/v1/{path}")
    await eva.does("PUT", "/api/v1/queue", {"tracks": [track]})

    tools = town.client.holding.tools
    async with tools.database.begin() as session:
        await erase(session, eva.caller.id, now=NOON)

    assert (await ben.gets(at))["part"] == "owner"
    assert (await ben.gets(f"{at}/entries"))["items"][0]["card"]["track"] == track
    assert (await ben.asks("GET", f"{PLAYLISTS}/{mine['id']}")).status == 404
    async with tools.database.read() as session:
        for name in ("favourites", "follows", "play_queues", "playlist_members"):
            rows = await session.execute(Model.metadata.tables[name].select())
            assert rows.all() == [], name
