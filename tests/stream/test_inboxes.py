"""Deliveries by HTTP: one house for all of it, and a label for each test."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from catalog.partners import PartnerFacts, add_partner, partner_by_dpid
from catalog.people import issue_token
from catalog.roles import Role
from ingest.ddex.arriving.folder import FolderInbox
from ingest.ddex.arriving.receiving import receive
from tests.support.catalog import NOON, person
from tests.support.deliveries import BATCH, batch, known, reception_of
from tests.support.served import Answer, Client, served

pytestmark = pytest.mark.asyncio(loop_scope="module")
NUMBERS = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with served(tmp_path_factory.mktemp("inboxes")) as opened:
        yield opened


@dataclass
class Label:
    client: Client
    dpid: str
    token: str

    @property
    def folder(self) -> Path:
        return self.client.holding.tools.settings.inbox_dir / self.dpid

    def at(self, path: str) -> str:
        return f"/api/v1/ddex/inboxes/{self.dpid}/{path}"

    async def put(self, path: str, data: bytes, **fields: str) -> Answer:
        return await self.client.ask("PUT", self.at(path), token=self.token, data=data, **fields)

    async def get(self, path: str) -> Answer:
        return await self.client.ask("GET", self.at(path), token=self.token)


@pytest_asyncio.fixture(loop_scope="module")
async def label(client: Client) -> Label:
    database, dpid = client.holding.tools.database, f"PADPIDA{next(NUMBERS):011}X"
    who = await person(database, Role.LABEL)
    async with database.begin() as session:
        facts = PartnerFacts(name="Kooperativ", account_id=who.id, severities={}, keys=())
        await add_partner(session, dpid, facts, by=who.id, now=NOON)
        token = await issue_token(session, who, label="test", now=NOON)
    return Label(client, dpid, token)


def code(answer: Answer) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


async def test_a_batch_that_is_sent_by_http_is_taken_in(client: Client, label: Label) -> None:
    tools = client.holding.tools
    before = len((await known(tools.database)).messages)

    answers = [await label.put(path, data) for path, data in batch(BATCH, "A1").items()]
    async with tools.database.read() as session:
        partner = await partner_by_dpid(session, label.dpid)
    new = await receive(
        reception_of(tools.database, tools.storage), partner, FolderInbox(label.folder)
    )

    found = await known(tools.database)
    assert [one.status for one in answers] == [200] * 3
    assert answers[0].json == {
        "path": f"{BATCH}/A1/A1.xml",
        "size_bytes": len(batch(BATCH, "A1")[f"{BATCH}/A1/A1.xml"]),
        "is_whole": True,
    }
    assert new == len(found.messages) - before == 1
    [delivery] = [one for one in found.deliveries if one.partner_id == partner.id]
    assert (delivery.way, delivery.state) == ("http", "complete")


async def test_a_file_comes_piece_by_piece_and_is_there_when_it_is_whole(label: Label) -> None:
    path, data = "N_7/A1/resources/01.flac", bytes(range(256)) * 8

    first = await label.put(path, data[:1000], Content_Range="bytes 0-999/2048")
    wrong = await label.put(path, data[900:], Content_Range="bytes 900-2047/2048")
    between = (await label.get(path)).json
    is_there = (label.folder / path).exists()
    last = await label.put(path, data[1000:], Content_Range="bytes 1000-2047/2048")
    again = await label.put(path, data)

    assert (first.status, wrong.status, last.status, again.status) == (202, 409, 200, 200)
    assert code(wrong) == "offset-mismatch"
    assert between == {"path": path, "size_bytes": 1000, "is_whole": False}
    assert not is_there
    assert (label.folder / path).read_bytes() == data
    assert [one.name for one in (label.folder / path).parent.iterdir()] == ["01.flac"]
    assert (await label.get(path)).json["is_whole"]


async def test_what_the_line_cuts_off_stays_and_is_gone_on_with(label: Label) -> None:
    path, data = "N_7/A1/resources/02.flac", bytes(300_000)
    house = urlsplit(label.client.url)
    _, writer = await asyncio.open_connection(house.hostname, house.port)
    head = (
        f"PUT {label.at(path)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {label.token}\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    writer.write(head.encode() + data[:200_000])
    await writer.drain()
    for _ in range(200):
        if (await label.get(path)).status == 200:
            break
        await asyncio.sleep(0.02)
    writer.transport.abort()

    for _ in range(200):
        at = (await label.get(path)).json["size_bytes"]
        told = f"bytes {at}-{len(data) - 1}/{len(data)}"
        answer = await label.put(path, data[at:], Content_Range=told)
        if answer.status == 200:
            break
        assert code(answer) in {"upload-busy", "offset-mismatch"}
        await asyncio.sleep(0.05)

    assert (label.folder / path).read_bytes() == data


@pytest.mark.parametrize(
    "path",
    [
        *("loose.xml", "other/A1/A1.xml", "N_7/acknowledgements/ACK.xml", "N_7/A1/.hidden"),
        *("N_7/A1/x.part", "N_7/..%2f..%2fetc", "N_7/A1/a%5Cb", "N_7/%E2%80%AEgpj.x", "N_7/a%00b"),
    ],
)
async def test_other_paths_are_refused(label: Label, path: str) -> None:
    answer = await label.put(path, b"x")

    assert answer.status in {400, 404, 422}, answer.body
    assert not label.folder.exists()


@pytest.mark.parametrize("told", ["bytes 0-9/5", "bytes 5-1/10", "bytes 0-3/10", "items 0-1/2"])
async def test_a_piece_that_is_not_what_it_says_is_refused(label: Label, told: str) -> None:
    answer = await label.put("N_7/A1/A1.xml", b"x", Content_Range=told)

    assert (answer.status, code(answer)) == (400, "range-invalid")


async def test_nobody_sends_into_the_inbox_of_another(client: Client, label: Label) -> None:
    other = await client.artist(Role.LABEL)
    listener = await client.artist(Role.LISTENER)
    path = label.at("N_7/A1/A1.xml")

    statuses = [
        (await client.ask("PUT", path, token=token, data=b"x")).status
        for token in (other, listener, "")
    ]
    operator = await client.ask("PUT", path, token=await client.artist(Role.OPERATOR), data=b"x")

    assert statuses == [404, 403, 401]
    assert operator.status == 200


async def test_two_that_send_one_file_do_not_mix(label: Label) -> None:
    data = [bytes([number]) * 400_000 for number in range(4)]

    answers = await asyncio.gather(*(label.put("N_7/A1/A1.xml", one) for one in data))

    assert {one.status for one in answers} <= {200, 409}
    assert (label.folder / "N_7/A1/A1.xml").read_bytes() in data
