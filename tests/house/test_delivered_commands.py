"""Partners and what they delivered, on a terminal."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from base.errors import Refused
from base.settings import Settings
from base.tools import Tools, open_tools
from catalog.ern_states import MessageState
from catalog.jobs import job_of
from catalog.kinds import Kind
from catalog.people import create_account
from catalog.roles import Role
from ingest.ddex.differing import difference_text
from refrain.delivered import (
    compare,
    list_deliveries,
    looked_at_again,
    raw_message,
    show_message,
    table_of,
    taken_again,
    text_of,
    text_of_replay,
)
from refrain.partners import add_one, change_one, keys_in, list_partners, severities_in
from refrain.partners import table_of as table_of_partners
from tests.support.catalog import NOON, with_tables
from tests.support.delivered import Delivered, partner
from tests.support.ern import SENDER, message_43

pytestmark = pytest.mark.asyncio(loop_scope="module")
FIRST = message_43(["One"], message_id="M-1")
LATER = message_43(["One", "Two"], message_id="M-2", created="2024-04-01T00:00:00Z")
WRONG = message_43(["One"], message_id="M-3", created="2024-05-01T00:00:00Z").replace(
    b"QZTST2400001", b"x"
)


@dataclass
class House:
    settings: Settings
    tools: Tools
    ids: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("delivered")
    settings = Settings(data_dir=folder, redis_url="redis://127.0.0.1:1/0")
    async with open_tools(settings) as tools:
        await with_tables(tools.database)
        async with tools.database.begin() as session:
            owner = await create_account(session, name="The label", role=Role.LABEL, now=NOON)
        delivered = await Delivered(tools, await partner(tools, owner)).begin()
        await delivered.about()
        ids = {
            "M-1": await delivered.message(FIRST),
            "M-2": await delivered.message(LATER),
            # It was read by an older version of us, which did not see what is wrong.
            "M-3": await delivered.message(WRONG, MessageState.TAKEN, findings=[]),
        }
        yield House(settings, tools, {name: str(one) for name, one in ids.items()})


async def test_partners(house: House) -> None:
    said = {"dpid": "PADPIDA9", "name": "Others", "severities": severities_in(["test=error"])}
    added = await add_one(house.settings, said, owner="The label")
    changed = await change_one(house.settings, "PADPIDA9", {"state": "paused"})
    found = await list_partners(house.settings)

    assert (added["severities"], changed["state"]) == ({"test": "error"}, "paused")
    assert [one["dpid"] for one in found] == [SENDER, "PADPIDA9"]
    assert table_of_partners(found).row_count == 2
    assert keys_in("# mine\n\nssh-rsa A b\n") == ["ssh-rsa A b"]
    for unfit, code in (
        ({"dpid": "nobody"}, "partner-unfit"),
        ({"severities": severities_in(["test"])}, "partner-unfit"),
        ({"severities": {"no-such": "error"}}, "rule-unknown"),
    ):
        with pytest.raises(Refused, match=code):
            await add_one(house.settings, {**said, **unfit}, owner="The label")
    with pytest.raises(Refused, match="partner-unknown"):
        await change_one(house.settings, "PADPIDA8", {})


async def test_deliveries_and_their_messages(house: House) -> None:
    [delivery] = await list_deliveries(house.settings, partner=SENDER, state=None, limit=5)
    shown = await show_message(house.settings, house.ids["M-2"][:12])

    assert table_of([delivery]).row_count == 1
    assert await list_deliveries(house.settings, partner=None, state="failed", limit=5) == []
    assert shown["before"] == house.ids["M-1"]
    assert shown == await show_message(house.settings, "M-2")
    assert "title: An Album" in text_of(shown)
    assert await raw_message(house.settings, "M-2") == LATER
    with pytest.raises(Refused, match="message-unknown"):
        await show_message(house.settings, "M-99")


async def test_messages_and_files_are_compared(house: House, tmp_path: Path) -> None:
    file = tmp_path / "old.xml"
    file.write_bytes(FIRST)

    texts = {
        difference_text(await compare(house.settings, new, old))
        for new, old in (("M-2", None), ("M-2", "M-1"), ("M-2", str(file)))
    }

    assert len(texts) == 1
    assert "+ recording Two (ISRC QZTST2400002)" in texts.pop()
    with pytest.raises(Refused, match="nothing-before"):
        await compare(house.settings, "M-1", None)


async def test_what_would_be_found_today_changes_nothing(house: House) -> None:
    found = [one async for one in looked_at_again(house.settings, None)]

    assert [one["acceptable"] for one in found] == [True, True, False]
    assert [len(one["found"]) for one in found] == [0, 0, 1]
    assert found[2]["found"][0]["rule"] == "isrc-syntax"
    assert "+ error: " in text_of_replay(found[2])
    async with house.tools.database.read() as session:
        assert await job_of(session, Kind.INGEST, house.ids["M-3"]) is None


async def test_a_replay_adds_the_jobs_again(house: House) -> None:
    said = [one async for one in taken_again(house.settings, ["M-3"])]

    assert [one["state"] for one in said] == ["received"]
    assert "received" in text_of_replay(said[0])
    async with house.tools.database.read() as session:
        assert await job_of(session, Kind.INGEST, house.ids["M-3"]) is not None
