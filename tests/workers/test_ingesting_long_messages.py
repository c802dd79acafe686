"""A long message takes little of a worker: in a process of its own, which is measured."""

import json
import subprocess
import sys

import pytest

from tests.support.masters import ROOT


def ingested(*told: str) -> dict[str, float]:
    argv = [sys.executable, "-m", "tests.support.measured_ingest", *told]
    done = subprocess.run(argv, check=True, capture_output=True, cwd=ROOT, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.long
@pytest.mark.parametrize(
    ("told", "least_bytes", "most_cpu_s", "most_mib"),
    [
        # Three times and more of what is measured: another machine may be slower, and busy.
        (("1",), 740_000, 3, 25),
        (("1", "files"), 740_000, 10, 50),
        (("8",), 5_800_000, 16, 50),
    ],
)
def test_what_a_long_message_takes(
    told: tuple[str, ...], least_bytes: int, most_cpu_s: float, most_mib: float
) -> None:
    found = ingested(*told)

    assert found["bytes"] >= least_bytes
    assert found["cpu_s"] < most_cpu_s
    assert found["memory_mib"] < most_mib
    assert found["state"] == "waiting"
