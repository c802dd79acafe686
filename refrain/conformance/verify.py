"""`refrain media verify`: finds out what a target is, and has all of it checked."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from base.errors import Unavailable
from base.settings import Settings
from refrain.conformance.checking import (
    Bench,
    check_file,
    check_playlist,
    is_media,
    read_file,
    shown,
)
from refrain.conformance.dash import Representation, read_manifest
from refrain.conformance.dash_rules import check_manifest, check_representation
from refrain.conformance.fetch import open_http
from refrain.conformance.findings import Report, distinct, error, warning
from refrain.conformance.folder import FolderResources
from refrain.conformance.hls import read_playlist, variants_of
from refrain.conformance.limits import PLAYLIST_BYTES, RENDITIONS
from refrain.conformance.resources import Resources, Unreadable
from transcode.tools import Tools, find_tools

_PLAYLISTS, _MANIFESTS = (".m3u8", ".m3u"), (".mpd",)


async def verify(target: str, *, tools: Tools | None = None) -> Report:
    """Check a URL, a folder or a file.

    Raises:
        Unavailable: `unreadable`: there is nothing to check; or no ffmpeg was found.

    """
    tools = tools or await find_tools(Settings().tool_path)
    with tempfile.TemporaryDirectory(prefix="refrain-verify-") as name:
        folder = Path(name)
        async with _opened(target, folder) as (resources, names):
            bench = Bench(resources=resources, tools=tools, folder=folder)
            for one in names:
                await _check(bench, one)
    return Report(target=shown(target), findings=distinct(bench.findings), facts=bench.facts)


@asynccontextmanager
async def _opened(target: str, folder: Path) -> AsyncIterator[tuple[Resources, list[str]]]:
    if urlsplit(target).scheme in {"http", "https"}:
        async with open_http(folder) as resources:
            await _require_answer(resources, target)
            yield resources, [target]
        return
    path = await asyncio.to_thread(Path(target).resolve)
    if await asyncio.to_thread(path.is_dir):
        files = FolderResources(path)
        names = await asyncio.to_thread(_names_in, path)
        if not names:
            raise _unreadable(target, "the folder holds no playlist, manifest or MP4 file")
        yield files, names
    elif await asyncio.to_thread(path.is_file):
        yield FolderResources(path.parent), [path.name]
    else:
        raise _unreadable(target, "there is no such file or folder")


async def _require_answer(resources: Resources, target: str) -> None:
    try:
        answer = await resources.peek(target)
    except Unreadable as reason:
        raise _unreadable(target, str(reason)) from reason
    if not answer.is_ok:
        raise _unreadable(target, f"the answer is {answer.status}")


def _unreadable(target: str, why: str) -> Unavailable:
    return Unavailable("unreadable", f"{shown(target)} cannot be read: {why}.")


def _names_in(folder: Path) -> list[str]:
    """Answer what in a folder is checked: first what names others, then what nobody named."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())[:10_000]
    playlists = [path for path in found if path.suffix.lower() in _PLAYLISTS]
    manifests = [path for path in found if path.suffix.lower() in _MANIFESTS]
    many, named = [], set()
    for path in playlists[: 2 * RENDITIONS]:
        playlist = read_playlist(path.read_bytes()[:PLAYLIST_BYTES])
        if playlist.is_multivariant:
            many.append(path)
            uris = [one.uri for one in variants_of(playlist)]
            uris += [tag.attributes.get("URI") for tag in playlist.named("EXT-X-MEDIA")]
            named |= {_named(path, uri) for uri in uris if uri}
    alone = [path for path in playlists if path not in many and path.resolve() not in named]
    chosen = [*many, *alone, *manifests]
    if not chosen:
        chosen = [path for path in found if path.suffix.lower() in {".mp4", ".m4a"}]
    return [str(path.relative_to(folder)) for path in chosen[:RENDITIONS]]


def _named(path: Path, uri: str) -> Path:
    try:
        return (path.parent / unquote(uri)).resolve()
    except (OSError, ValueError):
        return path


async def _check(bench: Bench, name: str) -> None:
    head = await _head(bench.resources, name)
    if is_media(head):
        await check_file(bench, name)
    elif head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        await _manifest(bench, name)
    else:
        await check_playlist(bench, name)


async def _head(resources: Resources, name: str) -> bytes:
    try:
        return (await resources.peek(name)).body
    except Unreadable:
        return b""


async def _manifest(bench: Bench, name: str) -> None:
    where = shown(name)
    try:
        answer = await bench.resources.get(name)
    except Unreadable as reason:
        bench.add([error("DASH 5.3", where, f"The manifest cannot be read: {reason}.")])
        return
    manifest = await asyncio.to_thread(read_manifest, answer.body)
    bench.add(check_manifest(manifest, where))
    for one in manifest.representations:
        await _representation(bench, one, name)


async def _representation(bench: Bench, one: Representation, name: str) -> None:
    where, resources = shown(name), bench.resources
    if not one.is_indexed:
        bench.add([warning("Limits", where, f"{one.name!r} has no SegmentBase: it is not read.")])
        return
    try:
        place = name
        for uri in one.uri.split("\n"):
            place = resources.resolve(place, uri)
        stored = await resources.store(place)
    except Unreadable as reason:
        sentence = f"{one.uri[:80]!r} of {one.name!r} cannot be read: {reason}."
        bench.add([error("DASH 5.3.9.2", where, sentence)])
        return
    media = await asyncio.to_thread(read_file, stored, shown(place))
    data = await asyncio.to_thread(stored.path.read_bytes)
    bench.add(check_representation(one, media, data, where))
    if media.where not in bench.facts or "codecs" not in bench.facts[media.where]:
        await check_file(bench, place)
