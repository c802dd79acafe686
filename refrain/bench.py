"""Benchmarks: figures as JSON lines, each against a reference measured in the same run."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from base.errors import Broken
from base.settings import Settings
from refrain.bench_house import child_called, open_house
from refrain.client import Client, open_client
from refrain.figures import Measurement, Metric, say
from refrain.reference import cost_of_rungs
from transcode.ladder import FIRST, REST, rungs_for
from transcode.probe import probe
from transcode.tools import Tools, find_tools

_PLAYABLE = Metric(name="seconds_to_playable", unit="s")
_COMPLETE = Metric(name="seconds_to_complete", unit="s")
#: What verifying, measuring and hashing may cost over the encodes alone.
_CPU = Metric(name="cpu_seconds", unit="s", bar=1.6)


async def pipeline(files: Sequence[Path]) -> bool:
    """Send each master through a house of its own; answer whether every bar was met."""
    tools = await find_tools(Settings().tool_path)
    results: list[Measurement] = []
    absolute = await asyncio.to_thread(lambda: [path.resolve() for path in files])
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as name:
        async with (
            open_house(Path(name)) as house,
            open_client(house.url, house.token) as client,
        ):
            worker = child_called(child_called(house.pid, "refrain.supervising"), "--alone")
            for path in absolute:
                results += await _through(client, path, worker=worker, tools=tools)
                for one in results[-3:]:
                    say(one)
    return all(one.ok for one in results)


async def _through(client: Client, path: Path, *, worker: int, tools: Tools) -> list[Measurement]:
    before = _cpu_of_tree(worker)
    sent = await client.send(path, lambda _: None)
    added = await client.follow(sent, to_the_end=True)
    if added.seconds_to_playable is None or added.seconds_to_complete is None:
        raise Broken("not-complete", f"{path.name} became {added.state}: {added.reason}")
    cpu_s = _cpu_of_tree(worker) - before
    info = await probe(tools, path)
    first = await cost_of_rungs(tools, path, info, rungs_for(info, FIRST))
    rest = await cost_of_rungs(tools, path, info, rungs_for(info, REST))
    return [
        _PLAYABLE.measured(added.seconds_to_playable, first.wall_s, file=path.name),
        _COMPLETE.measured(added.seconds_to_complete, first.wall_s + rest.wall_s, file=path.name),
        _CPU.measured(cpu_s, first.cpu_s + rest.cpu_s, file=path.name),
    ]


def _cpu_of_tree(pid: int) -> float:
    """Answer the CPU seconds of a process and of its ended children (proc(5), 14 to 17)."""
    fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """Answer the CPU seconds of a process and of all that it started and that still run."""
    own = _cpu_of_tree(pid)
    children = [
        int(child)
        for path in Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text().split()
    ]
    return own + sum(map(cpu_of, children))
