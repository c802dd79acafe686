"""A move that is killed in the middle goes on from there, and nothing is doubled."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from base.database import Database
from catalog.models.earlier import EarlierPlay
from tests.support.catalog import begin_as_copy
from tests.support.commands import refrain
from tests.support.earlier_export import seeded
from tests.support.masters import ROOT

pytestmark = pytest.mark.chaos


async def plays_in(url: str) -> int:
    database = Database(url)
    try:
        async with database.read() as session:
            return await session.scalar(select(func.count()).select_from(EarlierPlay)) or 0
    finally:
        await database.close()


def test_a_move_that_was_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export, sums = seeded(5, users=200, tracks=40, plays=60_000)
    path, data = export.dump(tmp_path / "earlier.sql"), tmp_path / "data"
    data.mkdir(mode=0o700)
    begin_as_copy(data / "refrain.db")
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(data))
    command = ("import", "earlier", str(path), "--apply", "--json")
    url = f"sqlite+aiosqlite:///{data}/refrain.db"
    process = subprocess.Popen(
        [sys.executable, "-m", "refrain", *command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**os.environ},
    )
    try:
        while process.poll() is None and not asyncio.run(plays_in(url)):
            pass
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    before = asyncio.run(plays_in(url))

    done = refrain(*command)

    assert 0 < before < 60_000
    assert done.status == 0, done
    said = [json.loads(line) for line in done.said.splitlines()]
    [plays] = [one for one in said if one.get("table") == "plays"]
    assert (plays["came"], plays["there"]) == (60_000 - before, before)
    [steps] = [one for one in said if one.get("sum") == "steps paid for"]
    assert steps["carried"] == sums["steps"]
    assert refrain("books", "verify", "--jobs", "1").status == 0
