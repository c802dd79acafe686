"""Releases over HTTP: one server for all tests, and a worker that does jobs when it is asked to."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from PIL import Image

from accounting.agreeing import accept
from catalog.kinds import Kind
from catalog.music import track_of
from catalog.people import caller_with
from catalog.roles import Role
from tests.support.archives import packed, with_entry
from tests.support.catalog import NOON, person
from tests.support.served import Client, served, wave
from tests.support.shares import proposed
from tests.support.statements_counted import statements
from tests.support.working import do
from workers import artworks

SONGS = {f"Band - Record (2026)/{n:02} - Song {n}.wav": wave(n) for n in (1, 2, 3)}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


@pytest.fixture
async def token(client: Client) -> str:
    return await client.artist()


async def drafted(client: Client, token: str) -> Any:  # noqa: ANN401 - a document
    archive = packed(SONGS)
    name = quote("Whatever.zip")
    sent = await client.ask("PUT", f"/api/v1/masters/{name}", token=token, data=archive)
    assert sent.status == 202
    await do(client.holding, Kind.UNPACK)
    return await client.release(sent.json["release"], token)


async def test_an_album_that_lacks_a_track_waits_until_it_came_or_is_not_wanted(
    client: Client, token: str
) -> None:
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={"title": "R"})
    path = f"/api/v1/releases/{begun.json['id']}"
    archive = with_entry(
        packed({"x/1 A.wav": wave(1), "x/2 B.wav": wave(2)}), 16, "<L", 7, local=14
    )
    sent = f"/api/v1/masters/a.zip?release={begun.json['id']}"
    assert (await client.ask("PUT", sent, token=token, data=archive)).status == 202
    await do(client.holding, Kind.UNPACK)
    await client.play()
    answer = await client.ask("POST", f"{path}/publish", token=token)
    assert (answer.status, "x/1 A.wav" in answer.json["detail"]) == (409, True)

    again = f"/api/v1/masters/1%20A.wav?release={begun.json['id']}"
    assert (await client.ask("PUT", again, token=token, data=wave(1))).status == 201
    await client.play()
    found = await client.release(begun.json["id"], token)
    assert ([one["code"] for one in found["findings"]], found["may_publish"]) == (
        ["no-artwork"],
        True,
    )

    [came] = [one["track"] for one in found["tracks"] if "A" in one["title"]]
    await client.ask("DELETE", f"/api/v1/tracks/{came}", token=token)
    assert (await client.release(begun.json["id"], token))["may_publish"] is False
    archive = f"{path}/archives/{found['archives'][0]['id']}"
    assert (await client.ask("DELETE", archive, token=await client.artist())).status == 404
    assert (await client.ask("DELETE", archive, token=token)).status == 204
    for gone in (archive, f"{path}/archives/none"):
        assert (await client.ask("DELETE", gone, token=token)).status == 404
    found = await client.release(begun.json["id"], token)
    assert (len(found["tracks"]), found["may_publish"], found["archives"]) == (1, True, [])


def cover(side: int = 200) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(file, "PNG")
    return file.getvalue()


async def test_an_archive_becomes_a_draft_that_only_its_owner_knows(
    client: Client, token: str
) -> None:
    draft = await drafted(client, token)

    assert (draft["title"], draft["artist"], draft["state"]) == ("Record", "Band", "draft")
    assert [one["title"] for one in draft["tracks"]] == ["Song 1", "Song 2", "Song 3"]
    assert {one["code"] for one in draft["findings"]} == {"not-examined", "no-artwork"}
    assert draft["may_publish"] is False
    path = f"/api/v1/releases/{draft['id']}"
    for other in ("", await client.artist(), await client.artist(Role.LISTENER)):
        assert (await client.ask("GET", path, token=other)).status == 404
    operator = await client.ask("GET", path, token=await client.artist(Role.OPERATOR))
    assert operator.json["findings"] == draft["findings"]


async def test_a_draft_is_told_in_as_many_statements_however_long_it_is(
    client: Client, token: str
) -> None:
    draft, counts = await drafted(client, token), []
    path = f"/api/v1/releases/{draft['id']}"
    for kept in (3, 1):
        for one in draft["tracks"][kept:]:
            await client.ask("DELETE", f"/api/v1/tracks/{one['track']}", token=token)
        with statements(client.holding.tools.database) as said:
            found = await client.ask("GET", path, token=token)
        assert len(found.json["tracks"]) == kept
        counts.append(len(said))

    assert counts[0] == counts[1]


async def test_tracks_of_a_draft_are_heard_by_their_artist_alone(
    client: Client, token: str
) -> None:
    draft, listener = await drafted(client, token), await client.artist(Role.LISTENER)
    await client.play()
    track = draft["tracks"][0]["track"]

    async def opened(who: str) -> int:
        answer = await client.ask("POST", "/api/v1/plays", token=who, data={"track": track})
        return answer.status

    assert (await client.ask("GET", "/api/v1/tracks")).json["tracks"] == []
    assert (await client.ask("GET", f"/api/v1/tracks/{track}")).status == 404
    assert await opened(listener) == 404
    assert await opened(token) == 201

    published = await client.ask("POST", f"/api/v1/releases/{draft['id']}/publish", token=token)

    assert (published.status, published.json["state"]) == (200, "published")
    assert len((await client.ask("GET", "/api/v1/tracks")).json["tracks"]) == 3
    assert (await client.ask("GET", f"/api/v1/tracks/{track}")).json["release"] == draft["id"]
    shown = await client.release(draft["id"])
    assert (shown["findings"], shown["archives"]) == (None, None)
    again = await client.ask("POST", f"/api/v1/releases/{draft['id']}/publish", token=token)
    assert again.json["type"] == "urn:refrain:problem:release-published"


async def test_a_draft_is_published_when_nothing_is_wrong(client: Client, token: str) -> None:
    draft = await drafted(client, token)

    answer = await client.ask("POST", f"/api/v1/releases/{draft['id']}/publish", token=token)

    assert (answer.status, answer.json["type"]) == (409, "urn:refrain:problem:release-unready")
    assert "Song 1: The track is still being examined." in answer.json["detail"]


async def test_what_is_heard_before_it_was_examined_is_not_published(
    client: Client, token: str
) -> None:
    draft = await drafted(client, token)
    await client.play(pcm_sha256=None)

    answer = await client.ask("POST", f"/api/v1/releases/{draft['id']}/publish", token=token)

    found = await client.release(draft["id"], token)
    assert (answer.status, found["may_publish"]) == (409, False)
    assert [one["state"] for one in found["tracks"]] == ["playable"] * 3


async def test_what_an_owner_writes_stays(client: Client, token: str) -> None:
    draft = await drafted(client, token)
    one, two, three = (one["track"] for one in draft["tracks"])
    change = {
        "title": "Another Record",
        "label": "Our Own",
        "upc": "4006381333931",
        "released_on": "2026-11-24",
        "tracks": [
            {"track": one, "title": "New \u202ename", "isrc": "DE-ABC-26-00001"},
            {"track": two, "credits": [{"role": "composer", "name": "Ada"}]},
        ],
        "order": [[three], [two, one]],
    }

    answer = await client.ask("PATCH", f"/api/v1/releases/{draft['id']}", token=token, data=change)

    assert answer.status == 200
    more = packed({"Band - Record (2026)/00 - Intro.wav": b"intro" * 99})
    path = f"/api/v1/masters/more.zip?release={draft['id']}"
    assert (await client.ask("PUT", path, token=token, data=more)).status == 202
    await do(client.holding, Kind.UNPACK)
    found = await client.release(draft["id"], token)
    assert [found[name] for name in ("title", "artist", "label", "upc", "released_on")] == [
        "Another Record",
        "Band",
        "Our Own",
        "4006381333931",
        "2026-11-24",
    ]
    assert [(t["disc"], t["position"], t["title"]) for t in found["tracks"]] == [
        (1, 1, "Song 3"),
        (2, 1, "Song 2"),
        (2, 2, "New name"),
        (2, 3, "Intro"),
    ]
    [credit] = found["tracks"][1]["credits"]
    assert (credit["role"], credit["name"], credit["kind"]) == ("composer", "Ada", "composer")
    assert found["tracks"][2]["isrc"] == "DEABC2600001"


async def test_no_other_isrc_takes_from_others_what_they_have_accepted(
    client: Client, token: str
) -> None:
    draft = await drafted(client, token)
    one, two = (one["track"] for one in draft["tracks"][:2])
    database, path = client.holding.tools.database, f"/api/v1/releases/{draft['id']}"
    async with database.read() as session:
        track = (await track_of(session, UUID(one))).track
        owner = await caller_with(session, track.owner_id)
    ben = await person(database, Role.LISTENER)
    shares: dict[UUID | None, int] = {owner.id: 500_000, ben.id: 500_000}
    sheet = await proposed(database, owner, track.recording_id, shares)
    await database.run(lambda session: accept(session, sheet.id, ben, now=NOON))

    codes = []
    for about in (two, one):
        change = {"tracks": [{"track": about, "isrc": "DE-ABC-26-00001"}]}
        answer = await client.ask("PATCH", path, token=token, data=change)
        codes.append((answer.status, str(answer.json.get("type") or "").rpartition(":")[2]))

    assert codes == [(200, ""), (409, "recording-shared")]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"title": "\u202e"}, 422, "word-unfit"),
        ({"upc": "123"}, 422, "word-unfit"),
        ({"title": None}, 422, "word-unfit"),
        ({"order": [[]]}, 422, "order-incomplete"),
        ({"tracks": [{"track": "00000000-0000-0000-0000-000000000000"}]}, 422, "track-elsewhere"),
        ({"colour": "red"}, 422, "bad-request"),
    ],
)
async def test_what_cannot_be_written_is_refused_and_nothing_is(
    client: Client, token: str, change: dict[str, Any], status: int, code: str
) -> None:
    draft = await drafted(client, token)

    answer = await client.ask(
        "PATCH", f"/api/v1/releases/{draft['id']}", token=token, data={"label": "X", **change}
    )

    assert (answer.status, answer.json["type"].rpartition(":")[2]) == (status, code)
    assert (await client.release(draft["id"], token))["label"] is None


async def test_nothing_takes_away_what_there_need_not_be(client: Client, token: str) -> None:
    said = {"title": "R", "label": "Our Own", "upc": "4006381333931", "released_on": "2026"}
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={})
    path = f"/api/v1/releases/{begun.json['id']}"
    await client.ask("PATCH", path, token=token, data=said)

    change = {"label": None, "upc": "", "released_on": None}
    answer = await client.ask("PATCH", path, token=token, data=change)

    assert answer.status == 200
    found = [answer.json[name] for name in ("title", "label", "upc", "released_on")]
    assert found == ["R", None, None, None]


async def test_files_that_are_sent_for_a_draft_become_its_tracks(
    client: Client, token: str
) -> None:
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={"title": "Mine"})
    for number in (2, 1):
        path = f"/api/v1/masters/{number:02}%20Song.wav?release={begun.json['id']}"
        sent = await client.ask("PUT", path, token=token, data=wave(90 + number))
        assert sent.status == 201

    found = await client.release(begun.json["id"], token)

    assert [one["title"] for one in found["tracks"]] == ["Song", "Song"]
    assert [one["position"] for one in found["tracks"]] == [1, 2]
    assert found["title"] == "Mine"
    listed = (await client.ask("GET", "/api/v1/releases", token=token)).json["releases"]
    assert [one["id"] for one in listed] == [begun.json["id"]]
    stranger = await client.artist()
    path = f"/api/v1/masters/x.wav?release={begun.json['id']}"
    assert (await client.ask("PUT", path, token=stranger, data=b"x" * 99)).status == 404


async def test_a_cover_is_shown_in_the_form_that_a_browser_takes(
    client: Client, token: str
) -> None:
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={})
    path = f"/api/v1/releases/{begun.json['id']}/artwork"
    assert (await client.ask("PUT", path, token=token, data=b"null")).status == 422
    sent = await client.ask("PUT", path, token=token, data=cover())
    assert (sent.status, sent.json["artwork"]["state"]) == (202, "received")
    assert (await client.ask("GET", f"{path}/160", token=token)).status == 404

    await do(client.holding, Kind.ARTWORK)

    modern = "image/avif,image/webp,*/*;q=0.8"
    best = await client.ask("GET", f"{path}/160", token=token, accept=modern)
    assert (best.status, best.headers["content-type"]) == (200, "image/avif")
    plain = await client.ask("GET", f"{path}/3000", token=token)
    assert plain.headers["content-type"] == "image/jpeg"
    assert plain.headers["vary"] == "Accept"
    assert Image.open(io.BytesIO(plain.body)).size == (200, 200)
    named = await client.ask("GET", f"{path}/160.webp", token=token)
    assert Image.open(io.BytesIO(named.body)).size == (160, 160)
    assert (await client.ask("GET", f"{path}/160")).status == 404
    assert (await client.ask("GET", f"{path}/160", token=token, accept="text/html")).status == 406
    facts = (await client.release(begun.json["id"], token))["artwork"]
    assert (facts["state"], facts["width"], len(facts["images"])) == ("ready", 200, 6)


async def test_a_cover_that_could_not_be_made_once_can_be_sent_again(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await client.ask("POST", "/api/v1/releases", token=token, data={})
    path = f"/api/v1/releases/{begun.json['id']}/artwork"
    with monkeypatch.context() as patched:
        patched.setattr(artworks, "LIMITS", replace(artworks.LIMITS, memory_bytes=1 << 20))
        await client.ask("PUT", path, token=token, data=cover())
        await do(client.holding, Kind.ARTWORK)
    rejected = (await client.release(begun.json["id"], token))["artwork"]
    assert (rejected["state"], "send it again" in rejected["reason"]) == ("rejected", True)

    sent = await client.ask("PUT", path, token=token, data=cover())
    await do(client.holding, Kind.ARTWORK)

    assert sent.json["artwork"]["state"] == "received"
    assert (await client.release(begun.json["id"], token))["artwork"]["state"] == "ready"


async def test_covers_count_as_what_is_stored(tmp_path: Path) -> None:
    size = len(cover())
    async with served(tmp_path, upload_stored_limit_bytes=2 * size - 1) as client:
        token = await client.artist()
        answers = []
        for side in (200, 201):
            begun = await client.ask("POST", "/api/v1/releases", token=token, data={})
            path = f"/api/v1/releases/{begun.json['id']}/artwork"
            answers.append(await client.ask("PUT", path, token=token, data=cover(side)))

    assert [one.status for one in answers] == [202, 413]
    assert answers[1].json["type"].endswith("quota-stored")


async def test_an_owner_deletes_a_track_and_others_do_not(client: Client, token: str) -> None:
    draft = await drafted(client, token)
    path = f"/api/v1/tracks/{draft['tracks'][0]['track']}"

    assert (await client.ask("DELETE", path, token=await client.artist())).status == 404
    assert (await client.ask("DELETE", path)).status == 401
    assert (await client.ask("DELETE", path, token=token)).status == 204
    assert (await client.ask("DELETE", path, token=token)).status == 404

    assert len((await client.release(draft["id"], token))["tracks"]) == 2
    gone = await client.ask("DELETE", f"/api/v1/releases/{draft['id']}", token=token)
    assert gone.status == 204
    assert (await client.ask("GET", "/api/v1/releases", token=token)).json["releases"] == []


async def test_the_same_bytes_of_another_are_told_without_a_name(
    client: Client, token: str
) -> None:
    draft = await drafted(client, token)
    other = await client.artist()

    sent = await client.ask(
        "PUT", "/api/v1/masters/mine.wav", token=other, data=SONGS[next(iter(SONGS))]
    )

    assert sent.status == 201
    track = await client.ask("GET", f"/api/v1/tracks/{sent.json['track']}", token=other)
    assert [(one["kind"], one["track"]) for one in track.json["duplicates"]] == [
        ("same-file", None)
    ]
    assert "another account" in track.json["duplicates"][0]["text"]
    codes = {one["code"] for one in (await client.release(draft["id"], token))["findings"]}
    assert "same-file" in codes
