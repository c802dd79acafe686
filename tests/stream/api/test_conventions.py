"""What holds for every document, seen at a draft and at a list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.roles import Role
from tests.support.catalog import NOON
from tests.support.served import Answer, Client, served, wave

RELEASES = "/api/v1/releases"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


def code(answer: Answer) -> str:
    kind: str = answer.json["type"]
    return kind.rpartition(":")[2]


async def test_a_change_of_what_was_changed_meanwhile_is_refused(client: Client) -> None:
    token = await client.artist()
    made = await client.ask("POST", RELEASES, token=token, data={"title": "One"})
    place = made.headers["location"]
    found = await client.ask("GET", place, token=token)
    tag = found.headers["etag"]

    same = await client.ask("GET", place, token=token, If_None_Match=tag)
    first = await client.ask("PATCH", place, token=token, data={"title": "Two"}, If_Match=tag)
    late = await client.ask("PATCH", place, token=token, data={"title": "Three"}, If_Match=tag)
    newer = first.headers["etag"]
    then = await client.ask("PATCH", place, token=token, data={"title": "Three"}, If_Match=newer)

    assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
    assert (first.status, late.status, code(late)) == (200, 412, "changed-meanwhile")
    assert (then.status, then.json["title"]) == (200, "Three")


async def test_every_change_hears_of_what_it_is(client: Client) -> None:
    token = await client.artist()
    sent = await client.ask("PUT", "/api/v1/masters/a.wav", token=token, data=wave(1))
    await client.play()
    song = f"/api/v1/tracks/{sent.json['track']}"
    label = await client.ask("POST", "/api/v1/labels", token=token, data={"name": "Ours"})
    draft = await client.ask("POST", RELEASES, token=token, data={"title": "One"})
    place = draft.headers["location"]

    async def asks(method: str, path: str, data: dict[str, object] | None, tag: str) -> int:
        answer = await client.ask(method, path, token=token, data=data, If_Match=tag)
        return answer.status

    words = {"plain": "La la"}
    assert (await client.ask("PUT", f"{song}/lyrics", token=token, data=words)).status == 200
    for method, path, data, of in (
        ("DELETE", f"{song}/lyrics", None, f"{song}/lyrics"),
        ("PUT", f"{song}/price", {"is_free": True}, song),
        ("POST", f"{song}/versions/1/use", None, f"{song}/versions"),
        ("DELETE", song, None, song),
        ("DELETE", label.headers["location"], None, label.headers["location"]),
        ("POST", f"{place}/submit", {}, place),
        ("DELETE", place, None, place),
    ):
        tag = (await client.ask("GET", of, token=token)).headers["etag"]
        assert await asks(method, path, data, '"0f343b09"') == 412, path
        assert await asks(method, path, data, tag) != 412, path
    for path in (label.headers["location"], place, song):
        assert (await client.ask("GET", path, token=token)).status == 404


async def test_only_the_fields_that_are_asked_for_are_answered(client: Client) -> None:
    token = await client.artist()
    made = await client.ask("POST", RELEASES, token=token, data={"title": "One"})
    place = made.headers["location"]

    sparse = await client.ask("GET", f"{place}?fields=title,state", token=token)
    wrong = await client.ask("GET", f"{place}?fields=mood", token=token)

    account = await client.ask("GET", "/api/v1/account?fields=name", token=token)
    hooks = await client.ask("GET", "/api/v1/webhooks?fields=id", token=token)
    unknown = await client.ask("GET", "/api/v1/library?fields=mood")
    strange = await client.ask("GET", "/api/v1/account?colour=red", token=token)

    assert sparse.json == {"title": "One", "state": "draft"}
    assert (set(account.json), hooks.json) == ({"name"}, {"webhooks": []})
    assert (strange.status, code(strange)) == (422, "bad-request")
    assert unknown.status == 401
    assert (wrong.status, code(wrong)) == (422, "unknown-field")
    assert "There are: id, state, title" in wrong.json["detail"]


async def test_what_is_known_of_any_document_is_not_told_again(client: Client) -> None:
    token = await client.artist()
    found = await client.ask("GET", "/api/v1/wallet", token=token)
    tag = found.headers["etag"]

    same = await client.ask("GET", "/api/v1/wallet", token=token, If_None_Match=tag)
    some = await client.ask("GET", "/api/v1/wallet?fields=paid", token=token)

    assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
    assert (some.json, some.headers["etag"]) == ({"paid": 0}, tag)


async def test_a_list_says_where_it_goes_on_in_its_head_as_well(client: Client) -> None:
    async with client.holding.tools.database.begin() as session:
        for i in range(3):
            await add(
                session, NewJob(kind=Kind.NOTHING, subject=str(i), request_id="test"), now=NOON
            )
    token = await client.artist(Role.OPERATOR)

    first = await client.ask("GET", "/api/v1/jobs?limit=2&kind=nothing&fields=id", token=token)
    link = first.headers["link"]
    rest = await client.ask("GET", link.partition("<")[2].partition(">")[0], token=token)

    assert link.endswith('>; rel="next"')
    assert (len(first.json["jobs"]), len(rest.json["jobs"])) == (2, 1)
    assert set(first.json["jobs"][0]) == {"id"}
    assert (rest.json["next"], "link" in rest.headers) == (None, False)
    assert len({one["id"] for one in first.json["jobs"] + rest.json["jobs"]}) == 3


async def test_every_address_says_what_it_has_and_what_is_left_of_the_limits(
    client: Client,
) -> None:
    token = await client.artist()

    asked = await client.ask("OPTIONS", "/api/v1/jobs", Origin="https://player.example")
    wrong = await client.ask("DELETE", "/api/v1/jobs", token=token)
    found = await client.ask("GET", RELEASES, token=token)
    head = await client.ask("HEAD", RELEASES, token=token)

    assert (asked.status, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "authorization" in asked.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in asked.headers
    assert (wrong.status, wrong.headers["allow"]) == (405, "GET,HEAD")
    elsewhere = await client.ask("OPTIONS", "/api/v1/history/elsewhere")
    assert elsewhere.headers["allow"] == "GET, HEAD, OPTIONS"
    for answer in (wrong, found, head):
        assert answer.headers["access-control-allow-origin"] == "*"
    assert (head.status, head.body) == (200, b"")
    assert found.headers["ratelimit"].startswith('"address";r=')
    assert '"account";q=' in found.headers["ratelimit-policy"]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b'{"title": "One"}', 415),
        ("application/json", b'{"title": "\\u0000"}', 422),
        ("application/json", b'{"title": 7}', 422),
        ("application/json", b'{"title": "\\ud800"}', 422),
        ("application/json", b"\xff", 422),
        ("application/json", b"{}", 201),
    ],
)
async def test_what_is_told_is_json_that_can_be_kept(
    client: Client, kind: str, body: bytes, status: int
) -> None:
    token = await client.artist()

    answer = await client.ask("POST", RELEASES, token=token, data=body, Content_Type=kind)

    assert answer.status == status
