"""The quality report as a page: what to mend, where it is, and what all of it looks like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from catalog.music import Published
from stream.api.quality import QualityDocument, picture_key, quality_of
from stream.api.tracks import own_track, read_all
from stream.identity.callers import caller_or_none
from stream.keys import TOOLS
from stream.pages.drawing import (
    LOUDEST_LUFS,
    QUIETEST_LUFS,
    loudness_path,
    loudness_y,
    marks,
    waveform_path,
)
from stream.pages.render import account_of, page

#: More times than these are in the report as JSON.
_MOST_TIMES = 8


async def get_quality_page(request: web.Request) -> web.Response:
    """Show the report to who sent the master."""
    found = await own_track(request, request.match_info["track"])
    report = quality_of(found)
    async with request.app[TOOLS].database.read() as session:
        account = await account_of(
            session, await caller_or_none(request), now=request.app[TOOLS].clock()
        )
    context = {
        "track": found.track,
        "report": report,
        "account": account,
        "findings": [_finding(one, found) for one in report.model_dump()["findings"]],
        "figures": list(_figures(report)),
        "drawing": await _drawing(request, found, report),
    }
    return page(request, "quality.html", context)


async def _drawing(
    request: web.Request, found: Published, report: QualityDocument
) -> dict[str, Any] | None:
    if report.pictures is None or report.loudness is None:
        return None
    data = json.loads(await read_all(request, picture_key(found.master, "overview.json")))
    integrated = report.loudness.integrated_lufs
    return {
        "waveform": waveform_path(data["waveform"]["lowest"], data["waveform"]["highest"]),
        "momentary": loudness_path(data["loudness"]["momentary_lufs"]),
        "short_term": loudness_path(data["loudness"]["short_term_lufs"]),
        "integrated_y": None if integrated is None else loudness_y(integrated),
        "loudest": LOUDEST_LUFS,
        "quietest": QUIETEST_LUFS,
    }


def _finding(finding: dict[str, Any], found: Published) -> dict[str, Any]:
    at = finding["at"] or []
    times = [_time(start) for start, _ in at[:_MOST_TIMES]]
    if len(at) > _MOST_TIMES:
        times.append(f"and {len(at) - _MOST_TIMES} more")
    return {**finding, "marks": marks(at, found.duration_s or 0.0), "times": times}


def _time(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"


def _figures(report: QualityDocument) -> Iterator[tuple[str, str]]:
    if (loudness := report.loudness) is not None:
        yield "Loudness", _level(loudness.integrated_lufs, "LUFS")
        yield "Loudest moment", _level(loudness.max_momentary_lufs, "LUFS")
        yield "Loudest 3 s", _level(loudness.max_short_term_lufs, "LUFS")
        yield "Range", _level(loudness.range_lu, "LU")
        yield "True peak", _level(loudness.true_peak_dbtp, "dBTP")
    source = report.source
    if source.sample_rate is not None:
        depth = f"{source.bit_depth} bit, " if source.bit_depth else ""
        yield "File", f"{source.codec}, {depth}{source.sample_rate / 1000:g} kHz"
    if report.gain_db:
        yield "Lossy headroom, at least", f"{-report.gain_db:.1f} dB"


def _level(value: float | None, unit: str) -> str:
    return "silence" if value is None else f"{value:.1f} {unit}"
