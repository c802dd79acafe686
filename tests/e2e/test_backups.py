"""A house is put elsewhere while it takes in music and makes it, by commands that are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.house import open_house
from tests.support.masters import ROOT, long_tone, tone

#: When a backup is killed, in seconds after it began: before its first object, and later.
KILLED_S = (1.0, 2.0)


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "refrain", *map(str, words)]


def environment(data: Path) -> Mapping[str, str]:
    return {**os.environ, "REFRAIN_DATA_DIR": str(data)}


def done(*words: str | Path, data: Path) -> tuple[int, str]:
    ended = subprocess.run(
        command(*words),
        cwd=ROOT,
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
        check=False,
    )
    return ended.returncode, ended.stdout.decode()


@pytest.mark.chaos
def test_a_house_that_was_working_goes_on_where_it_is_brought_back(tmp_path: Path) -> None:
    home, away, dest = tmp_path / "home", tmp_path / "away", tmp_path / "backups"
    home.mkdir()
    away.mkdir()
    masters = [tone(tmp_path / "short.wav", seconds=1), long_tone(tmp_path / "long.wav", seconds=8)]

    with open_house(home) as house:
        tracks = []
        for number, master in enumerate(masters):
            tracks.append(house.put(master).json["track"])
            if number < len(KILLED_S):
                _kill_a_backup(dest, home / "data", after_s=KILLED_S[number])
        status, said = done("backup", dest, "--json", data=home / "data")
        assert status == 0, said
        acknowledged = list(tracks)
    status, said = done("backup", "verify", dest, data=home / "data")
    assert status == 0, said
    status, said = done("backup", "list", dest, "--json", data=home / "data")
    assert [json.loads(line)["missing"] for line in said.splitlines()] == [[]] * said.count("\n")
    status, said = done("restore", dest, data=away / "data")
    assert status == 0, said

    with open_house(away, is_empty=True) as house:
        for track in acknowledged:
            house.await_state(track, "complete", seconds=900)
    status, said = done("fsck", "--sample", "1", "--no-decode", data=away / "data")
    assert status == 0, said
    assert done("books", "verify", data=away / "data")[0] == 0


def _kill_a_backup(dest: Path, data: Path, *, after_s: float) -> None:
    with subprocess.Popen(command("backup", dest), cwd=ROOT, env=environment(data)) as process:
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
    for turn in (dest / "turns").glob("*"):
        os.utime(turn, (0, 0))  # as if ten minutes had passed
