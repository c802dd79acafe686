"""A restored house pays nobody until somebody says that bank and providers were compared."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from base.clock import system_clock
from base.database import Database
from base.settings import load_settings
from base.tools import open_tools
from catalog.acts import Act
from catalog.audit import Asked, acts_before
from catalog.people import issue_token
from catalog.restorations import held_by
from catalog.schema import newest, revision_of, upgrade
from refrain.backups import rows, taking
from refrain.backups.places import manifest_of, open_place
from refrain.backups.restoring import restore
from refrain.backups.taking import take
from tests.house.backups.test_backups import Place
from tests.support.crashes import Crash, dying
from tests.support.payouts import COOP, EUR, books

#: The last version that knew nothing of holding.
BEFORE = "0045"


#: Databases of now, and those without tables.
_DATABASES = {
    "embedded": "migrated_sqlite_url",
    "parted": "migrated_postgres_url",
    "older_embedded": "sqlite_url",
    "older_parted": "postgres_url",
}


def place_of(request: pytest.FixtureRequest, folder: Path, kind: str) -> Place:
    """Answer a house of a kind, with its objects in a folder."""
    url: str = request.getfixturevalue(_DATABASES[kind])
    return Place(folder, url, f"file://{folder}/objects")


@pytest.mark.parametrize("kind", ["embedded", "parted"])
def test_a_payout_is_not_made_twice_by_a_restored_house_unless_somebody_says_so(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    place = place_of(request, tmp_path, kind)
    dest, out = tmp_path / "backups", tmp_path / "payouts.xml"
    monkeypatch.setenv("REFRAIN_SEPA_NAME", COOP.holder)
    monkeypatch.setenv("REFRAIN_SEPA_IBAN", COOP.iban)
    run, ada, token = asyncio.run(approved(place.database_url))
    monkeypatch.setenv("REFRAIN_TOKEN", token)
    place.told("backup", dest)
    assert place.run("books", "payout", "export", str(run), "--out", out).status == 0
    sent = out.read_bytes()
    out.unlink()

    restored = place.told("restore", dest, "--replace")
    again = place.run("books", "payout", "export", str(run), "--out", out)
    seen = place.run("books", "payout", "list", "--json")
    looked = place.run("doctor", "--json")
    unsaid = place.run("books", "resume", "--compared", " ")

    assert restored["held"]
    assert (again.status, "house-restored" in again.errors, out.exists()) == (1, True, False)
    assert str(run) in seen.said
    money = {one["name"]: one for one in map(json.loads, looked.said.splitlines())}["money"]
    assert (money["ok"], "refrain books resume" in money["mend"]) == (False, True)
    assert (unsaid.status, "not-compared" in unsaid.errors) == (1, True)

    assert place.run("books", "resume", "--compared", "the bank, until today").status == 0
    assert place.run("books", "payout", "export", str(run), "--out", out).status == 0
    # Whoever says so has the same transfers in hand, under the names that the bank knows.
    assert references(out) == references_in(sent)
    acts = asyncio.run(noted(place.database_url))
    assert acts[Act.HOUSE_RESTORED] is None
    assert acts[Act.MONEY_RESUMED] == ada


async def approved(url: str) -> tuple[UUID, UUID, str]:
    """Have a run that was approved; answer it, and a treasurer with a token."""
    database = Database(url)
    try:
        kept = await books(database)
        await kept.payee(20 * EUR)
        kept.clock.advance(timedelta(days=1))
        await kept.close()
        run = await kept.draft()
        await kept.approve(run)
        async with database.begin() as session:
            token = await issue_token(session, kept.ada, label="terminal", now=system_clock())
    finally:
        await database.close()
    return run, kept.ada.id, token


def references(path: Path) -> set[str]:
    return references_in(path.read_bytes())


def references_in(content: bytes) -> set[str]:
    return {part.partition("<")[0] for part in content.decode().split("<EndToEndId>")[1:]}


async def noted(url: str) -> dict[str, UUID | None]:
    database = Database(url)
    async with database.read() as session:
        acts = await acts_before(session, Asked(), limit=50)
    await database.close()
    return {one.act: one.account_id for one in acts}


@pytest.mark.parametrize("kind", ["older_embedded", "older_parted"])
def test_a_restoration_that_is_killed_after_its_rows_goes_on_and_they_are_never_unheld(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    place = place_of(request, tmp_path, kind)
    dest = tmp_path / "backups"
    with monkeypatch.context() as patch:
        for module in (rows, taking):  # as the version before took it
            patch.setattr(module, "newest", lambda: BEFORE)
        asyncio.run(taken_before(place, dest))

    def killed(at: str, *, replaces: bool) -> tuple[str | None, str]:
        with pytest.raises(Crash):
            asyncio.run(bring_back(place, dest, killed_at=at, replaces=replaces))
        return asyncio.run(state_of(place))

    if kind == "older_parted":  # SQLite has all rows at once, in a file
        assert killed("ANALYZE", replaces=True) == (BEFORE, "later")
    assert killed("UPDATE alembic_version", replaces=True) == (BEFORE, "held")
    assert killed("UPDATE restorations", replaces=False) == (newest(), "held")
    asyncio.run(bring_back(place, dest, killed_at=None, replaces=False))

    assert asyncio.run(state_of(place)) == (newest(), "held")
    assert asyncio.run(noted(place.database_url)) == {Act.HOUSE_RESTORED: None}


async def taken_before(place: Place, dest: Path) -> None:
    """Have a backup of a house that knew of no holding, in which something happened since."""
    settings = load_settings(
        data_dir=place.data, database_url=place.database_url, storage_url=place.storage_url
    )
    async with open_tools(settings) as tools, open_place(str(dest), settings) as kept:
        await upgrade(tools.database, BEFORE)
        await books(tools.database)
        await take(tools, kept, scratch=place.data / "scratch", keep=None)
        async with tools.database.begin() as session:
            await session.execute(text("UPDATE accounts SET name = 'came later'"))


async def bring_back(place: Place, dest: Path, *, killed_at: str | None, replaces: bool) -> None:
    settings = load_settings(
        data_dir=place.data, database_url=place.database_url, storage_url=place.storage_url
    )
    async with open_tools(settings) as tools, open_place(str(dest), settings) as kept:
        manifest = await manifest_of(kept, None)
        with dying(tools.database.engine, at=killed_at):
            scratch = place.data / "scratch"
            await restore(tools, kept, manifest, scratch=scratch, replaces=replaces)


async def state_of(place: Place) -> tuple[str | None, str]:
    """Answer the step of the tables, and whether rows are those that came later, or are held."""
    database = Database(place.database_url)
    try:
        revision = await revision_of(database)
        async with database.read() as session:
            later = "SELECT count(*) FROM accounts WHERE name = 'came later'"
            if await session.scalar(text(later)):
                return revision, "later"
            return revision, "held" if await held_by(session) is not None else "not held"
    finally:
        await database.close()
