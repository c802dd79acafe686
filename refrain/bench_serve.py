"""How fast the origin serves, beside nginx and aiohttp's own file response in the same run.

The load is wrk's, on one core; whatever is measured runs on the other. What counts is how many
requests a second of that core's time answered: a neighbour who takes turns on it changes little.
Every request has a range of its own, a ticket is checked and evidence is noted.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from base.errors import Broken, Refused
from base.settings import Settings, load_settings
from base.ticket_secrets import ticket_secret
from base.tools import open_tools
from catalog.people import issue_token
from catalog.schema import upgrade
from refrain.bench import cpu_of
from refrain.figures import Better, Measurement, Metric, say
from refrain.synthetic import make_track
from stream.tickets import seal

_CONNECTIONS = 32
_SERVER_CORE, _LOAD_CORE = "0", "1"
_START_S = 20.0
#: Fragments of the track that is asked for: a hundred megabytes.
_FRAGMENTS, _FRAGMENT_BYTES = 625, 160_000
_REQUESTS = re.compile(r"([0-9]+) requests in")
_ERRORS = re.compile(r"Non-2xx[^\n]*|Socket errors[^\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What is asked, and the process that answers; `kept` is where a file is kept from."""

    url: str
    pid: int
    kept: str
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is asked for: ranges of `size` bytes, at chance."""

    name: str
    size: int
    of_nginx: Metric
    of_aiohttp: Metric


CASES = (
    Case(
        name="160 kB segments",
        size=160_000,
        of_nginx=Metric(name="segments_of_nginx", unit="/cpu s", bar=0.4, better=Better.MORE),
        of_aiohttp=Metric(name="segments_of_aiohttp", unit="/cpu s", bar=3.0, better=Better.MORE),
    ),
    Case(
        name="64 kB ranges",
        size=64 << 10,
        of_nginx=Metric(name="ranges_of_nginx", unit="/cpu s", bar=0.4, better=Better.MORE),
        of_aiohttp=Metric(name="ranges_of_aiohttp", unit="/cpu s", better=Better.MORE),
    ),
)

#: Files to keep, whole: the FLAC of the track, beside a file of that length.
_KEPT_OF_NGINX = Metric(name="kept_of_nginx", unit="/cpu s", better=Better.MORE)
_KEPT_OF_AIOHTTP = Metric(name="kept_of_aiohttp", unit="/cpu s", better=Better.MORE)
_KEEPERS = 4
#: The same segments from copies of what lies on S3, beside the same server with a folder.
_COPIES = Metric(name="segments_of_disk", unit="/cpu s", bar=0.8, better=Better.MORE)


async def serve(*, seconds: int, turns: int, storage_url: str = "") -> bool:
    """Measure every case, and over a storage if one is named; answer whether every bar was met.

    Raises:
        Refused: wrk or nginx is not installed.

    """
    for program in ("wrk", "nginx", "taskset"):
        _found(program)
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as name:
        folder = Path(name)
        await asyncio.to_thread(folder.chmod, 0o755)  # nginx's worker is somebody else
        async with (
            _origin(folder, "data") as ours,
            _nginx(folder) as nginx,
            _file_response(folder) as bare,
        ):
            results = [
                one
                for case in CASES
                for one in await _measured(folder, case, (ours, nginx, bare), seconds, turns)
            ]
            results += await _kept(folder, (ours, nginx, bare), seconds, turns)
            if storage_url:
                async with _origin(folder, "elsewhere", storage_url=storage_url) as theirs:
                    results.append(await _copies(folder, (theirs, ours), seconds, turns))
    return all(one.ok for one in results)


async def _measured(
    folder: Path, case: Case, servers: Sequence[Server], seconds: int, turns: int
) -> list[Measurement]:
    script = _ranges(case.size)
    ours, nginx, bare = await _best(folder, script, servers, seconds, turns)
    measured = [
        case.of_nginx.measured(ours, nginx, file=case.name),
        case.of_aiohttp.measured(ours, bare, file=case.name),
    ]
    for one in measured:
        say(one)
    return measured


async def _copies(folder: Path, servers: Sequence[Server], seconds: int, turns: int) -> Measurement:
    case = CASES[0]
    copies, files = await _best(folder, _ranges(case.size), servers, seconds, turns)
    measured = _COPIES.measured(copies, files, file=f"{case.name} of S3")
    say(measured)
    return measured


async def _kept(
    folder: Path, servers: Sequence[Server], seconds: int, turns: int
) -> list[Measurement]:
    [token] = [one.token for one in servers if one.token]
    script = f'wrk.headers["Authorization"] = "Bearer {token}"\n'
    asked = [replace(one, url=one.kept) for one in servers]
    ours, nginx, bare = await _best(folder, script, asked, seconds, turns, connections=_KEEPERS)
    measured = [
        metric.measured(ours, reference, file="a FLAC of 100 MB")
        for metric, reference in ((_KEPT_OF_NGINX, nginx), (_KEPT_OF_AIOHTTP, bare))
    ]
    for one in measured:
        say(one)
    return measured


async def _best(  # noqa: PLR0913 - what is asked of whom, and how often
    folder: Path,
    script: str,
    servers: Sequence[Server],
    seconds: int,
    turns: int,
    *,
    connections: int = _CONNECTIONS,
) -> list[float]:
    """Ask each in turn, several times; the best of each counts, as noise only ever slows."""
    path = folder / "asked.lua"
    await asyncio.to_thread(path.write_text, script)
    best = [0.0] * len(servers)
    for _ in range(turns):
        for number, server in enumerate(servers):
            best[number] = max(best[number], await _load(server, path, seconds, connections))
    return best


def _ranges(size: int) -> str:
    last = _FRAGMENTS * _FRAGMENT_BYTES // size - 1
    return (
        "math.randomseed(7)\n"
        "request = function()\n"
        f"  local at = math.random(0, {last}) * {size}\n"
        f'  local range = string.format("bytes=%d-%d", at, at + {size - 1})\n'
        '  return wrk.format("GET", nil, {["Range"] = range})\n'
        "end\n"
    )


async def _load(server: Server, script: Path, seconds: int, connections: int) -> float:
    # What is slow is slow, and no error: an object store has to wake up at first.
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    argv += ["-s", str(script), server.url]
    before_s = cpu_of(server.pid)
    said = await _output(["taskset", "-c", _LOAD_CORE, *argv])
    spent_s = cpu_of(server.pid) - before_s
    if wrong := _ERRORS.search(said):
        raise Broken("bench-failed", f"{server.url}: {wrong[0]}")
    requests = _REQUESTS.search(said)
    if requests is None or not spent_s:
        raise Broken("bench-failed", f"wrk said nothing of {server.url}: {said}")
    return int(requests[1]) / spent_s


@asynccontextmanager
async def _origin(folder: Path, name: str, *, storage_url: str = "") -> AsyncIterator[Server]:
    """Run the server as it is run, on one core, with a track that is a hundred megabytes long."""
    data = folder / name
    await asyncio.to_thread(data.mkdir)
    limits = {
        f"{whose}_{what}_per_minute": 10**15
        for whose in ("address", "account")
        for what in ("requests", "bytes")
    }
    settings = load_settings(
        data_dir=data, port=0, log_level="warning", storage_url=storage_url, **limits
    )
    ticket, track, token = await _prepared(settings, folder)
    argv = [sys.executable, "-m", "refrain", "serve"]
    async with _running(argv, settings.environment()) as (pid, said):
        found = re.search(r"http://[^\"]+", said)
        if found is None:
            raise Broken("no-address", f"The server said {said!r}.")
        yield Server(
            url=f"{found[0]}/media/{ticket}/aac-128.mp4",
            pid=pid,
            kept=f"{found[0]}/api/v1/tracks/{track}/downloads/flac",
            token=token,
        )


async def _prepared(settings: Settings, folder: Path) -> tuple[str, UUID, str]:
    """Answer the ticket of a session, its track, and a token of who may keep it."""
    async with open_tools(settings) as tools:
        await upgrade(tools.database)
        made = await make_track(tools, fragments=_FRAGMENTS, fragment_bytes=_FRAGMENT_BYTES)
        await asyncio.to_thread((folder / "track.mp4").write_bytes, made.bodies["aac-128"])
        async with tools.database.begin() as session:
            token = await issue_token(session, made.artist, label="bench", now=tools.clock())
    return seal(made.session_id, ticket_secret(settings)), made.track_id, token


@asynccontextmanager
async def _nginx(folder: Path) -> AsyncIterator[Server]:
    port = await _free_port()
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind}; "
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = (
        f"worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        "events { worker_connections 512; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; {paths}\n"
        "keepalive_requests 100000000;\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n"
    )
    conf = folder / "nginx.conf"
    await asyncio.to_thread(conf.write_text, text)
    async with _running([_found("nginx"), "-c", str(conf)], None) as (pid, _):
        url = f"http://127.0.0.1:{port}/track.mp4"
        yield Server(url=url, pid=pid, kept=url)


@asynccontextmanager
async def _file_response(folder: Path) -> AsyncIterator[Server]:
    port = await _free_port()
    program = (
        "import sys, uvloop\n"
        "from aiohttp import web\n"
        "app = web.Application()\n"
        "path = sys.argv[1]\n"
        "async def get(request): return web.FileResponse(path)\n"
        "app.router.add_get('/track.mp4', get)\n"
        "uvloop.install()\n"
        "web.run_app(app, host='127.0.0.1', port=int(sys.argv[2]), access_log=None, print=None)\n"
    )
    argv = [sys.executable, "-W", "ignore", "-c", program, str(folder / "track.mp4"), str(port)]
    async with _running(argv, None) as (pid, _):
        url = f"http://127.0.0.1:{port}/track.mp4"
        yield Server(url=url, pid=pid, kept=url)


@asynccontextmanager
async def _running(
    argv: Sequence[str], env: dict[str, str] | None
) -> AsyncIterator[tuple[int, str]]:
    """Run a server on its core; answer its id, and its first line where it has settings of ours."""
    child = await asyncio.create_subprocess_exec(
        *("taskset", "-c", _SERVER_CORE, *argv),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=None if env else asyncio.subprocess.DEVNULL,
    )
    try:
        line = b""
        if child.stdout is not None and env is not None:
            line = await asyncio.wait_for(child.stdout.readline(), _START_S)
        else:
            await asyncio.sleep(2)
        yield child.pid, line.decode()
    finally:
        child.terminate()
        await child.wait()


async def _free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def _output(argv: Sequence[str]) -> str:
    child = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    said, _ = await child.communicate()
    return said.decode()


def _found(program: str) -> str:
    # nginx lies where not everybody looks.
    found = shutil.which(program, path=f"{os.defpath}:/usr/sbin:/sbin:/usr/local/bin")
    if found is None:
        raise Refused("missing-program", f"{program} is not installed: apt-get install {program}.")
    return found
