"""`refrain books payout`, as two treasurers use it."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from base.clock import system_clock
from base.settings import load_settings
from base.tools import open_tools
from catalog.people import issue_token
from tests.support.catalog import with_tables
from tests.support.commands import Done, refrain
from tests.support.payouts import EUR, IBANS, books


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer the tokens of two treasurers of a house that owes 25 EUR and a bit."""
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REFRAIN_SEPA_NAME", "Refrain eG")
    monkeypatch.setenv("REFRAIN_SEPA_IBAN", IBANS[0])
    return asyncio.run(prepared())


async def prepared() -> list[str]:
    async with open_tools(load_settings()) as tools:
        await with_tables(tools.database)
        opened = await books(tools.database)
        opened.clock.advance(system_clock() - opened.clock() - timedelta(hours=1))
        await opened.payee(25 * EUR + 7)
        await opened.close()
        async with tools.database.begin() as session:
            return [
                await issue_token(session, one, label="test", now=opened.clock())
                for one in (opened.ada, opened.bob)
            ]


def payout(*words: str | Path) -> Done:
    return refrain("books", "payout", *words)


def test_a_run_is_planned_approved_sent_settled_and_returned(
    tokens: list[str], tmp_path: Path
) -> None:
    ada, bob = (["--token", token] for token in tokens)
    drafted = [json.loads(payout("draft", "--key", "nov", "--json", *ada).said) for _ in range(2)]
    assert drafted[0] == drafted[1]
    run, [one] = drafted[0]["run"], drafted[0]["payouts"]
    assert drafted[0]["total"] == 25 * EUR

    assert "second-person-needed" in payout("approve", run, *ada).errors
    assert "25.000000 EUR" in payout("approve", run, *bob).said
    files = [tmp_path / "one.xml", tmp_path / "two.xml"]
    files[0].write_text("whatever was there")
    refused = payout("export", run, "--out", files[0], "--token", "nobody's")
    assert (refused.status, files[0].read_text()) == (1, "whatever was there")
    for path in files:
        assert payout("export", run, "--out", path, *ada).status == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert sorted(tmp_path.glob("*.xml*")) == sorted(files)
    settled = json.loads(payout("settle", run, "--json", *ada).said)
    assert [each["state"] for each in settled["payouts"]] == ["settled"]
    told = tmp_path / "camt.xml"
    told.write_bytes(b"no statement")
    assert "statement-unreadable" in payout("import", told, *ada).errors
    back = ("return", one["payout"], "--reason", "AC04", "--fee-cents", "300")
    assert "back?" in payout(*back, *ada).said
    assert "returned" in payout(*back, *bob).said
    [listed] = payout("list", "--json").said.splitlines()
    assert json.loads(listed)["payouts"][0]["state"] == "returned"
    assert "run-sent" in payout("cancel", run, *bob).errors
    assert "sign-in-first" in payout("settle", run, "--token", "nobody's").errors
