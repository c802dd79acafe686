"""`refrain admin`: accounts are found, signed out, and let in again."""

import asyncio
import json
from pathlib import Path

import pytest

from base.database import Database
from catalog.acts import Act, Noted
from catalog.audit import Asked, acts_before
from tests.support.commands import refrain


@pytest.fixture
def ada(tmp_path: Path, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    assert migrated_sqlite_url.endswith(f"{tmp_path}/refrain.db")
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REFRAIN_PUBLIC_URL", "https://music.example/")
    assert refrain("account", "Ada Lovelace", "--role", "operator").status == 0
    assert refrain("account", "Bo").status == 0
    [found] = [json.loads(line) for line in refrain("admin", "find", "ada").said.splitlines()]
    return str(found["id"])


def test_accounts_are_found_by_name_role_and_number(ada: str) -> None:
    for asked in (["Ada"], [ada], ["--role", "operator"], ["--limit", "1", "ada lovelace"]):
        lines = refrain("admin", "find", *asked).said.splitlines()
        assert [json.loads(line)["id"] for line in lines] == [ada], asked
    assert len(refrain("admin", "find").said.splitlines()) == 2
    shown = json.loads(refrain("admin", "show", ada).said)
    assert (shown["name"], shown["state"], shown["acts_for"]) == ("Ada Lovelace", "active", [])
    assert "operator" in shown["roles"]


def test_who_is_signed_out_is_known_by_nothing_any_more(ada: str) -> None:
    assert refrain("tokens", "list", ada).said.count("\n") == 1

    assert refrain("admin", "sign-out", ada).status == 0

    assert not refrain("tokens", "list", ada).said


def test_a_link_lets_in_who_has_neither_address_nor_password(ada: str) -> None:
    done = refrain("admin", "link", ada)

    assert done.said.startswith("https://music.example/reset?token=")


def test_an_account_that_is_not_there_is_a_sentence(ada: str) -> None:
    nobody = ada.replace(ada[0], "0" if ada[0] != "0" else "1")

    for word in ("show", "sign-out", "link"):
        done = refrain("admin", word, nobody)
        assert (done.status, "account-unknown" in done.errors) == (1, True)


def test_whatever_changes_who_may_what_stands_in_the_record(ada: str, tmp_path: Path) -> None:
    changes = {
        Act.ACCOUNT_MADE: ("account", "Cy", "--role", "moderator"),
        Act.ROLE_GRANTED: ("roles", "grant", ada, "treasurer"),
        Act.ROLE_REVOKED: ("roles", "revoke", ada, "treasurer"),
        Act.TOKEN_MADE: ("tokens", "make", ada, "--label", "script"),
        Act.LINK_MADE: ("admin", "link", ada),
        Act.SIGN_INS_ENDED: ("admin", "sign-out", ada),
        Act.FACTORS_TAKEN: ("forget-factors", ada),
        Act.KEYS_FORGOTTEN: ("clients", "forget-keys"),
        Act.ACCOUNT_ERASED: ("erase", ada),
    }
    for words in changes.values():
        done = refrain(*words)
        assert done.status == 0, (words, done.errors)

    made = asyncio.run(noted(f"sqlite+aiosqlite:///{tmp_path}/refrain.db", number=len(changes)))
    assert [one.act for one in made] == list(changes)
    assert {one.person_id for one in made} == {None}


@pytest.mark.usefixtures("ada")
def test_applications_that_are_added_renewed_and_removed_stand_in_the_record(
    tmp_path: Path,
) -> None:
    back = ("--redirect", "https://player.example/back", "--secret")
    added = refrain("clients", "add", "Player", *back)
    assert added.status == 0, added.errors
    client = added.said.split()[0]

    assert refrain("clients", "secret", client).status == 0
    assert refrain("clients", "remove", client).status == 0

    made = asyncio.run(noted(f"sqlite+aiosqlite:///{tmp_path}/refrain.db", number=3))
    acts = [Act.CLIENT_ADDED, Act.CLIENT_CHANGED, Act.CLIENT_REMOVED]
    assert [(one.act, one.subject) for one in made] == [(act, client) for act in acts]


async def noted(url: str, *, number: int) -> list[Noted]:
    """Answer the last acts, the oldest first."""
    database = Database(url)
    async with database.read() as session:
        found = await acts_before(session, Asked(), limit=number)
    await database.close()
    return found[::-1]
