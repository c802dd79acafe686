"""The tables change while a house runs: no step keeps others waiting, and none waits for ever."""

import asyncio
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import event, inspect, text

from base.database import Database
from base.errors import Unavailable
from catalog import schema
from catalog.schema import MIGRATIONS, revision_of, upgrade
from tests.support.online_migrations import RULES, broken_rules

#: What steps did before there were rules; houses have gone through them. No other is let in.
LEGACY: dict[str, set[tuple[str, str]]] = {
    "0005": {("index", "play_sessions")},
    "0006": {("rows", "renditions")},
    "0008": {("index", "masters"), ("index", "renditions")},
    "0009": {
        ("constraint", "heartbeats"),
        ("drop-index", "ix_deliveries_session_id"),
        ("drop-index", "ix_heartbeats_session_id"),
        ("index", "play_sessions"),
        ("rows", "heartbeats"),
        ("rows", "jobs"),
    },
    "0011": {("index", "jobs"), ("rows", "jobs")},
    "0013": {("constraint", "renditions"), ("index", "renditions")},
    "0016": {("not-null", "job_attempts"), ("rows", "job_attempts")},
    "0017": {
        ("constraint", "plays"),
        ("constraint", "wallets"),
        ("rows", "plays"),
        ("rows", "wallets"),
    },
    "0023": {
        ("drop-index", "ix_plays_listener_id"),
        ("index", "play_sessions"),
        ("index", "plays"),
    },
    "0024": {("index", "play_counters")},
    "0025": {("constraint", "tokens"), ("not-null", "tokens")},
    "0029": {("constraint", "credits"), ("index", "credits"), ("index", "releases")},
    "0030": {("index", "plays"), ("index", "releases"), ("index", "tracks")},
    "0031": {("index", "tracks")},
    "0033": {("index", "acts")},
    "0034": {("index", "account_roles"), ("index", "accounts"), ("index", "uploads")},
    "0035": {
        ("index", "artists"),
        ("index", "labels"),
        ("index", "track_versions"),
        ("index", "tracks"),
        ("rows", "tracks"),
    },
    "0040": {("constraint", "deals"), ("index", "deals")},
    "0041": {("index", "releases")},
}


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("CREATE INDEX ix_a ON tracks (title)", "index"),
        ("CREATE UNIQUE INDEX ix_a ON public.x USING btree (a)", "index"),
        ("DROP INDEX ix_a", "drop-index"),
        ("ALTER TABLE tracks ALTER COLUMN title TYPE TEXT", "rewrite"),
        ("ALTER TABLE tracks ADD COLUMN at TIMESTAMP DEFAULT clock_timestamp()", "volatile"),
        ("ALTER TABLE tracks ADD COLUMN n BIGSERIAL", "generated"),
        ("ALTER TABLE tracks ALTER COLUMN title SET NOT NULL", "not-null"),
        ("ALTER TABLE tracks ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES b (id)", "constraint"),
        ("UPDATE tracks SET title = 'x'", "rows"),
        ("DELETE FROM tracks", "rows"),
        ("LOCK TABLE tracks", "lock"),
    ],
)
def test_what_keeps_others_waiting_is_seen(statement: str, rule: str) -> None:
    assert {name for name, _ in broken_rules([statement])} == {rule}


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE tracks ADD COLUMN mood VARCHAR(20)"],
        ["ALTER TABLE tracks ADD COLUMN loud BOOLEAN DEFAULT false NOT NULL"],
        ["ALTER TABLE tracks ADD COLUMN at TIMESTAMP DEFAULT now() NOT NULL"],
        ["CREATE INDEX CONCURRENTLY ix_a ON tracks (title)"],
        ["ALTER TABLE a ADD CONSTRAINT fk FOREIGN KEY(b) REFERENCES b (id) NOT VALID"],
        ["CREATE TABLE moods (id UUID)", "CREATE INDEX ix_m ON moods (id)"],
        ["UPDATE alembic_version SET version_num='0043'"],
    ],
)
def test_what_keeps_nobody_waiting_is_let_in(statements: list[str]) -> None:
    assert broken_rules(statements) == set()


async def test_no_new_step_keeps_others_waiting(postgres_url: str) -> None:
    """Each step is really run; what it said is judged, and so is whether a table was rewritten."""
    database = Database(postgres_url)
    steps: dict[str, list[str]] = defaultdict(list)
    said: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        del connection, cursor, rest
        said.append(statement)
        if "alembic_version" in statement and "version_num" in statement:
            new = statement.partition("SET version_num=")[2] or statement.partition("VALUES")[2]
            if new:
                steps[new.split("'")[1]] = list(said)
                said.clear()

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    await upgrade(database)
    await database.close()

    found = {step: broken for step, all_ in steps.items() if (broken := broken_rules(all_))}
    assert len(steps) == len(list((MIGRATIONS / "versions").glob("*.py")))
    advice = {name: advice for name, (_, advice) in RULES.items()}
    new = {step: broken - LEGACY.get(step, set()) for step, broken in found.items()}
    assert {step: broken for step, broken in new.items() if broken} == {}, advice
    assert {step: found[step] for step in LEGACY} == LEGACY  # and none is listed that does not


async def test_a_step_that_others_stand_in_the_way_of_says_so_and_goes_on_later(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_LOCK_S", 1)
    monkeypatch.setattr(schema, "_PAUSES_S", (0.1,))
    database, other = Database(postgres_url), Database(postgres_url)
    await upgrade(database, "0041")

    async with other.begin() as session:
        await session.execute(text("SELECT count(*) FROM renditions"))  # and does not end
        with pytest.raises(Unavailable, match="migration-waits"):
            await upgrade(database)
        assert await revision_of(database) == "0041"
        # Who came meanwhile was let through.
        async with asyncio.timeout(5), other.begin() as third:
            await third.execute(text("UPDATE renditions SET size_bytes = size_bytes"))
    await upgrade(database)

    assert await revision_of(database) == schema.newest()
    await database.close()
    await other.close()


async def test_two_migrate_at_once_and_each_step_is_done_once(postgres_url: str) -> None:
    one, two = Database(postgres_url), Database(postgres_url)

    await asyncio.gather(upgrade(one), upgrade(two))

    assert await revision_of(one) == schema.newest()
    await one.close()
    await two.close()


async def test_who_waits_for_a_migration_keeps_no_index_from_being_made(postgres_url: str) -> None:
    one, two = Database(postgres_url), Database(postgres_url)
    await upgrade(one, "0044")  # and 0045 waits for all who have a snapshot

    await asyncio.gather(upgrade(one), upgrade(two))

    assert await revision_of(one) == schema.newest()
    await one.close()
    await two.close()


_CONCURRENT = """
from migrations.beside import create_index, drop_index
revision, down_revision = "9999", "{newest}"

def upgrade():
    create_index("ix_new", "tracks", ["title"])
    drop_index("ix_releases_state_title_id", "releases")
"""


async def test_an_index_is_made_beside_those_who_write(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    step = copy / "versions" / "9999_an_index.py"
    step.write_text(_CONCURRENT.replace("{newest}", schema.newest()))
    monkeypatch.setattr(schema, "MIGRATIONS", copy)
    monkeypatch.setattr(schema, "_newest", lambda: ("9999",))
    database = Database(database_url)

    await upgrade(database)

    assert await revision_of(database) == "9999"
    async with database.engine.connect() as connection:
        made = await connection.run_sync(lambda one: inspect(one).get_indexes("tracks"))
        left = await connection.run_sync(lambda one: inspect(one).get_indexes("releases"))
        if database_url.startswith("postgresql"):
            valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_new'::regclass"
            assert await connection.scalar(text(valid)) is True
    assert "ix_new" in {one["name"] for one in made}
    assert "ix_releases_state_title_id" not in {one["name"] for one in left}
    await database.close()
