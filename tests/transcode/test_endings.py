"""What a child died of: told from what is known of it, and of children that really die."""

import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from transcode.endings import ChildFailed, Death, Ending, ending_of
from transcode.process import Limits, failed, metering, run, spent_s, started

PYTHON = str(Path(sys.executable).resolve())
DEATH = Death(status=1, most_cpu_s=60)
KILLED = replace(DEATH, status=-signal.SIGKILL)


@pytest.mark.parametrize(
    ("death", "ending"),
    [
        (replace(DEATH, status=0), Ending.WELL),
        (DEATH, Ending.ERROR),
        (replace(DEATH, errors=["No such file"]), Ending.ERROR),
        (replace(DEATH, errors=["x: Cannot allocate memory"]), Ending.OUT_OF_MEMORY),
        (replace(DEATH, status=244), Ending.OUT_OF_MEMORY),
        (replace(DEATH, status=-signal.SIGABRT, errors=["bad_alloc"]), Ending.OUT_OF_MEMORY),
        (KILLED, Ending.OUT_OF_MEMORY),
        (replace(KILLED, oom_kills=1), Ending.OUT_OF_MEMORY),
        (replace(KILLED, oom_kills=0), Ending.CRASH),
        (replace(KILLED, oom_kills=0, cpu_s=59.9), Ending.TIMEOUT),
        (replace(KILLED, oom_kills=1, cpu_s=59.9), Ending.OUT_OF_MEMORY),
        (replace(KILLED, was_stopped=True), Ending.TIMEOUT),
        (replace(DEATH, status=-signal.SIGXCPU), Ending.TIMEOUT),
        (replace(DEATH, status=255, cpu_s=60.0), Ending.TIMEOUT),
        (replace(DEATH, status=255), Ending.CRASH),
        (replace(DEATH, status=-signal.SIGSEGV), Ending.CRASH),
        (replace(DEATH, status=-signal.SIGSYS), Ending.CRASH),
        (replace(DEATH, status=-signal.SIGXFSZ), Ending.ERROR),
    ],
)
def test_what_a_child_died_of_is_told_from_what_is_known(death: Death, ending: Ending) -> None:
    assert ending_of(death) is ending


@pytest.mark.parametrize(
    ("program", "limits", "ending"),
    [
        (
            "x = [bytearray(64 << 20) for _ in range(99)]",
            {"memory_bytes": 1 << 29},
            "out of memory",
        ),
        ("import os; os.kill(os.getpid(), 11)", {}, "crash"),
        ("import os; os.abort()", {}, "crash"),
        ("while True: pass", {"cpu_s": 1}, "timeout"),
        ("import time; time.sleep(60)", {"stall_s": 0.4}, "timeout"),
        ("raise SystemExit('no')", {}, "error"),
        ("print(1)", {}, "well"),
    ],
)
async def test_how_a_real_child_ended_is_told(
    program: str, limits: dict[str, float], ending: str
) -> None:
    outcome = await run([PYTHON, "-c", program], limits=Limits(**limits))  # type: ignore[arg-type]

    assert outcome.ending == ending, outcome


async def test_a_child_that_somebody_killed_did_not_run_out_of_memory() -> None:
    argv = [PYTHON, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
    async with started(argv, limits=Limits()) as child:
        async for block in child.blocks(2):
            del block
            break
        child.kill()
        outcome = await child.outcome()

    knows = any("oom_kill " in path.read_text() for path in counters() if path.exists())
    assert outcome.ending is (Ending.CRASH if knows else Ending.OUT_OF_MEMORY)


def counters() -> list[Path]:
    return [Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat")]


async def test_all_that_a_failing_child_said_last_is_kept() -> None:
    program = "import sys\nfor i in range(9): print('line', i, file=sys.stderr)\nsys.exit(3)"
    error = failed(await run([PYTHON, "-c", program], limits=Limits()))

    assert isinstance(error, ChildFailed)
    assert error.code == "encode-failed"
    assert error.sentence.endswith("failed: line 6 / line 7 / line 8")
    assert error.output.splitlines()[0] == "line 0"


@pytest.mark.parametrize(("number", "name"), [(11, "SIGSEGV"), (40, "signal 40")])
async def test_a_child_that_says_nothing_is_told_by_its_signal(number: int, name: str) -> None:
    program = f"import os; os.kill(os.getpid(), {number})"
    error = failed(await run([PYTHON, "-c", program], limits=Limits()))

    assert error.sentence.endswith(f"crashed ({name}): no reason given")


async def test_what_children_take_is_counted_where_it_is_metered() -> None:
    program = "import time\nwhile time.process_time() < 0.5: pass"
    assert spent_s() is None

    with metering() as meter:
        for _ in range(2):
            await run([PYTHON, "-c", program], limits=Limits())

    assert 0.8 <= meter.cpu_s < 3
    assert spent_s() is None
