"""What partners deliver is seen by operators and by whose music it is, and by nobody else."""

import base64
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from catalog.audit import Asked, acts_before
from catalog.ern_states import MessageState
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.models.ddex import Delivery, ErnMessage
from catalog.people import issue_token
from catalog.roles import Role
from catalog.states import JobState
from ingest.ddex.reading import MOST_BYTES
from tests.support.catalog import NOON, person
from tests.support.delivered import Delivered, kept, partner
from tests.support.ern import SENDER, US, deal_43, message_43
from tests.support.served import Answer, Client, served

pytestmark = pytest.mark.asyncio(loop_scope="module")
DDEX = "/api/v1/ddex"
_BLOB = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20" + b"k" * 32
KEY = f"ssh-ed25519 {base64.b64encode(_BLOB).decode()} the label"
OTHER = "PADPIDA2020030303Z"
PLAIN = message_43(["One", "Two"])
WRONG = message_43(["One"], message_id="M-9").replace(b"QZTST2400001", b"x")
ELSEWHERE = message_43(["One"]).replace(b"resources/01.flac", b"/etc/passwd")


@dataclass
class House:
    """A house with an operator, a label that somebody delivers for, and another artist."""

    client: Client
    operator: str
    label: str
    stranger: str
    label_id: UUID
    delivered: Delivered

    async def get(self, path: str, token: str | None = None) -> Answer:
        return await self.client.ask("GET", f"{DDEX}/{path}", token=token or self.operator)

    async def post(self, path: str, data: object = None, **fields: str) -> Answer:
        body = data if isinstance(data, bytes | dict) else {}
        token = fields.pop("token", self.operator)
        return await self.client.ask("POST", f"{DDEX}/{path}", token=token, data=body, **fields)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    folder = tmp_path_factory.mktemp("deliveries")
    async with served(folder, ddex_party_id=US, **many) as client:
        tools = client.holding.tools
        owner = await person(tools.database, Role.LABEL)
        async with tools.database.begin() as session:
            label = await issue_token(session, owner, label="test", now=NOON)
        delivered = Delivered(tools, await partner(tools, owner))
        await delivered.begin()
        yield House(
            client=client,
            operator=await client.artist(Role.OPERATOR),
            label=label,
            stranger=await client.artist(),
            label_id=owner.id,
            delivered=delivered,
        )


def code(answer: Answer) -> str:
    kind: str = answer.json["type"]
    return kind.rpartition(":")[2]


async def test_an_operator_lets_somebody_deliver_and_changes_what_is_said_of_them(
    house: House,
) -> None:
    new = {"dpid": OTHER, "name": "Others", "account": str(house.label_id), "keys": [KEY]}
    made = await house.post("partners", new)
    again = await house.post("partners", new)
    path = f"{DDEX}/partners/{OTHER}"
    fetched = await house.client.ask("GET", path, token=house.operator)
    edit = {"state": "paused", "severities": {"grid-check": "error"}, "prefix": "others"}
    stale = await house.client.ask(
        "PATCH", path, token=house.operator, data=edit, If_Match='"another"'
    )
    changed = await house.client.ask(
        "PATCH", path, token=house.operator, data=edit, If_Match=fetched.headers["etag"]
    )
    cleared = await house.client.ask("PATCH", path, token=house.operator, data={"prefix": None})

    assert (made.status, made.json["keys"]) == (201, [KEY])
    assert made.headers["location"] == path
    assert (again.status, code(again)) == (409, "partner-known")
    assert (stale.status, code(stale)) == (412, "changed-meanwhile")
    assert (changed.json["state"], changed.json["prefix"]) == ("paused", "others")
    assert (changed.json["name"], changed.json["keys"]) == ("Others", [KEY])
    assert changed.json["severities"] == {"grid-check": "error"}
    assert cleared.json["prefix"] is None
    async with house.client.holding.tools.database.read() as session:
        acts = [one.act for one in await acts_before(session, Asked(), limit=10)]
    assert [one for one in acts if one.startswith("partner.")] == [
        "partner.changed",
        "partner.changed",
        "partner.added",
    ]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"dpid": "PADPIDB1"}, "bad-request"),
        ({"severities": {"no-such-rule": "error"}}, "rule-unknown"),
        ({"severities": {"unreadable": "note"}}, "rule-unknown"),
        ({"severities": {"test": "worse"}}, "bad-request"),
        ({"keys": ["ssh-ed25519 AAAA"]}, "key-invalid"),
        ({"keys": ["-----BEGIN OPENSSH PRIVATE KEY-----"]}, "key-invalid"),
        ({"prefix": "../all"}, "prefix-invalid"),
        ({"account": str(uuid4())}, "account-unknown"),
    ],
)
async def test_what_is_no_partner(house: House, said: dict[str, object], wrong: str) -> None:
    plain = {"dpid": "PADPIDA2020040404Z", "name": "Others", "account": str(house.label_id)}

    refused = await house.post("partners", {**plain, **said})

    assert refused.status in {404, 422}
    assert code(refused) == wrong


async def test_whose_music_it_is_sees_it_and_others_see_nothing(house: House) -> None:
    message = await house.delivered.message(message_43(["One"], message_id="S-1"))
    paths = [
        f"messages/{message}",
        f"messages/{message}/content",
        f"deliveries/{house.delivered.id}",
        f"deliveries/{house.delivered.id}/files",
    ]

    for path in paths:
        assert (await house.get(path, house.label)).status == 200, path
        assert (await house.get(path, house.stranger)).status == 404, path
        assert (await house.client.ask("GET", f"{DDEX}/{path}")).status == 401, path
    for path, name in (
        ("messages", "messages"),
        ("deliveries", "deliveries"),
        ("counts", "partners"),
    ):
        assert (await house.get(path, house.label)).json[name], path
        assert (await house.get(path, house.stranger)).json[name] == [], path
    partners = (await house.get("partners", house.stranger)).json["partners"]
    assert partners == []
    for path in (f"messages/{message}/retry", f"messages/{message}/acknowledge", "partners"):
        refused = await house.post(path, token=house.label)
        assert (refused.status, code(refused)) == (403, "not-allowed")


async def test_messages_in_parts_and_by_what_became_of_them(house: House) -> None:
    delivered = await Delivered(house.client.holding.tools, house.delivered.partner).begin("N_1")
    numbers = [f"L-{n}" for n in range(5)]
    for one in numbers:
        await delivered.message(message_43(["One"], message_id=one))
    wrong = await delivered.message(WRONG, MessageState.REFUSED)
    base, found, cursor = f"messages?delivery={delivered.id}&limit=2", [], ""
    while True:
        page = (await house.get(f"{base}{cursor}")).json
        found += [one["message_id"] for one in page["messages"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert found == ["M-9", *reversed(numbers)]
    refused = await house.get(f"messages?delivery={delivered.id}&state=refused")
    assert [one["id"] for one in refused.json["messages"]] == [str(wrong)]
    [told] = refused.json["messages"]
    assert (told["errors"], told["title"]) == (1, "An Album")
    whole = (await house.get(f"messages/{wrong}")).json
    assert [one["rule"] for one in whole["findings"]] == ["isrc-syntax"]
    assert whole["findings"][0]["line"] > 1
    [mine] = [
        one for one in (await house.get("counts")).json["partners"] if one["partner"] == SENDER
    ]
    assert mine["messages"]["refused"] == 1
    assert mine["deliveries"]["done"] >= 2
    for query in ("state=gone", "cursor=xx", "partner=nobody"):
        assert (await house.get(f"messages?{query}")).status == 422, query
    assert (await house.get(f"messages?partner={SENDER[:-1]}")).status == 404


async def test_a_message_is_looked_at_again_once_for_each_time_it_is_asked(house: House) -> None:
    tools = house.client.holding.tools
    delivered = await Delivered(tools, house.delivered.partner).begin("N_2")
    wrong = message_43([""], message_id="R-1")
    message = await delivered.message(wrong, MessageState.REFUSED)

    first = await house.post(f"messages/{message}/retry", Idempotency_Key="a")
    again = await house.post(f"messages/{message}/retry", Idempotency_Key="a")

    assert (first.status, first.json["state"], first.json["ended_at"]) == (200, "received", None)
    assert again.json == first.json
    async with tools.database.read() as session:
        row = await session.get_one(ErnMessage, message)
        job = await job_of(session, Kind.INGEST, str(message))
        delivery = await session.get_one(Delivery, delivered.id)
    assert row.asked == 1
    assert job is not None
    assert (job.state, job.owner_id) == (JobState.WAITING, house.label_id)
    assert (delivery.state, delivery.ended_at) == ("complete", None)
    nothing = await house.post(f"deliveries/{delivered.id}/retry")
    assert (nothing.status, code(nothing)) == (409, "nothing-undone")


async def test_all_of_a_delivery_that_was_not_taken_is_looked_at_again(house: House) -> None:
    tools = house.client.holding.tools
    delivered = await Delivered(tools, house.delivered.partner).begin("N_3")
    taken = await delivered.message(message_43(["One"], message_id="D-1"))
    states = (MessageState.REFUSED, MessageState.WAITING, MessageState.CONFLICT)
    undone = [
        await delivered.message(message_43(["One"], message_id=f"D-{one}"), one) for one in states
    ]

    answer = await house.post(f"deliveries/{delivered.id}/retry")

    assert (answer.status, answer.json["state"]) == (200, "complete")
    async with tools.database.read() as session:
        kinds = [await job_of(session, Kind.INGEST, str(one)) for one in (taken, *undone)]
    assert [one is not None for one in kinds] == [False, True, True, True]


async def test_an_answer_goes_out_again(house: House) -> None:
    tools = house.client.holding.tools
    delivered = await Delivered(tools, house.delivered.partner).begin("N_4")
    key = await kept(tools.storage, b"<answered/>")
    facts = {"acknowledgement_key": key, "acknowledged_at": NOON}
    message = await delivered.message(message_43(["One"], message_id="A-1"), **facts)
    silent = await delivered.message(message_43(["One"], message_id="A-2"))

    answer = await house.get(f"messages/{message}/acknowledgement", house.label)
    again = await house.post(f"messages/{message}/acknowledge")
    nothing = await house.post(f"messages/{silent}/acknowledge")

    assert (answer.status, answer.body) == (200, b"<answered/>")
    assert again.json["is_answered"]
    assert again.json["acknowledged_at"] is None
    assert (nothing.status, code(nothing)) == (409, "not-answered")
    assert (await house.get(f"messages/{silent}/acknowledgement")).status == 404


async def test_a_message_as_it_came_is_a_file_and_no_page(house: House) -> None:
    odd = b"<x xmlns:h='http://www.w3.org/1999/xhtml'><h:script>alert(1)</h:script></x>"
    message = await house.delivered.message(odd, MessageState.REFUSED)

    answer = await house.get(f"messages/{message}/content")

    assert answer.body == odd
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_a_message_says_otherwise_than_the_one_before_it(house: House) -> None:
    delivered = await Delivered(house.client.holding.tools, house.delivered.partner).begin("N_5")
    await delivered.about()
    first = await delivered.message(message_43(["One"], message_id="C-1"))
    later = message_43(
        ["One"],
        message_id="C-2",
        created="2024-04-01T00:00:00Z",
        deals=deal_43("R0", where="<TerritoryCode>AT</TerritoryCode>"),
    )
    second = await delivered.message(later)
    unread = await delivered.message(b"<no/>", MessageState.REFUSED)

    changes = await house.get(f"messages/{second}/changes", house.label)
    back = await house.get(f"messages/{first}/changes?against={second}")

    assert (await house.get(f"messages/{second}")).json["before"] == str(first)
    assert {one["about"] for one in changes.json["changes"]} == {"deal"}
    places = {(one["old"], one["new"]) for one in changes.json["changes"]}
    assert places == {("Worldwide", "AT"), ("Worldwide", None)}
    assert {(one["new"], one["old"]) for one in back.json["changes"]} == places
    alone = await house.get(f"messages/{first}/changes")
    assert (alone.status, code(alone)) == (404, "nothing-before")
    broken = await house.get(f"messages/{unread}/changes?against={first}")
    assert (broken.status, code(broken)) == (422, "ErnMissing")


async def test_a_dry_run_says_what_the_command_says_and_writes_nothing(house: House) -> None:
    before = (await house.get("messages")).json
    xml = {"Content_Type": "application/xml"}

    fine = await house.post("validate", PLAIN, token=house.stranger, **xml)
    wrong = await house.post("validate", WRONG, token=house.label, **xml)
    none = await house.post("validate", b"", token=house.label, **xml)
    headers = {"Authorization": f"Bearer {house.label}"}
    url, too_much = f"{house.client.url}{DDEX}/validate", io.BytesIO(b"x" * (MOST_BYTES + 1))
    async with house.client.http.post(url, data=too_much, headers=headers) as answer:
        large = await answer.json()

    assert fine.json["acceptable"]
    assert (fine.json["message"]["id"], fine.json["message"]["recordings"]) == ("M-1", 2)
    assert [one["rule"] for one in wrong.json["findings"]] == ["isrc-syntax"]
    statuses = [one["findings"][0]["status"] for one in (none.json, large)]
    assert statuses == ["ErnMissing"] * 2
    assert not large["acceptable"]
    assert (await house.get("messages")).json == before
    listener = await house.client.artist(Role.LISTENER)
    assert (await house.post("validate", PLAIN, token=listener, **xml)).status == 403
    assert json.dumps(fine.json)


async def test_a_dry_run_by_the_severities_of_a_partner(house: House) -> None:
    path = f"{DDEX}/partners/{SENDER}"
    edit = {"severities": {"file-elsewhere": "note"}}
    await house.client.ask("PATCH", path, token=house.operator, data=edit)
    xml = {"Content_Type": "application/xml"}

    weighed = await house.post(f"validate?partner={SENDER}", ELSEWHERE, token=house.label, **xml)
    theirs = await house.post(f"validate?partner={SENDER}", ELSEWHERE, token=house.stranger, **xml)

    assert weighed.json["acceptable"]
    assert weighed.json["findings"][0]["severity"] == "note"
    assert (theirs.status, code(theirs)) == (404, "partner-unknown")
