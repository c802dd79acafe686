"""What the catalogue tells and how releases come out, over HTTP: one house for all of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select

from catalog.kinds import Kind
from catalog.masters import finish_tracks, move_tracks
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.people import Account
from catalog.models.plays import Counter
from catalog.models.publishing import PreSave, TrackVersion
from catalog.models.releases import Release
from catalog.models.search import SearchKind
from catalog.music import describe_master, track_of
from catalog.people import issue_token
from catalog.removal import remove_holder
from catalog.roles import Role
from catalog.search_sources import SOURCES
from catalog.states import ReleaseState, TrackEvent
from catalog.version_states import VersionState
from ingest.describing import describe
from refrain.review_rules import list_rules, set_rule
from tests.support.catalog import NOON, person
from tests.support.served import Answer, Client, served, wave
from tests.support.working import do
from workers.releasing import release_due

pytestmark = pytest.mark.asyncio(loop_scope="module")
MBID = "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d"
#: Tests share a house: each master that one sends is another.
NUMBERS = count(10)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with served(tmp_path_factory.mktemp("catalogue")) as opened:
        yield opened


async def ready(client: Client, token: str, data: bytes | None = None) -> str:
    """Answer the path of a draft with one track that may come out."""
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={"title": "Record"})
    sent = f"/api/v1/masters/Song.wav?release={begun.json['id']}"
    assert (
        await client.ask("PUT", sent, token=token, data=data or wave(next(NUMBERS)))
    ).status == 201
    await client.play()
    return f"/api/v1/releases/{begun.json['id']}"


async def song(client: Client, token: str) -> Answer:
    path, data = "/api/v1/masters/Song.wav", wave(next(NUMBERS))
    return await client.ask("PUT", path, token=token, data=data)


async def done(answer: Any, status: int = 200) -> Any:  # noqa: ANN401 - a document
    answer = await answer
    assert answer.status == status, answer.body
    return answer.json if answer.body else None


def code(answer: Answer) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


async def test_a_release_comes_out_at_its_time_to_those_who_waited_for_it(client: Client) -> None:
    token, listener = await client.artist(), await client.artist(Role.LISTENER)
    path, tools = await ready(client, token), client.holding.tools
    wall = {"at": "2026-11-25T00:00:00", "zone": "Europe/Berlin"}

    for wrong in (
        {"at": "2020-01-01T00:00:00"},
        {**wall, "zone": "Atlantis"},
        {"at": "2027-03-28T02:30:00", "zone": "Europe/Berlin"},
    ):
        assert (await client.ask("POST", f"{path}/schedule", token=token, data=wrong)).status == 422
    quiet = {**wall, "is_announced": False}
    assert (await client.ask("POST", f"{path}/schedule", token=token, data=quiet)).status == 200
    assert (await client.ask("GET", path)).status == 404
    assert (await client.ask("PUT", f"{path}/pre-save", token=listener)).status == 404
    assert code(await client.ask("PUT", f"{path}/pre-save", token=token)) == "release-unannounced"
    found = await done(client.ask("POST", f"{path}/recall", token=token))
    assert (found["state"], found["publish_at"]) == ("draft", None)

    found = await done(client.ask("POST", f"{path}/schedule", token=token, data=wall))
    assert (found["state"], found["publish_at"]) == ("scheduled", "2026-11-24T23:00:00Z")
    assert (await client.ask("PATCH", path, token=token, data={"title": "x"})).status == 409
    told = await done(client.ask("GET", path))
    assert (told["title"], told["tracks"], told["publish_zone"]) == ("Record", [], "Europe/Berlin")
    for _ in range(2):
        assert (await client.ask("PUT", f"{path}/pre-save", token=listener)).status == 204
    waiting = await done(client.ask("GET", "/api/v1/pre-saves", token=listener))
    assert [one["title"] for one in waiting["items"]] == ["Record"]
    await done(client.ask("POST", f"{path}/recall", token=token))
    waiting = await done(client.ask("GET", "/api/v1/pre-saves", token=listener))
    assert waiting["items"] == []
    await done(client.ask("POST", f"{path}/schedule", token=token, data=wall))

    await release_due(tools)
    assert (await client.release(path.rpartition("/")[2], token))["state"] == "scheduled"
    client.holding.tools.clock.advance(timedelta(hours=12))
    await release_due(tools)
    await do(client.holding, Kind.RELEASE)

    out = await done(client.ask("GET", path))
    assert (out["state"], out["type"], out["released_on"]) == ("published", "single", "2026-11-25")
    assert len(out["tracks"]) == 1
    async with tools.database.read() as session:
        assert (await session.scalars(select(PreSave.fulfilled_at))).all() == [tools.clock()]
    liked = await done(client.ask("GET", "/api/v1/favourites/releases", token=listener))
    assert [one["title"] for one in liked["items"]] == ["Record"]
    moves = await done(client.ask("GET", f"{path}/moves", token=token))
    assert [(one["event"], one["by"] is None) for one in moves["items"]] == [
        *[("schedule", False), ("recall", False)] * 2,
        ("schedule", False),
        ("publish", True),
    ]
    assert (await client.ask("PUT", f"{path}/pre-save", token=listener)).status == 409


async def reviewed(client: Client, path: str, token: str) -> None:
    """Let an operator say that the releases of who made one are looked at."""
    operator, database = await client.artist(Role.OPERATOR), client.holding.tools.database
    async with database.read() as session:
        owner = (await session.get_one(Release, UUID(path.rpartition("/")[2]))).owner_id
    rule, always = f"/api/v1/accounts/{owner}/review-rule", {"is_reviewed": True}
    assert (await client.ask("PUT", rule, token=token, data=always)).status == 403
    before = await client.ask("GET", rule, token=operator)
    assert (before.json["is_reviewed"], before.json["applies"]) == (None, False)
    tag = before.headers["etag"]
    for status in (200, 412):
        said = await client.ask("PUT", rule, token=operator, data=always, If_Match=tag)
        assert said.status == status
    assert (await done(client.ask("PUT", rule, token=operator, data=always)))["applies"] is True
    noted = await done(client.ask("GET", f"/api/v1/audit?subject={owner}", token=operator))
    assert [(one["act"], one["facts"]) for one in noted["items"]] == [("review.ruled", always)]
    settings = client.holding.tools.settings
    assert [one["account"] for one in await list_rules(settings)] == [str(owner)]
    assert (await set_rule(settings, owner, is_reviewed=None))["is_reviewed"] is None
    assert await list_rules(settings) == []
    await set_rule(settings, owner, is_reviewed=True)


async def test_who_is_reviewed_is_looked_at_before_and_told_why(client: Client) -> None:
    token, moderator = await client.artist(), await client.artist(Role.MODERATOR)
    path = await ready(client, token)
    review = path.replace("releases", "reviews")
    await reviewed(client, path, token)

    assert code(await client.ask("POST", f"{path}/publish", token=token)) == "review-needed"
    await done(client.ask("POST", f"{path}/submit", token=token, data={"reason": "Please"}))
    queue = await done(client.ask("GET", "/api/v1/reviews", token=moderator))
    assert [one["state"] for one in queue["releases"]] == ["submitted"]
    assert (await client.ask("GET", "/api/v1/reviews", token=token)).status == 403
    await done(client.ask("POST", f"{review}/take-up", token=moderator))
    assert (await client.ask("POST", f"{review}/return", token=moderator)).status == 422
    why = {"reason": "The cover is missing."}
    await done(client.ask("POST", f"{review}/return", token=moderator, data=why))
    back = await client.release(path.rpartition("/")[2], token)
    assert (back["state"], back["reason"]) == ("draft", "The cover is missing.")

    at = {"at": "2026-12-24T18:00:00+01:00", "zone": "Europe/Berlin"}
    await done(client.ask("POST", f"{path}/submit", token=token, data=at))
    found = await done(client.ask("POST", f"{review}/approve", token=moderator))
    assert (found["state"], found["publish_at"]) == ("scheduled", "2026-12-24T17:00:00Z")
    await done(client.ask("POST", f"{path}/recall", token=token))
    await done(client.ask("POST", f"{path}/submit", token=token))
    assert (await done(client.ask("POST", f"{review}/approve", token=moderator)))["state"] == (
        "published"
    )
    moves = (await done(client.ask("GET", f"{path}/moves", token=token)))["items"]
    assert all((one["by"] is None) is one["is_overseen"] for one in moves)


async def test_who_is_reviewed_lets_nobody_hear_another_master(client: Client) -> None:
    token, operator = await client.artist(), await client.artist(Role.OPERATOR)
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={"title": "Record"})
    old, new = wave(next(NUMBERS)), wave(next(NUMBERS))
    async with client.holding.tools.database.begin() as session:
        owner = (await session.get_one(Release, UUID(begun.json["id"]))).owner_id
        (await session.get_one(Account, owner)).is_reviewed = True
    sent = await done(
        client.ask("PUT", "/api/v1/masters/Song.wav", token=token, data=old), status=201
    )
    track = UUID(sent["track"])
    path = f"/api/v1/tracks/{track}"
    release = (await done(client.ask("GET", path, token=token)))["release"]
    async with client.holding.tools.database.read() as session:
        first = (await track_of(session, track)).master.id
    await complete(client, first)
    assert (await client.ask("GET", path)).status == 404
    another = f"/api/v1/masters/New.wav?replaces={track}"
    await move_to(client, release, ReleaseState.IN_REVIEW)
    assert code(await client.ask("PUT", another, token=token, data=new)) == "release-under-way"

    await move_to(client, release, ReleaseState.PUBLISHED)
    assert (await client.ask("PUT", another, token=token, data=new)).status == 201
    async with client.holding.tools.database.read() as session:
        waiting = await session.get_one(TrackVersion, (track, 2))
    await complete(client, waiting.master_id)

    listed = (await done(client.ask("GET", f"{path}/versions", token=token)))["items"]
    assert [one["state"] for one in listed] == ["ready", "current"]
    use = f"{path}/versions/2/use"
    assert code(await client.ask("POST", use, token=token)) == "review-needed"
    moderator, reviews = await client.artist(Role.MODERATOR), "/api/v1/version-reviews"
    [waits] = (await done(client.ask("GET", reviews, token=moderator)))["items"]
    assert (waits["track"], waits["version"]["number"]) == (str(track), 2)
    for who in (token, moderator, operator):
        answer = await client.ask("POST", f"{reviews}/{track}/1/approve", token=who)
        assert answer.status == (403 if who == token else 409)
    used = await done(client.ask("POST", f"{reviews}/{track}/2/approve", token=moderator))
    assert [one["state"] for one in used["items"]] == ["current", "former"]
    assert (await done(client.ask("GET", reviews, token=moderator)))["items"] == []
    await see_a_master_returned(client, track, token, moderator)
    # The one before is known as its own when it is sent again.
    known = await done(client.ask("PUT", "/api/v1/masters/Song.wav", token=token, data=old))
    assert known["track"] == str(track)


async def see_a_master_returned(client: Client, track: UUID, token: str, moderator: str) -> None:
    """Send another, which is given back with a reason that its owner is told."""
    new, at = f"/api/v1/masters/New.wav?replaces={track}", f"/api/v1/version-reviews/{track}/3"
    await client.ask("PUT", new, token=token, data=wave(next(NUMBERS)))
    async with client.holding.tools.database.read() as session:
        waiting = await session.get_one(TrackVersion, (track, 3))
    await complete(client, waiting.master_id)
    assert code(await client.ask("POST", f"{at}/return", token=moderator, data={})) == (
        "reason-missing"
    )
    why = {"reason": "A sample was not cleared."}
    back = await done(client.ask("POST", f"{at}/return", token=moderator, data=why))
    assert (back["items"][0]["state"], back["items"][0]["reason"]) == ("cancelled", why["reason"])


async def move_to(client: Client, release: str, state: ReleaseState) -> None:
    async with client.holding.tools.database.begin() as session:
        (await session.get_one(Release, UUID(release))).state = state


async def test_a_release_is_withdrawn_with_its_tracks_and_put_back(client: Client) -> None:
    token, moderator = await client.artist(), await client.artist(Role.MODERATOR)
    data = wave(next(NUMBERS))
    path = await ready(client, token, data)
    review, why = path.replace("releases", "reviews"), {"reason": "A sample was not cleared."}
    await done(client.ask("POST", f"{path}/publish", token=token))
    [track] = (await done(client.ask("GET", path)))["tracks"]
    heard = f"/api/v1/tracks/{track['track']}"

    assert (
        await client.ask("POST", f"{path}/withdraw", token=await client.artist(), data=why)
    ).status == 404
    found = await done(client.ask("POST", f"{path}/withdraw", token=token, data=why))
    assert (found["state"], found["tracks"][0]["state"]) == ("withdrawn", "withdrawn")
    assert (await client.ask("GET", heard)).status == 404
    await done(client.ask("POST", f"{path}/reinstate", token=token))
    assert (await client.ask("GET", heard)).status == 200

    await done(client.ask("POST", f"{review}/withdraw", token=moderator, data=why))
    assert code(await client.ask("POST", f"{path}/reinstate", token=token)) == "withdrawn-by-others"
    await done(client.ask("POST", f"{review}/reinstate", token=moderator))
    assert (await client.ask("GET", heard)).json["state"] == "playable"
    # Its owner cannot forestall it by withdrawing first, nor send it again.
    await done(client.ask("POST", f"{path}/withdraw", token=token, data=why))
    assert (await client.ask("POST", f"{path}/withdraw", token=token, data=why)).status == 409
    await done(client.ask("POST", f"{review}/withdraw", token=moderator, data=why))
    assert code(await client.ask("POST", f"{path}/reinstate", token=token)) == "withdrawn-by-others"
    again = await client.ask("PUT", "/api/v1/masters/Again.wav", token=token, data=data)
    assert (again.status, code(again)) == (403, "withdrawn-by-others")
    await done(client.ask("POST", f"{review}/reinstate", token=moderator))
    assert (await client.ask("GET", heard)).json["state"] == "playable"
    # What is out keeps its names; the rest can still be said of it.
    assert (await client.ask("PATCH", path, token=token, data={"title": "x"})).status == 409
    told = {"genres": ["dnb"], "tags": ["#Été"], "p_line": {"year": 2026, "owner": "Us"}}
    more = await done(client.ask("PATCH", path, token=token, data=told))
    assert (more["genres"], more["tags"]) == (["drum-and-bass"], ["ete"])
    assert more["p_line"] == {"year": 2026, "owner": "Us"}


async def owner_of(client: Client, track_id: str) -> str:
    """Answer the token of a listener who owns a track."""
    database = client.holding.tools.database
    who = await person(database, Role.LISTENER)
    async with database.begin() as session:
        track = (await track_of(session, UUID(track_id))).track
        row = Counter(listener_id=who.id, recording_id=track.recording_id, plays=9, owned_at=NOON)
        session.add(row)
        return await issue_token(session, who, label="test", now=NOON)


async def test_why_music_was_withdrawn_is_told_to_its_owner_alone(client: Client) -> None:
    token = await client.artist()
    path = await ready(client, token)
    [track] = (await done(client.ask("POST", f"{path}/publish", token=token)))["tracks"]
    listener = await owner_of(client, track["track"])
    why = {"reason": "A sample was not cleared."}
    own = await done(client.ask("POST", f"{path}/withdraw", token=token, data=why))

    told = await done(client.ask("GET", path, token=listener))
    heard = await done(client.ask("GET", f"/api/v1/tracks/{track['track']}", token=listener))

    assert (heard["title"], heard["reason"]) == ("Song", None)
    for stranger in ("", await client.artist(Role.LISTENER)):
        for hidden in (path, f"{path}/artwork/300", f"/api/v1/tracks/{track['track']}"):
            assert (await client.ask("GET", hidden, token=stranger)).status == 404
    assert [one["tracks"][0]["reason"] for one in (own, told)] == [why["reason"], None]


async def test_a_track_is_told_of_by_its_owner(client: Client) -> None:
    token = await client.artist()
    sent = await song(client, token)
    await client.play()
    path = f"/api/v1/tracks/{sent.json['track']}"
    said = {
        "artists": [
            {"name": "Ada", "joined": " feat. ", "mbid": MBID},
            {"name": "Bo", "role": "featured"},
        ],
        "credits": [{"role": "violin", "name": "Cy", "ipi": "14107338"}],
        "genres": ["Klassik"],
        "language": "ger",
        "explicit": "cleaned",
        "iswc": "T-034.524.680-1",
    }
    assert (await client.ask("PATCH", path, token=token, data=said)).status == 422  # the IPI
    said["credits"] = [{"role": "violin", "name": "Cy", "ipi": "014107338"}]

    found = await done(client.ask("PATCH", path, token=token, data=said))

    assert (found["artist"], found["genres"], found["language"]) == (
        "Ada feat. Bo",
        ["classical"],
        "de",
    )
    assert (found["explicit"], found["iswc"]) == ("cleaned", "T0345246801")
    assert (found["credits"][0]["kind"], found["credits"][0]["ipi"]) == ("performer", "00014107338")
    ada = f"/api/v1/artists/{found['artists'][0]['artist']}"
    about = await done(client.ask("GET", ada))
    assert (about["name"], about["mbid"]) == ("Ada", MBID)
    tracks = await done(client.ask("GET", f"{ada}/tracks"))
    assert [one["track"] for one in tracks["items"]] == [found["id"]]
    first = await done(client.ask("GET", "/api/v1/artists?limit=2", token=token))
    then = f"/api/v1/artists?limit=2&cursor={first['next']}"
    then = await done(client.ask("GET", then, token=token))
    names = [one["name"] for one in (*first["items"], *then["items"])]
    assert (names, then["next"]) == (["A artist", "Ada", "Bo"], None)
    unknown = await client.ask("PATCH", path, token=token, data={"genres": ["Noodle"]})
    assert code(unknown) == "genre-unknown"


async def test_lyrics_are_told_as_text_and_with_times(client: Client) -> None:
    token = await client.artist()
    sent = await song(client, token)
    await client.play()
    path = f"/api/v1/tracks/{sent.json['track']}/lyrics"
    assert (await client.ask("GET", path)).status == 404
    for wrong in ({}, {"synced": "no times"}, {"plain": "la", "language": "Klingon!"}):
        assert (await client.ask("PUT", path, token=token, data=wrong)).status == 422

    lrc = {"synced": "[00:01.00]One\n[00:02.50]<00:02.50>Two <00:03.00>words", "language": "en"}
    await done(client.ask("PUT", path, token=token, data=lrc))

    told = await done(client.ask("GET", path))
    assert (told["plain"], told["language"]) == ("One\nTwo words", "en")
    assert [one["at"] for one in told["lines"]] == [1_000, 2_500]
    assert [one["at"] for one in told["lines"][1]["words"]] == [2_500, 3_000]
    assert (await client.ask("GET", f"{path}.txt")).body == b"One\nTwo words\n"
    assert b"[00:01.00]One" in (await client.ask("GET", f"{path}.lrc")).body
    stale = {"token": token, "data": {"plain": "Other words"}, "If_Match": '"another"'}
    assert (await client.ask("PUT", path, **stale)).status == 412
    await done(client.ask("PUT", path, token=token, data={"plain": "Just words"}))
    assert (await client.ask("GET", f"{path}.lrc")).status == 404
    assert (await client.ask("DELETE", path, token=await client.artist())).status == 404
    assert (await client.ask("DELETE", path, token=token)).status == 204
    assert (await client.ask("GET", path)).status == 404


async def test_artists_of_others_are_asked_before_they_stand_on_their_pages(client: Client) -> None:
    token, other = await client.artist(), await client.artist()
    made = await done(client.ask("POST", "/api/v1/artists", token=other, data={"name": "Eva"}), 201)
    eva, path = f"/api/v1/artists/{made['id']}", await ready(client, token)
    assert (await client.ask("GET", eva)).status == 404  # nothing of hers is out
    named = {"artists": [{"name": "Eva", "artist": made["id"]}]}
    found = await done(client.ask("PATCH", path, token=token, data=named))
    assert (found["artist"], found["artists"][0]["is_confirmed"]) == ("Eva", False)
    await done(client.ask("POST", f"{path}/publish", token=token))
    assert (await client.ask("GET", f"{eva}/releases")).status == 404

    [waits] = (await done(client.ask("GET", f"{eva}/names", token=other)))["items"]
    assert (await client.ask("PUT", f"{eva}/names/{waits['id']}", token=token)).status == 404
    assert (await client.ask("PUT", f"{eva}/names/{waits['id']}", token=other)).status == 204

    assert [
        one["title"] for one in (await done(client.ask("GET", f"{eva}/releases")))["items"]
    ] == ["Record"]
    about = {"bio": "Sings.", "links": ["https://eva.example/"], "country": "at", "kind": "person"}
    assert (await done(client.ask("PATCH", eva, token=other, data=about)))["country"] == "AT"
    assert (await client.ask("PATCH", eva, token=token, data=about)).status == 404
    assert code(await client.ask("DELETE", eva, token=other)) == "artist-named"
    tag = (await client.ask("GET", eva)).headers["etag"]
    for status in (200, 412):
        bio = {"bio": "Sings, and plays."}
        said = await client.ask("PATCH", eva, token=other, data=bio, If_Match=tag)
        assert said.status == status
    tracks = await done(client.ask("GET", f"{eva}/tracks"))
    assert (tracks["items"], tracks["next"]) == ([], None)
    genres = (await done(client.ask("GET", "/api/v1/genres")))["items"]
    assert {"slug": "techno", "name": "Techno", "parent": "electronic"} in genres


async def complete(client: Client, master_id: UUID, *, seconds: float = 1) -> None:
    """Let all be made of a master, as a worker does."""
    async with client.holding.tools.database.begin() as session:
        facts = {"samples": int(44_100 * seconds), "sample_rate": 44_100, "pcm_sha256": "0" * 64}
        await describe_master(session, master_id, facts)
        for event in (TrackEvent.EXAMINE, TrackEvent.PUBLISH):
            await move_tracks(session, master_id, event, now=NOON)
        await finish_tracks(session, master_id, now=NOON, reviews=False)


async def require_unknown_holder(client: Client, track_id: UUID, token: str) -> None:
    """See that what holds the second master of a track is no track to anybody."""
    tools = client.holding.tools
    async with tools.database.read() as session:
        version = await session.get_one(TrackVersion, (track_id, 2))
        held = await session.get_one(Track, version.holder_id)
        sources = await SOURCES[SearchKind.TRACK](session, [held.id, track_id])
    assert [one.subject_id for one in sources] == [track_id]
    for method in ("GET", "DELETE"):
        assert (await client.ask(method, f"/api/v1/tracks/{held.id}", token=token)).status == 404


async def test_a_version_whose_files_are_gone_is_used_no_more(client: Client) -> None:
    token, database = await client.artist(), client.holding.tools.database
    sent = await song(client, token)
    track, now = UUID(sent.json["track"]), client.holding.tools.clock()
    path, new = f"/api/v1/masters/New.wav?replaces={track}", wave(next(NUMBERS))
    await client.ask("PUT", path, token=token, data=new)
    async with database.begin() as session:
        version = await session.get_one(TrackVersion, (track, 2))
        version.state = VersionState.READY
        assert version.holder_id is not None
        await remove_holder(session, version.holder_id, now=now, until=now)

    used = await client.ask("POST", f"/api/v1/tracks/{track}/versions/2/use", token=token)

    assert (used.status, code(used)) == (409, "version-unready")


async def test_a_version_that_was_rejected_is_heard_by_nobody_when_it_is_done_again(
    client: Client,
) -> None:
    token, database = await client.artist(), client.holding.tools.database
    track = UUID((await song(client, token)).json["track"])
    new = f"/api/v1/masters/New.wav?replaces={track}"
    await client.ask("PUT", new, token=token, data=wave(next(NUMBERS)))
    async with database.begin() as session:
        version = await session.get_one(TrackVersion, (track, 2))
        await move_tracks(session, version.master_id, TrackEvent.REJECT, now=NOON, reason="No.")

    heard = await audible(client)
    await complete(client, version.master_id)

    assert await audible(client) == heard
    listed = (await done(client.ask("GET", f"/api/v1/tracks/{track}/versions", token=token)))[
        "items"
    ]
    assert [one["state"] for one in listed] == ["rejected", "current"]


async def audible(client: Client) -> list[str]:
    found = await done(client.ask("GET", "/api/v1/tracks"))
    return [one["id"] for one in found["tracks"]]


async def twice_on_a_list(client: Client, track: str, token: str) -> str:
    """Put a track on a playlist twice; answer where that is."""
    lists, twice = "/api/v1/playlists", {"tracks": [track, track]}
    made = await done(client.ask("POST", lists, token=token, data={"title": "Mix"}), status=201)
    path = f"{lists}/{made['id']}"
    await done(client.ask("POST", f"{path}/entries", token=token, data=twice), status=201)
    return path


async def test_another_master_takes_the_place_of_one_and_the_track_stays(client: Client) -> None:
    token, database = await client.artist(), client.holding.tools.database
    sent = await client.ask("PUT", "/api/v1/masters/Song.wav", token=token, data=wave(1))
    track = sent.json["track"]
    path, again = f"/api/v1/tracks/{track}", f"/api/v1/masters/New.wav?replaces={track}"
    async with database.read() as session:
        before = await track_of(session, UUID(track))
    await complete(client, before.master.id)
    heard, mix = await audible(client), await twice_on_a_list(client, track, token)
    assert (await client.ask("PUT", again, token=await client.artist(), data=wave(2))).status == 404
    same = await client.ask("PUT", again, token=token, data=wave(1))
    assert code(same) == "version-same"

    new = await client.ask("PUT", again, token=token, data=wave(2))
    assert (new.status, new.json["track"]) == (201, track)
    listed = await done(client.ask("GET", f"{path}/versions", token=token))
    assert [one["state"] for one in listed["items"]] == ["waiting", "current"]
    third = await client.ask("PUT", again, token=token, data=wave(3))
    assert code(third) == "version-under-way"
    assert (await client.ask("POST", f"{path}/versions/2/use", token=token)).status == 409
    assert await audible(client) == heard
    await require_unknown_holder(client, UUID(track), token)
    async with database.read() as session:
        waiting = await session.get_one(TrackVersion, (UUID(track), 2))
    await complete(client, waiting.master_id, seconds=4)
    assert (await done(client.ask("GET", mix, token=token)))["duration"] == 8

    async with database.read() as session:
        after = await track_of(session, UUID(track))
    assert (after.master.id, after.track.recording_id, after.track.state) == (
        waiting.master_id,
        before.track.recording_id,
        "complete",
    )
    assert await audible(client) == heard
    restored = await done(client.ask("POST", f"{path}/versions/1/use", token=token))
    assert [one["state"] for one in restored["items"]] == ["former", "current"]
    assert (await done(client.ask("GET", mix, token=token)))["duration"] == 2
    async with database.read() as session:
        assert (await track_of(session, UUID(track))).master.id == before.master.id

    # One that is much longer waits for its owner's word, and may be deleted.
    await client.ask("PUT", again, token=token, data=wave(3))
    async with database.read() as session:
        longer = await session.get_one(TrackVersion, (UUID(track), 3))
    await complete(client, longer.master_id, seconds=60)
    newest = (await done(client.ask("GET", f"{path}/versions", token=token)))["items"][0]
    assert (newest["number"], newest["state"]) == (3, "ready")
    assert (await client.ask("DELETE", f"{path}/versions/3", token=token)).status == 204
    assert (await client.ask("DELETE", f"{path}/versions/1", token=token)).status == 409
    assert (await client.ask("DELETE", path, token=token)).status == 204
    async with database.read() as session:
        stays = select(Master.id).where(Master.waveforms.is_not(None))
        assert (await session.scalars(stays)).all() == []


async def test_what_a_file_says_fills_what_nobody_wrote(client: Client) -> None:
    token = await client.artist()
    sent = await song(client, token)
    await client.play()
    path = f"/api/v1/tracks/{sent.json['track']}"
    await done(client.ask("PATCH", path, token=token, data={"language": "fr"}))
    tags = {
        "artist": "Ada & Bo",
        "artists": ["Ada", "Bo"],
        "artist_mbids": [MBID, MBID.replace("b1", "c1")],
        "mbid": MBID,
        "language": "en",
        "explicit": "explicit",
        "genres": ["techno"],
        "words": ["berlin"],
        "p_line": [2026, "Us"],
        "lyrics": "One",
        "synced": "[00:01.00]One\n",
        "credits": [["composer", "Ada"]],
    }
    async with client.holding.tools.database.begin() as session:
        found = await track_of(session, UUID(sent.json["track"]))
        await describe_master(session, found.master.id, {"tags": tags})
        for _ in range(2):
            await describe(session, found.track, found.master, now=NOON + timedelta(hours=1))

    told = await done(client.ask("GET", path))
    assert (told["language"], told["explicit"], told["mbid"]) == ("fr", "explicit", MBID)
    assert (told["genres"], told["tags"], told["p_line"]["owner"]) == (["techno"], ["berlin"], "Us")
    assert [one["name"] for one in told["artists"]] == ["Ada", "Bo"]
    assert told["has_lyrics"] is True
