"""What a treasurer sees on a terminal."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from rich.table import Table

from accounting.months import month_named
from accounting.restating import Restating
from accounting.told import Which
from base.errors import Refused
from base.settings import Settings
from base.tools import Tools, open_tools
from catalog.callers import Caller
from catalog.people import issue_token
from catalog.roles import Role
from refrain.books import show_trial
from refrain.months import (
    Sharing,
    close_month,
    give_surplus,
    look_ahead,
    propose_surplus,
    restate_month,
    share_surplus,
    show_deferred,
    show_income,
    show_liabilities,
    weights_of,
    write_statement,
)
from refrain.output import say_table
from tests.support.books import book_play, song
from tests.support.catalog import person, with_tables

MARCH = month_named("2026-03", "Europe/Berlin")
EARLY = MARCH.starts_at + timedelta(days=3)


async def issued(tools: Tools, who: Caller) -> str:
    async with tools.database.begin() as session:
        return await issue_token(session, who, label="test", now=EARLY)


def test_an_id_is_never_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    wide = Table("payee", "to", "amount", "payout")
    wide.add_row("a" * 36, "b" * 60, "1.000000", "c" * 36)

    say_table(wide)

    said = capsys.readouterr().out
    assert all(one in said for one in ("a" * 36, "b" * 60, "c" * 36))
    assert "\N{HORIZONTAL ELLIPSIS}" not in said


async def test_a_month_on_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:1/0")
    async with open_tools(settings) as tools:
        await with_tables(tools.database)
        of = await song(tools.database)
        await tools.database.run(lambda session: book_play(session, of, step=9, at=EARLY))
        ada = await person(tools.database, Role.TREASURER)
        token, theirs = [await issued(tools, one) for one in (ada, of.artist)]
    payee = str(of.artist.id)

    async def seen(*commands: object) -> list[object]:
        for command in commands:
            await command  # type: ignore[misc] # a coroutine
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    ahead, closed, earned, owed, unspent = await seen(
        look_ahead(settings, "2026-03", as_json=True),
        close_month(settings, "2026-03", token=token, as_json=True),
        show_income(settings, "2026-03", as_json=True),
        show_liabilities(settings, MARCH.ends_at, as_json=True),
        show_deferred(settings, None, as_json=True),
    )
    assert ahead["sums"][0]["amount"] == 430_080  # type: ignore[index, call-overload]
    assert closed["statements"] == 1  # type: ignore[index, call-overload]
    assert [row["amount"] for row in earned["rows"]] == [184_320, 184_320]  # type: ignore[index, call-overload]
    assert [row["account"] for row in owed["rows"]] == ["payable", "wallet"]  # type: ignore[index, call-overload]
    assert unspent["rows"] == []  # type: ignore[index, call-overload]

    which = Which(payee_id=payee, period="2026-03")
    for form in ("pdf", "csv", "json"):
        path = tmp_path / f"statement.{form}"
        await write_statement(settings, which, path=path)
        assert path.stat().st_size > 200
    with pytest.raises(Refused, match="form-unknown"):
        await write_statement(settings, which, path=tmp_path / "statement.doc")
    again = Restating(period="2026-03", why="No reason.", payee_id=payee)
    with pytest.raises(Refused, match="nothing-to-restate"):
        await restate_month(settings, again, token=token, as_json=False)
    sharing = Sharing(year=2026, worked={}, currency="EUR")
    with pytest.raises(Refused, match="year-not-closed"):
        await share_surplus(settings, sharing, as_json=False)
    for command in (
        close_month(settings, "2026-04", token=theirs, as_json=False),
        restate_month(settings, again, token="", as_json=False),
        propose_surplus(settings, sharing, token=theirs, as_json=False),
        give_surplus(settings, sharing, token="", as_json=False),
    ):
        with pytest.raises(Refused, match="sign-in-first"):
            await command
    [trial] = await seen(show_trial(settings, MARCH.starts_at, as_json=True))
    assert trial["balances"] == []  # type: ignore[index, call-overload]
    await show_income(settings, "2026-03", as_json=False)
    assert "0.184320" in capsys.readouterr().out


def test_who_worked_is_told_with_a_weight() -> None:
    assert weights_of(["ada=3", "bo=0"]) == {"ada": 3, "bo": 0}
    with pytest.raises(Refused, match="bad-weight"):
        weights_of(["ada=much"])
