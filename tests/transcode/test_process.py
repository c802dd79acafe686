import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from base.errors import Broken
from tests.support.masters import ROOT
from transcode.process import Limits, capture, run, started
from transcode.reach import Reach

PYTHON = str(Path(sys.executable).resolve())  # its environment is out of reach
GROUPS_SESSIONS = Path("/proc/self/autogroup").exists()


async def test_errors_are_drained_and_their_last_lines_kept() -> None:
    program = "import sys\nfor n in range(100000): print('line', n, file=sys.stderr)\nsys.exit(3)"

    outcome = await run([PYTHON, "-c", program], limits=Limits())

    assert outcome.status == 3
    assert outcome.errors[-1] == "line 99999"
    assert len(outcome.errors) <= 40


async def test_last_words_are_not_missed_by_a_loop_that_was_busy() -> None:
    program = "import os; os.write(2, b'why'); os._exit(4)"

    async with started([PYTHON, "-c", program], limits=Limits()) as child:
        time.sleep(1)  # noqa: ASYNC251 - it ends while nobody looks
        async for _ in child.blocks():
            pass
        outcome = await child.outcome()

    assert (outcome.status, outcome.errors) == (4, ("why",))


async def test_a_child_that_stands_still_is_killed() -> None:
    outcome = await run(
        [PYTHON, "-c", "input.__self__; import time; time.sleep(99)"], limits=Limits(stall_s=0.5)
    )

    assert outcome.status == -signal.SIGKILL
    assert "no progress" in outcome.errors[-1]


async def test_a_child_that_computes_and_says_nothing_is_killed_where_it_should_speak() -> None:
    limits = Limits(stall_s=0.5, mute_s=1)

    silent = await run([PYTHON, "-c", "while True: pass"], limits=limits)
    speaks = "import time\nfor n in range(20): print(n, flush=True); time.sleep(0.1)"
    talkative = await run([PYTHON, "-c", speaks], limits=Limits(mute_s=1))

    assert silent.status == -signal.SIGKILL
    assert "no progress" in silent.errors[-1]
    assert talkative.status == 0


async def test_a_child_that_works_on_is_not_killed() -> None:
    program = "import time\nend = time.time() + 2\nwhile time.time() < end: pass"

    outcome = await run([PYTHON, "-c", program], limits=Limits(stall_s=0.5))

    assert outcome.status == 0


async def test_a_child_stands_back_where_it_was_asked_to() -> None:
    program = "import os, time\nwhile os.nice(0) != 7: time.sleep(0.01)\ntime.sleep(0.1)\n"
    session = "print(open('/proc/self/autogroup').read())" if GROUPS_SESSIONS else ""

    async with asyncio.timeout(30):
        limits, reach = Limits(niceness=7), Reach(reads=(Path("/proc"),))
        argv = [PYTHON, "-c", program + session]
        output, outcome = await capture(argv, limits=limits, reach=reach)

    assert outcome.status == 0
    assert b"nice 7" in output or not session


async def test_a_file_does_not_grow_past_its_limit(tmp_path: Path) -> None:
    program = f"open({str(tmp_path / 'big')!r}, 'wb').write(bytes(2_000_000))"

    limits, reach = Limits(output_bytes=1_000_000), Reach(writes=(tmp_path,))
    outcome = await run([PYTHON, "-c", program], limits=limits, reach=reach)

    assert outcome.status != 0
    assert (tmp_path / "big").stat().st_size <= 1_000_000


async def test_too_much_output_is_an_error() -> None:
    with pytest.raises(Broken, match="too-much-output"):
        await capture([PYTHON, "-c", "print('x' * 3_000_000)"], limits=Limits(), most_bytes=1 << 20)


@pytest.mark.parametrize("size", [1, 4_096, 300_000, 1 << 22])
async def test_blocks_are_full_but_for_the_last_however_they_are_read(size: int) -> None:
    argv = [PYTHON, "-c", "print('x' * 999_999)"] if size > 1 else [PYTHON, "-c", "print('xyz')"]
    lengths: list[int] = []

    async with started(argv, limits=Limits()) as child:
        await child.pour(lambda block: lengths.append(len(block)), size)
    async with started(argv, limits=Limits()) as child:
        read = [len(block) async for block in child.blocks(size)]

    whole = 1_000_000 if size > 1 else 4
    assert lengths == read
    assert lengths == [size] * (whole // size) + [whole % size] * (whole % size > 0)


async def test_what_goes_wrong_with_a_block_ends_the_child() -> None:
    def fail(_: memoryview) -> None:
        raise ValueError("no more of this")

    with pytest.raises(ValueError, match="no more of this"):
        async with started([PYTHON, "-c", "while True: print('x')"], limits=Limits()) as child:
            await child.pour(fail)


async def test_a_child_that_says_nothing_is_left_within_a_second() -> None:
    argv = [PYTHON, "-c", "import time; time.sleep(99)"]

    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3), started(argv, limits=Limits()) as child:
            await child.pour(len)

    assert time.monotonic() - begun < 1.3


async def test_leaving_early_ends_the_child() -> None:
    async with started([PYTHON, "-c", "while True: print('x' * 1000)"], limits=Limits()) as child:
        async for _ in child.blocks():
            break
        child.kill()
        outcome = await child.outcome()

    assert outcome.status == -signal.SIGKILL


async def test_a_child_whose_output_nobody_reads_can_be_left() -> None:
    program = "import os\nwhile True: os.write(1, bytes(1 << 20))"

    async def reading() -> None:
        async with started([PYTHON, "-c", program], limits=Limits()) as child:
            async for _ in child.blocks():
                await asyncio.sleep(60)

    task = asyncio.create_task(reading())
    await asyncio.sleep(1)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)

    assert done == {task}
    assert task.cancelled()


def test_children_die_with_a_parent_that_is_killed() -> None:
    program = (
        "import asyncio, sys\n"
        "from transcode.process import Limits, started\n"
        "async def main():\n"
        "    async with started([sys.executable, '-c', 'import os, time; "
        "print(os.getpid(), flush=True); time.sleep(99)'], limits=Limits()) as child:\n"
        "        async for block in child.blocks(1):\n"
        "            print(block.decode(), end='', flush=True)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen([PYTHON, "-c", program], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not Path(f"/proc/{pid}").exists() or _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    os.getpgid(0)
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
