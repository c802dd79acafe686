"""The commands of backups: do it, tell what was done, answer the exit status."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from rich.console import Console
from rich.table import Table

from base.clock import system_clock
from base.settings import Settings
from base.tools import open_tools
from catalog.restorations import held_by
from refrain.backups.checking import Checked, check, open_rows
from refrain.backups.form import Manifest
from refrain.backups.places import ids_of, make_private, manifest_of, open_place
from refrain.backups.restoring import Restored, restore, restore_objects
from refrain.backups.taking import Taken, take
from refrain.house import alone
from refrain.output import say, say_table

_MB = 1_000_000
_HELD = (
    "Payout runs and refunds are held, as what was paid since would be paid again: compare with "
    "the bank and the providers, then `refrain books resume`."
)


async def backup_and_tell(
    settings: Settings, where: str, *, keep: int | None, as_json: bool
) -> int:
    """Take a backup; answer 1 where the house itself lacked objects."""
    async with open_tools(settings) as tools, open_place(where, settings) as place:
        await asyncio.to_thread(make_private, where)
        manifest, taken = await take(tools, place, scratch=_scratch(settings), keep=keep)
    if as_json:
        say(json.dumps({**_told(manifest), **_taken(taken)}))
    else:
        _print_taken(manifest, taken)
    return 1 if taken.missing else 0


async def list_backups(settings: Settings, where: str, *, as_json: bool) -> None:
    """Tell which backups there are, the oldest first."""
    async with open_place(where, settings) as place:
        found = [await manifest_of(place, one) for one in await ids_of(place)]
    if as_json:
        for one in found:
            say(json.dumps(_told(one)))
        return
    table = Table("backup", "at", "database", "step", "objects", "MB", "missing", box=None)
    for one in found:
        size = f"{one.objects_bytes / _MB:.0f}"
        at, objects = f"{one.at:%Y-%m-%d %H:%M:%S}", str(one.objects.rows)
        table.add_row(one.id, at, one.kind, one.revision, objects, size, str(len(one.missing)))
    say_table(table)


async def verify_and_tell(  # noqa: PLR0913 - as many ways to look
    settings: Settings,
    where: str,
    backup_id: str | None,
    *,
    share: float,
    server: str | None,
    opens: bool,
    as_json: bool,
) -> int:
    """Look through a backup; answer 1 where something is wrong with it."""
    faults = Checked()
    async with open_place(where, settings) as place:
        manifest = await manifest_of(place, backup_id)
        await check(place, manifest, share=share, now=system_clock(), faults=faults)
        if opens:
            told = server or settings.database_url
            scratch = _scratch(settings)
            await open_rows(place, manifest, scratch=scratch, server=told, faults=faults)
    _tell_checked(manifest, faults, as_json=as_json)
    return 1 if faults.faults else 0


async def restore_and_tell(
    settings: Settings, where: str, backup_id: str | None, *, replaces: bool, as_json: bool
) -> int:
    """Bring a backup back; answer 1 where it did not have all objects."""
    scratch = _scratch(settings)
    async with (
        _house_at_rest(settings),
        open_tools(settings) as tools,
        open_place(where, settings) as place,
    ):
        manifest = await manifest_of(place, backup_id)
        restored = await restore(tools, place, manifest, scratch=scratch, replaces=replaces)
    return _tell_restored(_told(manifest), restored, is_held=True, as_json=as_json)


async def restore_objects_and_tell(
    settings: Settings, where: str, *, went_back: bool, as_json: bool
) -> int:
    """Bring back objects alone, of whichever backup; answer 1 where some are in none."""
    async with open_tools(settings) as tools, open_place(where, settings) as place:
        scratch = _scratch(settings)
        restored = await restore_objects(tools, place, scratch=scratch, went_back=went_back)
        async with tools.database.read() as session:
            is_held = await held_by(session) is not None  # whatever we were told of rows
    return _tell_restored({}, restored, is_held=is_held, as_json=as_json)


@asynccontextmanager
async def _house_at_rest(settings: Settings) -> AsyncIterator[None]:
    """Keep a house of this folder from starting meanwhile, where it keeps its rows there."""
    is_own = settings.database_url.startswith("sqlite")
    with alone(settings.data_dir) if is_own else nullcontext():
        yield


def _scratch(settings: Settings) -> Path:
    return settings.scratch_dir or settings.data_dir / "scratch"


def _told(manifest: Manifest) -> dict[str, object]:
    return {
        "backup": manifest.id,
        "at": manifest.at.isoformat(),
        "kind": manifest.kind,
        "revision": manifest.revision,
        "objects": manifest.objects.rows,
        "objects_bytes": manifest.objects_bytes,
        "missing": [one.key for one in manifest.missing],
    }


def _taken(taken: Taken) -> dict[str, object]:
    return {
        "copied": taken.copied,
        "copied_bytes": taken.copied_bytes,
        "gone": taken.gone,
    }


def _print_taken(manifest: Manifest, taken: Taken) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for one in manifest.missing:
        console.print(f"{one.key} is {one.why} in the house itself: see `refrain fsck`")
    console.print(
        f"Backup {manifest.id}: {taken.objects} objects, of which {taken.copied} "
        f"({taken.copied_bytes / _MB:.1f} MB) were copied now; {len(taken.gone)} old backups went.",
        style="bold red" if taken.missing else "bold green",
    )


def _tell_checked(manifest: Manifest, found: Checked, *, as_json: bool) -> None:
    if as_json:
        faults = [{"subject": subject, "fault": fault} for subject, fault in found.faults]
        counts = {"looked_at": found.objects, "read": found.read, "opened": found.is_opened}
        say(json.dumps({**_told(manifest), **counts, "faults": faults}))
        return
    console = Console(highlight=False, soft_wrap=True)
    for subject, fault in found.faults:
        console.print(f"{subject}: {fault}")
    opened = "the database opens" if found.is_opened else "the database was not opened"
    console.print(
        f"Backup {manifest.id}: {len(found.faults)} faults; {found.objects} objects, of which "
        f"{found.read} were read; {opened}.",
        style="bold red" if found.faults else "bold green",
    )


def _tell_restored(
    told: dict[str, object], found: Restored, *, is_held: bool, as_json: bool
) -> int:
    if as_json:
        counts = {"copied": found.copied, "copied_bytes": found.copied_bytes, "there": found.there}
        say(json.dumps({**told, **counts, "held": is_held, "missing": found.missing}))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for key in found.missing:
            console.print(f"{key} is not in the backup as it should be: see `refrain fsck`")
        console.print(
            f"{found.copied} objects ({found.copied_bytes / _MB:.1f} MB) were copied, "
            f"{found.there} were there.",
            style="bold red" if found.missing else "bold green",
        )
        if is_held:
            console.print(_HELD, style="bold yellow")
    return 1 if found.missing else 0
