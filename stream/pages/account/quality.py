"""The quality report as a page: what to mend, where it is, and what all of it looks like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from catalog.music import Published
from stream.api.quality import QualityDocument, picture_key, quality_of
from stream.api.tracks import own_track, read_all
from stream.pages.account.drawing import (
    LOUDEST_LUFS,
    QUIETEST_LUFS,
    loudness_path,
    loudness_y,
    marks,
    waveform_path,
)
from stream.pages.formats import formats_of
from stream.pages.language import N_, language_of, saying
from stream.pages.render import show

#: More times than these are in the report as JSON.
_MOST_TIMES = 8
_SEVERITIES = {"error": N_("error"), "warning": N_("warning"), "note": N_("note")}


async def get_quality_page(request: web.Request) -> web.Response:
    """Show the report to who sent the master."""
    found = await own_track(request, request.match_info["track"])
    report = quality_of(found)
    context = {
        "track": found.track,
        "report": report,
        "findings": [_finding(one, found) for one in report.model_dump()["findings"]],
        "figures": list(_figures(request, report)),
        "severities": _SEVERITIES,
        "drawing": await _drawing(request, found, report),
    }
    return await show(request, "account/quality.html", context)


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
    return {
        **finding,
        "marks": marks(at, found.duration_s or 0.0),
        "times": [_time(start) for start, _ in at[:_MOST_TIMES]],
        "more": max(0, len(at) - _MOST_TIMES),
    }


def _time(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"


def _figures(request: web.Request, report: QualityDocument) -> Iterator[tuple[str, str]]:
    _, number = saying(request), formats_of(language_of(request))["number"]

    def level(value: float | None, unit: str) -> str:
        return _("silence") if value is None else f"{number(value, digits=1)} {unit}"

    if (loudness := report.loudness) is not None:
        yield _("Loudness"), level(loudness.integrated_lufs, "LUFS")
        yield _("Loudest moment"), level(loudness.max_momentary_lufs, "LUFS")
        yield _("Loudest 3 s"), level(loudness.max_short_term_lufs, "LUFS")
        yield _("Range"), level(loudness.range_lu, "LU")
        yield _("True peak"), level(loudness.true_peak_dbtp, "dBTP")
    source = report.source
    if source.sample_rate is not None:
        depth = f"{source.bit_depth} bit, " if source.bit_depth else ""
        yield _("File"), f"{source.codec}, {depth}{number(source.sample_rate / 1000)} kHz"
    if report.gain_db:
        yield _("Lossy headroom, at least"), level(-report.gain_db, "dB")
