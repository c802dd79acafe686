"""How soon a first page is there on a slow telephone, beside one as heavy that does nothing.

A house with a few releases is looked at as a visitor and as somebody who is signed in, each time as
who was never there. The reference is files that aiohttp sends, with as many bytes of page, style,
script and the rest, of which none needs any work.
"""

from __future__ import annotations

import asyncio
import io
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import soundfile
from PIL import Image
from playwright.async_api import Browser

from base.errors import Broken
from refrain.api_client import Operations, open_operations
from refrain.bench_browser import Seen, open_browser, seen
from refrain.bench_house import House, open_house, running
from refrain.corpus.pieces import band
from refrain.figures import Measurement, Metric, say

_RELEASES, _TRACKS, _RATE, _SECONDS = 4, 3, 44_100, 3
_COVER_PX = 1400
_POLL_S = 0.2
_MADE_S = 300.0
#: These stand for themselves, and are held to a bar of their own.
_ITSELF = 1.0
_FCP = Metric(name="page_fcp", unit="ms")
_LCP = Metric(name="page_lcp", unit="ms")
_USABLE = Metric(name="page_usable", unit="ms")
_SOON = Metric(name="page_usable_of_a_second", unit="ms", bar=1.0)
_BLOCKED = Metric(name="page_blocked", unit="ms")
_SHIFTED = Metric(name="page_shifted", unit="", bar=0.01)
_SCRIPT = Metric(name="page_script", unit="kB", bar=1.0)
_WEIGHT = Metric(name="page_weight", unit="kB")
_REQUESTS = Metric(name="page_requests", unit="")
_SECOND_MS, _SCRIPT_KB = 1000.0, 150.0
_PLAIN = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Plain</title>"
    "<link rel=icon href=data:,>"
    '<meta name=viewport content="width=device-width"><link rel=stylesheet href=style.css>'
    "<script type=module src=script.js></script><h1>Plain</h1><img src=rest.svg alt>"
)
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><!--{}--></svg>'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A page that is looked at, by somebody or by nobody."""

    name: str
    url: str
    token: str = ""


async def pages(*, rounds: int) -> bool:
    """Look at each page so many times, of which the middle counts; answer whether bars were met."""
    results: list[Measurement] = []
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as name:
        folder = Path(name)
        async with open_house(folder / "house", "--workers", "1") as house:
            release = await _put_out(house)
            async with open_browser() as browser:
                for place in _places(house, release):
                    results += await _compared(browser, place, folder / place.name, rounds)
    for one in results:
        say(one)
    return all(one.ok for one in results)


def _places(house: House, release: str) -> Sequence[_Place]:
    return [
        _Place(name="home", url=house.url),
        _Place(name="release", url=f"{house.url}/releases/{release}"),
        _Place(name="home of somebody", url=house.url, token=house.token),
    ]


async def _compared(
    browser: Browser, place: _Place, folder: Path, rounds: int
) -> list[Measurement]:
    """Look at a page and at a plain one in turns."""
    first = await seen(browser, place.url, token=place.token)  # the house reads its templates
    ours, plain = [], []
    async with _plain(folder, first.sent) as url:
        for _ in range(rounds):
            ours.append(await seen(browser, place.url, token=place.token))
            plain.append(await seen(browser, url))
    return _figures(_middle(ours), _middle(plain), place.name)


def _middle(all_seen: Sequence[Seen]) -> Seen:
    return Seen(
        fcp_ms=median(one.fcp_ms for one in all_seen),
        lcp_ms=median(one.lcp_ms for one in all_seen),
        shifted=median(one.shifted for one in all_seen),
        blocked_ms=median(one.blocked_ms for one in all_seen),
        usable_ms=median(one.usable_ms for one in all_seen),
        requests=all_seen[0].requests,
        sent=all_seen[0].sent,
    )


def _figures(ours: Seen, plain: Seen, name: str) -> list[Measurement]:
    sent, beside = (sum(one.sent.values()) / 1000 for one in (ours, plain))
    return [
        _FCP.measured(ours.fcp_ms, plain.fcp_ms, file=name),
        _LCP.measured(ours.lcp_ms, plain.lcp_ms, file=name),
        _USABLE.measured(ours.usable_ms, plain.usable_ms, file=name),
        _SOON.measured(ours.usable_ms, _SECOND_MS, file=name),
        _BLOCKED.measured(ours.blocked_ms, _ITSELF, file=name),
        _SHIFTED.measured(ours.shifted, _ITSELF, file=name),
        _SCRIPT.measured(ours.sent["script"] / 1000, _SCRIPT_KB, file=name),
        _WEIGHT.measured(sent, beside, file=name),
        _REQUESTS.measured(ours.requests, plain.requests, file=name),
    ]


@asynccontextmanager
async def _plain(folder: Path, sent: Mapping[str, int]) -> AsyncIterator[str]:
    """Serve a page of the same weight that asks for nothing to be done."""
    await asyncio.to_thread(_write_plain, folder, sent)
    argv = [sys.executable, "-m", "refrain.bare", str(folder)]
    async with running(argv, speaks=True) as (_, line):
        yield f"{line.decode().strip()}/files/index.html"


def _write_plain(folder: Path, sent: Mapping[str, int]) -> None:
    folder.mkdir()
    _write(folder / "index.html", _PLAIN + "<!--{}-->", sent["page"])
    _write(folder / "style.css", "h1{{color:#333}}/*{}*/", sent["style"])
    _write(folder / "script.js", "/*{}*/", sent["script"])
    _write(folder / "rest.svg", _SVG, sent["other"])


def _write(path: Path, form: str, size: int) -> None:
    """Write so many bytes: what the form has, and letters that mean nothing."""
    path.write_text(form.format(secrets.token_hex(max(0, size - len(form)) // 2)))


async def _put_out(house: House) -> str:
    """Have releases with covers come out; answer the last."""
    music = await asyncio.to_thread(band, 7, _RATE, float(_SECONDS))
    async with open_operations(house.url, house.token, total_s=None) as operations:
        for number in range(_RELEASES):
            release = await _release(operations, number, music)
    return release


async def _release(operations: Operations, number: int, music: np.ndarray) -> str:
    begun = await operations.post_release({"title": f"Tide {number}", "artist": "Ada Quince"})
    release = begun["id"]
    await operations.put_artwork(release, await asyncio.to_thread(_cover, number))
    for turn in range(_TRACKS):
        turned = np.roll(music, (number * _TRACKS + turn) * 9_973, axis=0)
        file = await asyncio.to_thread(_written, turned)
        await operations.put_master(f"0{turn + 1} Song.wav", file, release=release)
    await _made(operations, release)
    await operations.patch_release(release, {"genres": ["ambient"]})
    await operations.publish_release(release)
    return release


async def _made(operations: Operations, release: str) -> None:
    """Wait until nothing is missing that a worker makes.

    Raises:
        Broken: something else is missing.
        TimeoutError: it takes too long.

    """
    async with asyncio.timeout(_MADE_S):
        while True:
            found = await operations.get_release(release)
            codes = {one["code"] for one in found["findings"] or () if one["severity"] == "error"}
            states = {one["state"] for one in found["tracks"]}
            if not codes and states == {"complete"}:
                return
            if "rejected" in states:
                raise Broken("not-made", f"A track was refused: {sorted(codes)}")
            await asyncio.sleep(_POLL_S)


def _written(music: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, music, _RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _cover(seed: int) -> bytes:
    """Draw a cover with as much in it as a photograph has."""
    chance = np.random.default_rng(seed)
    coarse = chance.integers(0, 256, (28, 28, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((_COVER_PX, _COVER_PX)).save(file, "JPEG", quality=90)
    return file.getvalue()
