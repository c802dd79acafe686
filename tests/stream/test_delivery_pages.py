"""The office's pages of partners and deliveries, without scripts, in English and Spanish."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import pytest_asyncio

from catalog.ern_states import MessageState
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.models.ddex import ErnMessage, Partner, SuppliedFile
from catalog.roles import Role
from tests.stream.test_office import Desk, desk
from tests.support.catalog import NOON, person
from tests.support.delivered import Delivered, kept, partner
from tests.support.ern import SENDER, deal_43, message_43
from tests.support.served import Client, served

pytestmark = pytest.mark.asyncio(loop_scope="module")
HERE = "/office/deliveries"
_BLOB = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20" + b"k" * 32
KEY = f"ssh-ed25519 {base64.b64encode(_BLOB).decode()} the label"
ODD = {"code": "late", "severity": "warning", "text": "It came late.", "about": "01.flac"}


@dataclass
class House:
    client: Client
    olga: Desk
    label: UUID
    delivered: Delivered
    taken: UUID
    later: UUID
    wrong: UUID


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    many = dict.fromkeys(("address_requests_per_minute", "account_requests_per_minute"), 10**9)
    async with served(tmp_path_factory.mktemp("delivery-pages"), **many) as client:
        tools = client.holding.tools
        owner = await person(tools.database, Role.LABEL)
        delivered = await Delivered(tools, await partner(tools, owner)).begin(findings=[ODD])
        async with tools.database.begin() as session:
            session.add(
                SuppliedFile(
                    id=UUID(int=1),
                    delivery_id=delivered.id,
                    partner_id=delivered.partner.id,
                    path="resources/01.flac",
                    mark="1",
                    size_bytes=2_000_000,
                    sha256="0" * 64,
                    digests={},
                    storage_key="ddex/00/00.flac",
                    received_at=NOON,
                )
            )
        await delivered.about()
        key = await kept(tools.storage, b"<answer/>")
        taken = await delivered.message(
            message_43(["One", "Two"], title="First Light"), acknowledgement_key=key
        )
        where = "<TerritoryCode>AT</TerritoryCode>"
        later = await delivered.message(
            message_43(
                ["One", "Two (Live)"],
                title="First Light",
                message_id="M-2",
                created="2024-05-01T00:00:00Z",
                deals=deal_43("R0", "R1", "R2", where=where),
            )
        )
        bad = message_43(["<b>One</b>"], title="Wrong & <Right>", message_id="M-3")
        wrong = await delivered.message(bad.replace(b"QZTST2400001", b"x"), MessageState.REFUSED)
        olga = await desk(client, Role.OPERATOR)
        yield House(client, olga, owner.id, delivered, taken, later, wrong)


async def test_how_much_there_is_of_each_partner(house: House) -> None:
    page = await house.olga.see(HERE)

    assert page.status == 200
    assert "A Label" in page.within("counts")
    assert "2 taken" in page.within("counts")
    assert "1 not taken" in page.within("counts")
    assert "It came late." in page.within("deliveries")
    none = await house.olga.see(f"{HERE}?state=failed")
    assert "No such delivery" in none.text
    assert (await house.olga.see(f"{HERE}?state=gone")).status == 422
    assert (await house.olga.see(f"{HERE}?partner={SENDER}")).within("deliveries")


async def test_messages_by_what_became_of_them(house: House) -> None:
    refused = await house.olga.see(f"{HERE}/messages?state=refused&partner={SENDER}")

    assert "Wrong &amp; &lt;Right&gt;" in refused.html
    assert "First Light" not in refused.within("messages")


async def test_a_delivery_with_its_messages_and_files(house: House) -> None:
    page = await house.olga.see(f"{HERE}/{house.delivered.id}")

    assert "01.flac" in page.within("odd")
    assert "First Light" in page.within("messages")
    assert "resources/01.flac" in page.within("files")
    assert "One message of it was not taken" in page.within("deeds")


async def test_what_was_found_and_what_a_message_says_otherwise(house: House) -> None:
    wrong = await house.olga.see(f"{HERE}/messages/{house.wrong}")
    later = await house.olga.see(f"{HERE}/messages/{house.later}")

    assert "is no ISRC" in wrong.within("findings")
    assert "IdentifierSyntaxInvalid · isrc-syntax" in wrong.within("findings")
    assert "Worldwide → AT" in later.within("changes")
    assert "Two → Two (Live)" in later.within("changes")
    first = await house.olga.see(f"{HERE}/messages/{house.taken}")
    assert "It is the first on its release." in first.text
    assert "Nothing is wrong with it." in first.text


async def test_findings_are_told_in_spanish_as_well(house: House) -> None:
    page = await house.olga.see(f"{HERE}/messages/{house.wrong}?lang=es")

    assert "no es un ISRC" in page.within("findings")
    assert "is no ISRC" not in page.text
    assert "Lo que se encontró" in page.text


async def test_a_message_is_looked_at_again_and_answered_again(house: House) -> None:
    tools = house.client.holding.tools
    page = await house.olga.sent(f"{HERE}/messages/{house.wrong}/retry")
    again = await house.olga.sent(f"{HERE}/messages/{house.taken}/acknowledge")
    nothing = await house.olga.send(f"{HERE}/messages/{house.later}/acknowledge")

    assert "It is looked at again in a moment" in page.text
    assert "received" in page.text
    assert "Its answer goes out once more" in again.text
    assert nothing.status == 409
    async with tools.database.read() as session:
        assert await job_of(session, Kind.INGEST, str(house.wrong)) is not None
        assert (await session.get_one(ErnMessage, house.taken)).acknowledged_at is None
    over = await house.olga.send(f"{HERE}/{house.delivered.id}/retry")
    assert over.status == 409


async def test_a_partner_is_added_and_changed(house: House) -> None:
    said = {
        "dpid": "PADPIDA2020030303Z",
        "name": "Others",
        "account": str(house.label),
        "keys": KEY,
        "prefix": "others",
        "severities": "grid-check=note",
    }
    page = await house.olga.sent("/office/partners", **said)
    paused = await house.olga.sent("/office/partners/PADPIDA2020030303Z", **said, paused="yes")

    assert "SHA256:" in page.within("partner-facts")
    assert "paused" in paused.text
    async with house.client.holding.tools.database.read() as session:
        row = await session.get_one(Partner, house.delivered.partner.id)
        assert row.state == "active"
    for field, wrong in (
        ("dpid", "nobody"),
        ("name", ""),
        ("account", "nobody at all"),
        ("keys", "ssh-rsa AAAA"),
        ("prefix", "../up"),
        ("severities", "no-such-rule=note"),
        ("severities", "grid-check=much"),
    ):
        refused = await house.olga.send(
            "/office/partners", **{**said, "dpid": "PADPIDA1", field: wrong}
        )
        assert refused.status in {404, 409, 422}, field
        assert f'id="{field}-fault"' in refused.html, field


async def test_only_operators_come_in(house: House) -> None:
    label = await desk(house.client, Role.LABEL)

    for path in (HERE, f"{HERE}/{house.delivered.id}", "/office/partners"):
        assert (await label.see(path)).status == 403
