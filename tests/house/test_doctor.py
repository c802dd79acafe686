"""`refrain doctor`: what is found of a machine and of a house, and said in sentences."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from base.clock import system_clock
from base.database import Database
from base.settings import load_settings
from refrain.doctor_house import broker, database_clock, disks, secret_settings, storage_kept, zones
from tests.support.commands import refrain


def told(*words: str) -> tuple[int, dict[str, dict[str, object]]]:
    done = refrain("doctor", "--json", *words)
    return done.status, {one["name"]: one for one in map(json.loads, done.said.splitlines())}


@pytest.fixture
def deployed(
    tmp_path: Path,
    migrated_postgres_url: str,
    valkey_url: str,
    s3_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REFRAIN_DATABASE_URL", migrated_postgres_url)
    monkeypatch.setenv("REFRAIN_REDIS_URL", valkey_url)
    monkeypatch.setenv("REFRAIN_STORAGE_URL", s3_url)
    return valkey_url


def test_a_deployed_house_is_asked_and_tried(deployed: str) -> None:
    with redis.from_url(deployed) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            status, found = told()
        finally:
            client.config_set("maxmemory-policy", "noeviction")

    assert status == 1
    assert found["tables"]["ok"]
    assert found["storage"]["found"] == "s3, written, read back and removed"
    clocks = ("clock of database", "clock of broker", "clock of storage")
    assert [found[name]["found"] for name in clocks] == ["the same"] * 3
    assert not found["broker when full"]["ok"]
    assert "noeviction" in str(found["broker when full"]["mend"])
    assert found["secrets"]["found"] == "each server has its own"


def test_an_embedded_house_is_well_and_one_that_is_behind_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    (tmp_path / "refrain.db").touch()

    _, found = told()

    assert not found["database"]["ok"]
    assert "refrain migrate" in str(found["database"]["mend"])
    assert found["storage"]["found"] == "file, written, read back and removed"
    assert list((tmp_path / "objects" / "health").rglob("*.*")) == []


@pytest.mark.parametrize(("minutes", "said"), [(5, "behind ours"), (-5, "ahead of ours")])
async def test_a_clock_that_is_minutes_off_is_told_of(
    migrated_postgres_url: str, minutes: int, said: str
) -> None:
    database = Database(migrated_postgres_url)

    [found] = await database_clock(database, lambda: system_clock() + timedelta(minutes=minutes))

    assert (found.ok, said in found.found) == (False, True)
    await database.close()


async def test_what_does_not_answer_is_told_of(tmp_path: Path) -> None:
    settings = load_settings(
        data_dir=tmp_path,
        redis_url="redis://127.0.0.1:1",
        storage_url="file:///proc/nothing",
        ticket_secret="a" * 40,
        books_zone="Europe/Berlin",
    )

    [asked] = await broker(settings, system_clock)
    [stored] = await storage_kept(settings, system_clock)

    assert [asked.ok, stored.ok] == [False, False]
    assert not secret_settings(settings).ok
    assert "Europe/Berlin" in zones(settings).found
    assert [one.name for one in disks(settings)][:1] == ["disk of data"]
