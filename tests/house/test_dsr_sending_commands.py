"""`refrain dsr`, as a treasurer uses it: who gets reports, what became of them, and our key."""

import asyncio
import json
from pathlib import Path

import pytest

from accounting.closing import close
from base.settings import load_settings
from base.tools import open_tools
from catalog.people import issue_token
from catalog.roles import Role
from tests.support.books import book_play, song
from tests.support.catalog import person, with_tables
from tests.support.commands import refrain
from tests.workers.test_reporting import CLOSED, EARLY, THEIRS, ZONE


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Answer the token of a treasurer, and an artist who earned something in March."""
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REFRAIN_BOOKS_ZONE", ZONE)
    token, artist = asyncio.run(prepared())
    monkeypatch.setenv("REFRAIN_TOKEN", token)
    return token, artist


async def prepared() -> tuple[str, str]:
    async with open_tools(load_settings()) as tools:
        await with_tables(tools.database)
        of = await song(tools.database)
        await tools.database.run(lambda s: book_play(s, of, step=9, at=EARLY))
        await close(tools.database, "2026-03", zone=ZONE, clock=lambda: CLOSED)
        ada = await person(tools.database, Role.TREASURER)
        async with tools.database.begin() as session:
            return await issue_token(session, ada, label="test", now=CLOSED), str(of.artist.id)


def said(*words: str | Path) -> list[dict[str, object]]:
    done = refrain("dsr", *words, "--json")
    assert done.errors == ""
    return [json.loads(line) for line in done.said.splitlines()]


def test_somebody_is_told_and_asked_for_and_sent(house: tuple[str, str], tmp_path: Path) -> None:
    template, key = tmp_path / "template.json", tmp_path / "known_hosts"
    template.write_text('{"columns": [{"name": "Amount", "field": "amount"}]}')
    kind_and_key = refrain("dsr", "key").said.split(" refrain")[0]
    key.write_text(f"sftp.label.example {kind_and_key}\n")
    about = ("--name", "Kleinlaut", "--dpid", THEIRS, "--account", house[1])
    sftp = ("--sftp", "house@sftp.label.example:2222/in/dsr", "--host-key", key)

    [added] = said("recipients", "add", *about, "--form", "csv", "--template", template, *sftp)

    assert added["place"] == {
        "host": "sftp.label.example",
        "port": 2222,
        "user": "house",
        "host_key": kind_and_key,
        "folder": "in/dsr",
    }
    recipient = str(added["id"])
    [changed] = said("recipients", "change", recipient, *about, "--form", "financial", "--off")
    assert (changed["form"], changed["place"], changed["active"]) == ("financial", None, False)
    assert said("recipients", "list") == [changed]
    [asked] = said("ask", recipient, "2026-03")
    assert (asked["state"], asked["number"], asked["month"]) == ("due", 1, "2026-03")
    assert said("list", "--recipient", recipient) == [asked]
    assert "report-still-due" in refrain("dsr", "send", str(asked["id"])).errors
    assert "report-still-due" in refrain("dsr", "fetch", str(asked["id"]), "--out", ".").errors
    assert "Kleinlaut" in refrain("dsr", "list").said
    assert "fetched" in refrain("dsr", "recipients", "list").said


def test_what_cannot_be_meant_is_refused(house: tuple[str, str], tmp_path: Path) -> None:
    wrong = tmp_path / "template.json"
    wrong.write_text('{"columns": [{"name": "A", "field": "__class__"}]}')
    about = ("recipients", "add", "--name", "K", "--dpid", THEIRS, "--account", house[1])

    for words, code in (
        (("--form", "csv", "--template", wrong), "report-template-unfit"),
        (("--form", "csv"), "report-recipient-unfit"),
        (("--form", "financial", "--sftp", "somewhere"), "report-place-unfit"),
    ):
        done = refrain("dsr", *about, *words)
        assert (done.status, code in done.errors) == (1, True), done.errors
