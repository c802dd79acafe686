"""What measures goes on measuring when what it measures has changed."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.commands import refrain
from tests.support.masters import tone

pytestmark = pytest.mark.chaos


def test_the_way_of_a_master_is_measured(tmp_path: Path) -> None:
    done = refrain("bench", "pipeline", tone(tmp_path / "a.wav", seconds=4))

    said = {one["metric"]: one["value"] for one in map(json.loads, done.said.splitlines())}
    assert set(said) == {"seconds_to_playable", "seconds_to_complete", "cpu_seconds"}
    assert 0 < said["seconds_to_playable"] <= said["seconds_to_complete"]
    assert said["cpu_seconds"] > 0


async def test_plays_are_opened_and_counted(postgres_url: str) -> None:
    few = ("--seconds", "1", "--sessions", "200")
    done = await asyncio.to_thread(refrain, "bench", "plays", "--database", postgres_url, *few)

    measured = [json.loads(line) for line in done.said.splitlines() if line.startswith("{")]
    said = {one["metric"]: one["value"] for one in measured}
    assert set(said) == {
        *("range_noted", "plays_opened", "plays_opened_p99_at_half", "plays_counted"),
    }
    assert min(said.values()) > 0
