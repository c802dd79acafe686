"""What a deployed house has: whether its parts are reached, keep what they are given, and agree.

Each is really asked and tried: an object is written, read back and removed.
"""

from __future__ import annotations

import asyncio
import resource
import secrets
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from base.clock import Clock
from base.database import Database, time_of
from base.discretion import discretion_of
from base.errors import RefrainError
from base.settings import Settings, listed
from base.storage.port import Storage, key_of
from base.tools import open_storage
from base.valkey import condition_of, open_valkey
from catalog.restorations import Held, held_by, sees_going_back
from catalog.schema import newest, revision_of
from refrain.diagnosis import Finding

#: Clocks that differ by more are told of: leases and tickets are compared by several machines.
_SKEW = timedelta(seconds=2)
#: Part of a disk that should be free, and bytes that are enough however large it is.
_FREE_PART, _FREE_BYTES = 0.1, 20 * 2**30
#: A server keeps one for each listener, each file and each connection.
_DESCRIPTORS = 8_192
#: Fewer different characters are no secret by chance.
_VARIED = 10
_ZONES = 400


async def database_at_head(database: Database) -> Finding:
    """Say whether the tables are those of this version."""
    found, name = await revision_of(database), "tables"
    ok = found == newest()
    told = f"step {found}" if ok else f"step {found or 0}, of {newest()}"
    return Finding(name=name, ok=ok, found=told, mend="refrain migrate")


async def money(database: Database) -> list[Finding]:
    """Say whether money that leaves is held, as what left may leave again."""
    if await revision_of(database) != newest():
        return []
    async with database.read() as session:
        held, sees = await held_by(session), await sees_going_back(session)
    if held is None:
        found = "not held" if sees else "not held; nobody would see that the database went back"
        return [Finding(name="money", ok=True, found=found)]
    found = f"payouts and refunds are held: {_why(held)}"
    mend = "compare with bank and providers, then refrain books resume (docs/backup.md)"
    return [Finding(name="money", ok=False, found=found, mend=mend)]


def _why(held: Held) -> str:
    if held.restored_at is None:
        return "PostgreSQL went back, failed over, is another, or tells other than it did"
    of = "its database went back" if held.rows_at is None else f"rows are of {held.rows_at:%F %T}"
    return f"restored on {held.restored_at:%F %T}, {of}"


async def database_clock(database: Database, clock: Clock) -> list[Finding]:
    """Say how far the clock of a PostgreSQL is from ours."""
    begun = clock()
    async with database.read() as session:
        theirs = await time_of(session)
    return [] if theirs is None else [_clock("database", theirs, begun, clock())]


async def broker(settings: Settings, clock: Clock) -> list[Finding]:
    """Say whether a Redis or Valkey elsewhere keeps what it is given, and what time it has."""
    name, begun = "broker", clock()
    try:
        async with open_valkey(settings.redis_url) as valkey:
            async with asyncio.timeout(5):
                found = await condition_of(valkey)
    except (RefrainError, TimeoutError):
        mend = "start it, or check REFRAIN_REDIS_URL"
        return [Finding(name=name, ok=False, found="does not answer", mend=mend)]
    keeps = found.eviction in {"noeviction", None}
    policy = found.eviction or "unknown"
    return [
        _clock(name, found.at, begun, clock()),
        Finding(
            name="broker when full",
            ok=keeps,
            found=f"maxmemory-policy {policy}",
            mend="CONFIG SET maxmemory-policy noeviction: messages and evidence would go unread",
        ),
        Finding(
            name="broker writes down",
            ok=found.is_written_down,
            found="yes" if found.is_written_down else "no",
            mend="appendonly yes: what is on its way outlives a restart, and is not sent again",
        ),
    ]


async def storage_kept(settings: Settings, clock: Clock) -> list[Finding]:
    """Write an object, read it back, and remove it; say what time the storage has."""
    kind = settings.storage_url.partition(":")[0]
    try:
        async with open_storage(settings.storage_url) as storage:
            begun = clock()
            stored_at = await _tried(storage)
            ended = clock()
    except (RefrainError, OSError, ValueError) as error:
        mend = "check REFRAIN_STORAGE_URL, the AWS variables, and who may write there"
        found = discretion_of(settings).told(f"{kind}: {error}")
        return [Finding(name="storage", ok=False, found=found[:200], mend=mend)]
    kept = Finding(name="storage", ok=True, found=f"{kind}, written, read back and removed")
    # Listings of S3 tell whole seconds.
    return [kept, _clock("storage", stored_at, begun - timedelta(seconds=1), ended)]


async def _tried(storage: Storage) -> datetime:
    content = secrets.token_bytes(4096)
    key = key_of("health", secrets.token_hex(32))
    async with storage.writer() as writer:
        await writer.write(content)
        await writer.commit(key)
    try:
        if b"".join([data async for data in storage.read(key)]) != content:
            raise ValueError("what was read is not what was written")
        async for one in storage.walk(key):
            return one.stored_at
        raise ValueError("what was written is not listed")
    finally:
        await storage.delete(key)


def disks(settings: Settings) -> list[Finding]:
    """Say how much is free where this machine writes."""
    places = {
        "data": settings.data_dir,
        "scratch": settings.scratch_dir or settings.data_dir / "scratch",
        "cache": settings.cache_dir or settings.data_dir / "cache",
    }
    if settings.storage_url.startswith("file:"):
        places["objects"] = Path(settings.storage_url.partition("://")[2])
    seen: dict[int, Finding] = {}
    for name, folder in places.items():
        there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
        seen.setdefault(there.stat().st_dev, _disk(name, there))
    return list(seen.values())


def _disk(name: str, folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    ok = usage.free >= min(usage.total * _FREE_PART, _FREE_BYTES)
    found = f"{usage.free / 2**30:.1f} of {usage.total / 2**30:.1f} GiB are free at {folder}"
    mend = "make room: uploads are refused (507) and jobs wait when it is full"
    return Finding(name=f"disk of {name}", ok=ok, found=found, mend=mend)


def descriptors() -> Finding:
    """Say how many files and connections a process may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    ok = soft == resource.RLIM_INFINITY or soft >= _DESCRIPTORS
    mend = f"ulimit -n {_DESCRIPTORS}, or LimitNOFILE={_DESCRIPTORS} in systemd, for servers"
    return Finding(name="file descriptors", ok=ok, found=f"{soft} (at most {hard})", mend=mend)


def zones(settings: Settings) -> Finding:
    """Say whether there are data of time zones, and those of the books."""
    number, zone = len(available_timezones()), settings.books_zone or "UTC"
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        number = 0
    found = f"{number} known, the books in {zone}"
    mend = "pip install tzdata, or apt-get install tzdata"
    return Finding(name="time zones", ok=number >= _ZONES, found=found, mend=mend)


def secret_settings(settings: Settings) -> Finding:
    """Say whether secrets are such, and whether all servers have the same."""
    weak = [
        name
        for name, value in (
            ("REFRAIN_TICKET_SECRET", settings.ticket_secret),
            ("REFRAIN_EDGE_SECRET", settings.edge_secret),
        )
        if any(len(set(one)) < _VARIED for one in listed(value) if one)
    ]
    if weak:
        mend = "openssl rand -base64 48"
        found = f"{' and '.join(weak)} can be guessed"
        return Finding(name="secrets", ok=False, found=found, mend=mend)
    is_apart = not settings.database_url.startswith("sqlite")
    if is_apart and not settings.ticket_secret.get_secret_value():
        mend = (
            "set REFRAIN_TICKET_SECRET to the same on all: another server refuses what one signed"
        )
        return Finding(name="secrets", ok=False, found="each server has its own", mend=mend)
    return _private(settings)


def _private(settings: Settings) -> Finding:
    path = settings.data_dir / "ticket.secret"
    ok = not path.exists() or not path.stat().st_mode & 0o077
    found = "as they should be" if ok else f"others may read {path}"
    return Finding(name="secrets", ok=ok, found=found, mend=f"chmod 600 {path}")


def _clock(name: str, theirs: datetime, begun: datetime, ended: datetime) -> Finding:
    """Compare a time that was told between two of ours: in between it is the same."""
    ahead, behind = theirs.astimezone(UTC) - ended, begun - theirs.astimezone(UTC)
    differs = max(ahead, behind, timedelta(0))
    way = "ahead of" if ahead > behind else "behind"
    found = "the same" if differs <= _SKEW else f"{differs.total_seconds():.0f} s {way} ours"
    mend = "let all machines follow one time (NTP: chrony, systemd-timesyncd)"
    return Finding(name=f"clock of {name}", ok=differs <= _SKEW, found=found, mend=mend)
