"""What a child may not do, tried by children that do it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.support.masters import ROOT
from transcode import reach, syscalls
from transcode.process import Limits, Outcome, capture, run, started
from transcode.reach import Reach, of_python

PYTHON = str(Path(sys.executable).resolve())  # its environment is out of reach
MIB = 1 << 20

fenced = pytest.mark.skipif(not reach.version(), reason="needs a kernel with Landlock")
filtered = pytest.mark.skipif(not syscalls.is_known(), reason="there is no filter for this machine")


async def tried(program: str, reach: Reach | None = None, limits: Limits | None = None) -> Outcome:
    return await run(
        [PYTHON, "-c", program], limits=limits or Limits(cpu_s=20), reach=reach or Reach()
    )


def said(outcome: Outcome) -> str:
    assert outcome.status == 1, outcome
    return outcome.errors[-1]


LIMITS = {
    "Max cpu time": "cpu_s",
    "Max address space": "memory_bytes",
    "Max file size": "output_bytes",
    "Max open files": "open_files",
}


async def test_a_living_child_has_the_limits_it_was_given() -> None:
    limits = Limits(cpu_s=77, memory_bytes=999 * MIB, output_bytes=5 * MIB, open_files=33)
    program = "import os, time; print(f'{os.getpid():9}', flush=True); time.sleep(99)"

    async with started([PYTHON, "-c", program], limits=limits) as child:
        pid = int(await anext(child.blocks(10)))
        table, status = told_of(pid, "limits"), told_of(pid, "status")
        child.kill()

    rows = {line[:26].strip(): line[26:].split()[:2] for line in table.splitlines()}
    for row, name in LIMITS.items():
        assert rows[row] == [str(getattr(limits, name))] * 2, row
    assert rows["Max core file size"] == ["0", "0"]
    assert "NoNewPrivs:\t1" in status
    assert not syscalls.is_known() or "Seccomp:\t2" in status


def told_of(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_text()


async def test_a_child_is_told_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFRAIN_TICKET_SECRET", "a secret of the house that nobody may know")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/usr/lib")
    program = "import os; print(*sorted(os.environ))"

    output, _ = await capture([PYTHON, "-c", program], limits=Limits())

    assert output.split() == [b"LANG", b"LD_LIBRARY_PATH", b"PATH", b"PYTHONPATH"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs prctl")
async def test_privileges_are_given_up_where_there_is_no_filter() -> None:
    program = "print(open('/proc/self/status').read())"
    launched = (str(ROOT / "transcode/launch.py"), str(os.getpid()), "-1", "", "")

    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", *launched, PYTHON, "-c", program), stdout=PIPE
    )
    output, _ = await child.communicate()

    assert b"NoNewPrivs:\t1" in output


async def test_a_child_without_its_limits_does_not_run() -> None:
    outcome = await tried("print('here')", limits=Limits(open_files=1 << 40))

    assert outcome.status == 126
    assert outcome.errors[-1].startswith("the limit 7:1099511627776 cannot be set")


async def test_a_hog_of_processor_time_is_killed() -> None:
    outcome = await tried("while True: pass", limits=Limits(cpu_s=1))

    assert -outcome.status in {signal.SIGXCPU, signal.SIGKILL}


async def test_a_hog_of_memory_gets_none() -> None:
    outcome = await tried("x = bytearray(2 << 30)", limits=Limits(memory_bytes=512 * MIB))

    assert said(outcome) == "MemoryError"


async def test_a_hog_of_files_gets_no_more_of_them() -> None:
    program = "import os\nwhile True: os.open('/dev/null', 0)"

    assert "Too many open files" in said(await tried(program, limits=Limits(open_files=50)))


async def test_a_hog_of_disk_is_stopped(tmp_path: Path) -> None:
    program = f"f = open({str(tmp_path / 'big')!r}, 'wb')\nwhile True: f.write(bytes(1 << 20))"

    outcome = await tried(program, Reach(writes=(tmp_path,)), Limits(output_bytes=5 * MIB))

    assert outcome.status != 0
    assert (tmp_path / "big").stat().st_size <= 5 * MIB


@filtered
@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
    ],
)
async def test_a_child_begins_no_connection_and_no_process(program: str) -> None:
    assert "Operation not permitted" in said(await tried(program))


async def test_a_child_may_have_threads() -> None:
    program = "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()"

    assert (await tried(program)).status == 0


@fenced
@pytest.mark.parametrize(
    "program",
    [
        "open('{canary}').read()",
        "import os; os.listdir('{folder}')",
        "open('/etc/passwd')",
        "open('/proc/self/environ')",
        "open('{folder}/new', 'w')",
        "import os; os.unlink('{canary}')",
        "import os; os.rename('{master}', '{folder}/out/x')",
        "open('{master}', 'r+')",
        "import os; os.symlink('{canary}', '{folder}/out/link')",
        "import os; os.mkfifo('{folder}/out/pipe')",
    ],
)
async def test_a_child_reaches_nothing_that_it_was_not_given(tmp_path: Path, program: str) -> None:
    (tmp_path / "out").mkdir()
    for name in ("canary", "master"):
        (tmp_path / name).write_text(name)
    names = {"folder": tmp_path, "canary": tmp_path / "canary", "master": tmp_path / "master"}

    outcome = await tried(
        program.format(**names), Reach(reads=(tmp_path / "master",), writes=(tmp_path / "out",))
    )

    assert "Permission denied" in said(outcome)
    assert names_in(tmp_path) == ["canary", "master", "out"]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


async def test_a_child_reads_and_writes_what_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "master").write_text("music")
    out = tmp_path / "out"
    out.mkdir()
    program = (
        f"text = open({str(tmp_path / 'master')!r}).read()\n"
        f"open({str(out / 'copy')!r}, 'w').write(text)\n"
        f"open({str(out / 'copy')!r}, 'w').write(text.upper())\n"
        f"print(open({str(out / 'copy')!r}).read(), end='')"
    )

    output, outcome = await capture(
        [PYTHON, "-c", program],
        limits=Limits(),
        reach=Reach(reads=(tmp_path / "master",), writes=(out,)),
    )

    assert (output, outcome.status) == (b"MUSIC", 0)


@fenced
async def test_a_child_of_ours_imports_our_rooms_and_reads_nothing_beside_them(
    tmp_path: Path,
) -> None:
    master = tmp_path / "master"
    master.write_text("music")
    program = (
        f"import mutagen, base.errors, ingest.sniff\nprint(open({str(master)!r}).read())\n"
        f"open({str(ROOT / 'pyproject.toml')!r})"
    )

    output, outcome = await capture(
        [sys.executable, "-c", program], limits=Limits(), reach=of_python(reads=(master,))
    )

    assert output == b"music\n"
    assert "Permission denied" in said(outcome)
