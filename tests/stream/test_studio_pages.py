"""Pages of the studio: all of somebody's music, and a release on one page, field by field."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
import pytest_asyncio

from catalog.roles import Role
from stream.pages.studio.editing import moved
from stream.pages.studio.words import faults_in, line_in, told
from tests.stream.test_people_pages import Browser, Shown, browser
from tests.support.masters import tone
from tests.support.served import Client, served
from tests.support.statements_counted import statements

pytestmark = pytest.mark.asyncio(loop_scope="module")
_LENGTHS = count()
_PART = {"HX-Request": "true"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    async with served(tmp_path_factory.mktemp("studio"), **many) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ada(house: Client) -> Browser:
    return await browser(house)


async def asked(ada: Browser, method: str, path: str, **said: object) -> dict[str, object]:
    url = f"{ada.house.url}/api/v1/{path}"
    async with ada.house.http.request(method, url, headers=ada.headers, **said) as answer:  # type: ignore[arg-type]
        assert answer.ok, await answer.text()
        body: dict[str, object] = await answer.json()
        return body


async def draft(ada: Browser, title: str = "Record", tracks: int = 0) -> tuple[str, list[str]]:
    release = str((await asked(ada, "POST", "releases", json={"title": title}))["id"])
    ids = []
    for number in range(tracks):
        data = _wave()
        path = f"masters/{number + 1:02} - Song {number + 1}.wav?release={release}"
        ids.append(str((await asked(ada, "PUT", path, data=data))["track"]))
    return release, ids


def _wave() -> bytes:
    """A short master like no other of these."""
    with TemporaryDirectory() as folder:
        return tone(Path(folder) / "tone.wav", seconds=0.5 + next(_LENGTHS) / 100).read_bytes()


async def sent_field(ada: Browser, path: str, **said: str) -> Shown:
    url = ada.house.url + path
    headers = {**ada.headers, **_PART}
    async with ada.house.http.post(
        url, data=said, headers=headers, allow_redirects=False
    ) as answer:
        return Shown(answer.status, await answer.text(), answer.headers.get("Location", ""))


async def test_the_studio_is_empty_at_first_and_says_what_to_do(house: Client) -> None:
    new = await browser(house)
    seen = await new.see("/studio")
    assert seen.status == 200
    assert "Your music starts here" in seen.text
    assert 'href="/studio/upload"' in seen.html
    listener = await browser(house, Role.LISTENER)
    assert (await listener.see("/studio")).location == "/studio/join"
    assert (await Browser(house).see("/studio")).status in (303, 401)


async def test_drafts_tell_what_is_missing(ada: Browser) -> None:
    release, _ = await draft(ada, "Untold")
    seen = await ada.see("/studio")
    assert "Untold" in seen.text
    assert "The release has no tracks." in seen.text
    assert f'href="/studio/releases/{release}"' in seen.html
    shelf = await ada.see("/studio?of=drafts")
    assert "Untold" in shelf.text
    assert (await ada.see("/studio?of=drafts&cursor=nonsense")).status == 422


async def test_many_drafts_take_no_more_statements_than_one(house: Client) -> None:
    eva, counts = await browser(house), []
    for number in (1, 2):
        for _ in range(number):
            await draft(eva, tracks=1)
        with statements(house.holding.tools.database) as said:
            assert (await eva.see("/studio")).status == 200
        counts.append(len(said))

    assert counts[0] == counts[1]


async def test_a_release_of_nobody_is_a_page_that_says_so(ada: Browser, house: Client) -> None:
    release, _ = await draft(ada)
    other = await browser(house)
    for path in (f"/studio/releases/{uuid4()}", "/studio/releases/x", "/studio/tracks/x"):
        seen = await ada.see(path)
        assert seen.status == 404
        assert "<h1" in seen.html
    assert (await other.see(f"/studio/releases/{release}")).status == 404
    gone = await other.send(f"/studio/releases/{release}/words", {"title": "Mine"})
    assert gone.status == 404


async def test_a_field_is_saved_by_itself_and_a_wrong_one_is_told_beside_it(ada: Browser) -> None:
    release, [track] = await draft(ada, tracks=1)
    words = f"/studio/releases/{release}/words"
    said = {"label": "Our Own", "was.label": ""}
    saved = await sent_field(ada, words, **said)
    assert saved.status == 200
    assert 'value="Our Own"' in saved.html
    assert "Saved: Label" in saved.text
    assert "<html" not in saved.html

    wrong = await sent_field(ada, words, upc="123", **{"was.upc": ""})
    assert wrong.status == 422
    assert 'aria-invalid="true"' in wrong.html
    assert "check digit" in wrong.text
    row = f"/studio/releases/{release}/tracks/{track}"
    for name, text in (
        ("title", "Evening"),
        ("isrc", "DE-ABC-26-00001"),
        ("explicit", "explicit"),
        ("language", "en"),
        ("genres", "Ambient, drone"),
        ("p_line", "℗ 2026 Our Own"),
    ):
        seen = await sent_field(ada, row, **{name: text})
        assert seen.status == 200, seen.text
    [found] = (await ada.json(f"releases/{release}"))["tracks"]
    assert (found["title"], found["isrc"], found["explicit"]) == (
        "Evening",
        "DEABC2600001",
        "explicit",
    )
    assert found["genres"] == ["ambient", "drone"]
    assert found["p_line"] == {"year": 2026, "owner": "Our Own"}


async def test_who_writes_over_another_is_told(ada: Browser) -> None:
    release, _ = await draft(ada)
    words = f"/studio/releases/{release}/words"
    first = await sent_field(ada, words, label="Mine", **{"was.label": ""})
    second = await sent_field(ada, words, label="Theirs", **{"was.label": ""})
    assert first.status == 200
    assert second.status == 412
    assert "Yours was “Theirs”" in second.text
    assert 'value="Mine"' in second.html
    assert (await ada.json(f"releases/{release}"))["label"] == "Mine"
    # What one left as it was is not changed back by the rest of the form.
    kept = await ada.send(
        words, {"label": "", "was.label": "", "catalogue_number": "1", "was.catalogue_number": ""}
    )
    assert kept.status == 303
    found = await ada.json(f"releases/{release}")
    assert (found["label"], found["catalogue_number"]) == ("Mine", "1")


async def test_without_a_script_rows_are_forms(ada: Browser) -> None:
    release, tracks = await draft(ada, tracks=2)
    row = f"/studio/releases/{release}/tracks/{tracks[0]}"
    seen = await ada.sent(row, {"title": "First", "language": "es"})
    assert "It is saved." in seen.text
    assert 'value="First"' in seen.html
    wrong = await ada.send(row, {"title": "", "isrc": "no"})
    assert wrong.status == 422
    assert 'value="no"' in wrong.html
    assert "is no ISRC" in wrong.text
    seen = await ada.sent(f"/studio/releases/{release}/order", {"move": f"{tracks[0]}:down"})
    found = (await ada.json(f"releases/{release}"))["tracks"]
    assert [one["track"] for one in found] == tracks[::-1]


async def test_a_cover_is_sent_by_a_form(ada: Browser) -> None:
    release, _ = await draft(ada)
    wrong = await ada.send(f"/studio/releases/{release}/artwork", {"picture": "none"})
    assert wrong.status == 422
    assert "Please choose a picture." in wrong.text


async def test_what_is_not_ready_does_not_come_out(ada: Browser) -> None:
    release, _ = await draft(ada)
    seen = await ada.send(f"/studio/releases/{release}/coming-out", {"do": "publish"})
    assert seen.status == 409
    assert "The release has no tracks." in seen.text
    assert (await ada.send(f"/studio/releases/{release}/coming-out", {"do": "sing"})).status == 422
    gone = await ada.sent(f"/studio/releases/{release}/delete", {})
    assert "The draft is deleted." in gone.text
    assert (await ada.see(f"/studio/releases/{release}")).status == 404


async def test_lyrics_and_credits_of_a_track(ada: Browser) -> None:
    _, [track] = await draft(ada, tracks=1)
    root = f"/studio/tracks/{track}"
    assert "What we heard" in (await ada.see(root)).text
    seen = await ada.sent(
        f"{root}/lyrics", {"plain": "", "synced": "[00:01.00]Stay", "language": "en"}
    )
    assert "The lyrics are saved." in seen.text
    assert "[00:01.00]Stay" in seen.html
    wrong = await ada.send(f"{root}/lyrics", {"plain": "", "synced": "no times"})
    assert wrong.status == 422
    tag = re.compile(r'name="shown" value="([0-9a-f]+)"')
    people = {
        "shown": tag.findall((await ada.see(root)).html)[0],
        "artist-name-0": "Ada",
        "artist-role-0": "main",
        "artist-joined-0": " & ",
        "artist-name-1": "Bo",
        "artist-role-1": "featured",
        "artist-joined-1": "",
        "credit-name-0": "Cy",
        "credit-role-0": "violin",
    }
    seen = await ada.sent(f"{root}/people", people)
    assert "Artists and credits are saved." in seen.text
    found = await ada.json(f"tracks/{track}")
    assert found["artist"] == "Ada & Bo"
    assert found["credits"][0]["kind"] == "performer"
    late = await ada.send(f"{root}/people", {**people, "artist-name-1": "Eve"})
    assert (late.status, tag.findall(late.html)) == (412, [people["shown"]])
    assert (await ada.json(f"tracks/{track}"))["artist"] == "Ada & Bo"
    shown = tag.findall((await ada.see(root)).html)[0]
    nobody = await ada.send(f"{root}/people", {"shown": shown, "artist-name-0": ""})
    assert nobody.status == 422
    assert "at least one name" in nobody.text


async def test_the_page_to_upload_names_the_draft_that_it_is_for(ada: Browser) -> None:
    release, _ = await draft(ada, "Longer")
    seen = await ada.see(f"/studio/upload?release={release}")
    assert "More tracks for “Longer”." in seen.text
    assert re.search(rf'<refrain-upload data-acting="{ada.id}" data-release="{release}"', seen.html)
    assert (await ada.see(f"/studio/upload?release={uuid4()}")).status == 404


async def test_tracks_move_within_a_disc_and_on_to_the_next() -> None:
    discs = [["a", "b"], ["c"]]
    assert moved(discs, "a", 1) == [["b", "a"], ["c"]]
    assert moved(discs, "b", 1) == [["a"], ["b", "c"]]
    assert moved(discs, "c", -1) == [["a", "b", "c"]]
    assert moved(discs, "a", -1) == discs
    assert moved(discs, "?", 1) == discs


async def test_lines_of_rights_are_read_as_on_a_sleeve() -> None:
    assert line_in("℗ 2026 Our Own") == (2026, "Our Own")
    assert line_in("(P) 2026 Our Own") == (2026, "Our Own")
    assert line_in("Our Own") == (None, "Our Own")
    assert line_in("20266 Own") == (None, "20266 Own")
    assert told("genres", "Ambient; Drone,") == ["Ambient", "Drone"]
    assert set(faults_in({"genres": "noise of tea", "title": "fine", "isrc": "x"})) == {
        "genres",
        "isrc",
    }
