"""Where backups lie: a folder or a bucket, which are there, and what each says of itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, urlsplit

from base.errors import Refused
from base.settings import Settings
from base.storage.port import Key, Storage
from base.tools import open_storage
from refrain.backups.form import (
    BACKUPS,
    MANIFEST,
    Manifest,
    is_id,
    manifest_key,
    parse_manifest,
    print_manifest,
)
from workers.scratch import open_scratch


@asynccontextmanager
async def open_place(place: str, settings: Settings) -> AsyncIterator[Storage]:
    """Open a place of backups: a folder, `file:///…` or `s3://…`.

    Raises:
        Refused: it is neither; or it is where the house keeps its own objects.

    """
    url = _url(place)
    if urlsplit(url).scheme not in {"file", "s3"}:
        raise Refused("unknown-place", "A backup goes to a folder, to file:///… or to s3://….")
    # Around it is as bad: what lies in `objects/` there would go with old backups.
    if _is_inside(url, settings.storage_url) or _is_inside(settings.storage_url, url):
        raise Refused(
            "place-of-objects",
            "That is where the house keeps its own objects: what spoils them would spoil the "
            "backup, too. Name another place.",
        )
    async with open_storage(url) as storage:
        yield storage


def make_private(place: str) -> None:
    """Make the folder of a place, if it is none yet, for nobody else's eyes; called in a thread."""
    parts = urlsplit(_url(place))
    if parts.scheme == "file":
        Path(parts.path).mkdir(mode=0o700, parents=True, exist_ok=True)


async def ids_of(place: Storage) -> list[str]:
    """Answer the backups that are whole, the oldest first."""
    return [name for name, is_whole in (await folders_of(place)).items() if is_whole]


async def folders_of(place: Storage) -> dict[str, bool]:
    """Answer all that looks like a backup, and whether it has its manifest."""
    found: dict[str, bool] = {}
    async for one in place.walk(BACKUPS):
        name, _, rest = one.key.removeprefix(BACKUPS).partition("/")
        if is_id(name):
            found[name] = found.get(name, False) or rest == MANIFEST
    return found


async def manifest_of(place: Storage, backup_id: str | None) -> Manifest:
    """Read a manifest; that of the newest backup unless one is named.

    Raises:
        Refused: `no-backup`, 404; `backup-unreadable`.

    """
    ids = await ids_of(place)
    if not ids or backup_id not in {None, *ids}:
        what = "no backup" if backup_id is None else f"no backup {backup_id}"
        raise Refused("no-backup", f"There is {what} in that place.", status=404)
    key = Key(manifest_key(backup_id or ids[-1]))
    return parse_manifest(b"".join([data async for data in place.read(key)]))


async def store_manifest(place: Storage, manifest: Manifest) -> None:
    """Let a backup be one."""
    async with place.writer() as writer:
        await writer.write(print_manifest(manifest))
        await writer.commit(Key(manifest_key(manifest.id)))


@contextmanager
def scratch_folder(scratch: Path) -> Iterator[Path]:
    """Answer a folder that goes again: where we are killed, the next worker there removes it."""
    with open_scratch(scratch, most_bytes=0) as own, own.folder() as folder:
        yield folder


def _endpoint(query: str) -> str:
    """Answer which server is meant, in whatever order its options are told."""
    return dict(parse_qsl(query)).get("endpoint", "").rstrip("/").lower()


def _url(place: str) -> str:
    return place if "://" in place else f"file://{Path(place).absolute()}"


def _is_inside(url: str, other: str) -> bool:
    one, two = urlsplit(url), urlsplit(other)
    if (one.scheme, one.netloc) != (two.scheme, two.netloc):
        return False
    if one.scheme == "s3" and _endpoint(one.query) != _endpoint(two.query):
        return False
    if one.scheme == "s3":
        return _prefix(one.path).is_relative_to(_prefix(two.path))
    return Path(one.path).resolve().is_relative_to(Path(two.path).resolve())


def _prefix(path: str) -> PurePosixPath:
    return PurePosixPath("/", path.strip("/"))
