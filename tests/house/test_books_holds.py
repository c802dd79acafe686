"""`refrain books holds`, `compare` and `reconcile`, as who keeps the books uses them."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from base.settings import load_settings
from base.tools import open_tools
from catalog.models.ledger import ChainLink, LedgerTxn, Wallet
from catalog.roles import Role
from tests.support.catalog import NOON, person, with_tables
from tests.support.commands import refrain
from tests.support.suspects import Suspect, suspect


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suspect:
    """Answer a play that is held in a house."""
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))

    async def prepared() -> Suspect:
        async with open_tools(load_settings()) as tools:
            await with_tables(tools.database)
            found = await suspect(tools.database)
            async with tools.database.begin() as session:
                for position, txn in enumerate(await session.scalars(select(LedgerTxn.id)), 1):
                    link = {"txn_id": txn, "hash": bytes(32), "chained_at": NOON}
                    await session.execute(insert(ChainLink), {"position": position, **link})
            return found

    return asyncio.run(prepared())


async def changed() -> str:
    """Fill a wallet by hand, and answer who keeps the books."""
    async with open_tools(load_settings()) as tools:
        async with tools.database.begin() as session:
            await session.execute(update(Wallet).values(balance_micros=7))
        return str((await person(tools.database, Role.TREASURER)).id)


def test_what_is_held_is_listed_explained_and_decided(found: Suspect) -> None:
    play = str(found.play)
    [listed] = refrain("books", "holds", "list", "--json").said.splitlines()
    assert json.loads(listed)["play"] == play
    assert play in refrain("books", "holds", "list", "--account", str(found.listener.id)).said
    shown = refrain("books", "holds", "show", play).said
    assert "paid by the same means" in shown

    assert refrain("books", "holds", "release", play, "--why", " ").status == 1
    assert refrain("books", "holds", "release", "x", "--why", "so").status == 1
    assert refrain("books", "holds", "release", play, "--why", "a family").said == "1 released\n"
    assert refrain("books", "holds", "reject", play, "--why", "late").said == "0 rejected\n"
    told = json.loads(refrain("books", "holds", "show", play, "--json").said)
    assert [one["why"] for one in told["decisions"]] == ["a family"]


@pytest.mark.usefixtures("found")
def test_limits_are_shown_and_set() -> None:
    before = json.loads(refrain("books", "holds", "limits", "--json").said)
    assert refrain("books", "holds", "limits", "--set", "plays_day=9").status == 1
    said = ("--set", "plays_day=9", "--why", "bots")
    assert "plays_day                   9" in refrain("books", "holds", "limits", *said).said

    after = json.loads(refrain("books", "holds", "limits", "--json").said)
    assert after == before | {"plays_day": 9}
    assert refrain("books", "holds", "limits", "--set", "x=9", "--why", "so").status == 1


def test_books_that_do_not_agree_end_with_status_1_and_a_sentence(found: Suspect) -> None:
    agreed = refrain("books", "reconcile")
    keeper = asyncio.run(changed())
    differ = refrain("books", "reconcile")
    as_json = json.loads(refrain("books", "reconcile", "--json").said)

    assert agreed.status == 0, agreed.said
    assert agreed.said.endswith("0 differ\n")
    assert differ.status == 1
    assert f"The wallet wallet:{found.listener.id} holds 7 micro-credits" in differ.said
    assert as_json["codes"] == {"wallet-lots": 1, "wallet-journal": 1}
    span = ("--since", "2026-11-01T00:00Z", "--until", "2026-12-01T00:00Z", "--by", keeper)
    done = refrain("books", "holds", "reverse", str(found.listener.id), *span, "--why", "so")
    assert done.said == "0 reversed\n"


@pytest.mark.usefixtures("found")
def test_a_month_is_compared_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "month.svg"

    table = refrain("books", "compare", "--month", "2026-11", "--svg", str(picture))
    told = json.loads(refrain("books", "compare", "--month", "2026-11", "--json").said)

    assert "user-centric" in table.said
    assert picture.read_text("utf-8").startswith("<svg ")
    assert told["rows"] == []
    assert refrain("books", "compare", "--month", "November").status == 1
