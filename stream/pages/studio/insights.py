"""The page of how one's music is heard: by day, way, territory, track and release."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web

from accounting.insights import heard_in
from accounting.ways import Way
from stream.api.insight_documents import HeardDay, HeardOf, HeardSums, InsightsDocument, heard_days
from stream.api.insights import insights_of
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import form_page
from stream.pages.language import N_, language_of, saying
from stream.pages.studio.charts import Chart, chart_of, part_of
from stream.pages.studio.countries import country_name
from stream.pages.studio.periods import period_of
from stream.pages.studio.places import places_of
from stream.pages.studio.sheets import Cell, csv_file

HERE = "/studio/insights"
#: What the picture can show, by its name in the address.
_SHOWN = {"plays": N_("Plays"), "listeners": N_("Listeners"), "won": N_("Newly owned")}
_OWNED, _FREE = N_("Heard by who owns it"), N_("Heard for nothing")
_STEP, _ELSEWHERE = N_("Step %(number)s of 9"), N_("Elsewhere")
_HEAD = ("what", "of", "name", "plays", "paid", "listeners", "newly owned", "bought")
_Say = Callable[..., str]


async def get_insights_page(request: web.Request) -> web.Response:
    """Show how the caller's music is heard."""
    who, tools = await caller(request), request.app[TOOLS]
    period = period_of(request.query, now=tools.clock())
    async with tools.database.read() as session:
        found = await insights_of(session, who.id, period.days, now=tools.clock())
        past = heard_days(await heard_in(session, who.id, period.days.before()))
    shown = request.query.get("show", "plays")
    shown = shown if shown in _SHOWN else "plays"
    context: dict[str, Any] = {
        "place": HERE,
        "beside": places_of(who),
        "period": period,
        "found": found,
        "shown": shown,
        "choices": _SHOWN,
        "tiles": _tiles(found),
        "chart": _chart(found.days, past, shown),
        "rows": list(zip(found.days, past, strict=True)),
        "ways": _ways(found, saying(request)),
        "territories": _territories(found, request),
        "tracks": _most(found.tracks),
        "releases": _most(found.releases),
    }
    return await form_page(request, "studio/insights.html", context, refused=period.refused)


async def get_insights_file(request: web.Request) -> web.Response:
    """Answer all figures of the page as a table."""
    who, tools = await caller(request), request.app[TOOLS]
    period = period_of(request.query, now=tools.clock())
    if period.refused is not None:
        raise period.refused
    async with tools.database.read() as session:
        found = await insights_of(session, who.id, period.days, now=tools.clock())
    return csv_file(f"insights {period.days.since} {period.last}", _HEAD, _rows(found))


def _rows(found: InsightsDocument) -> Sequence[Sequence[Cell]]:
    days = [
        ("day", str(one.day), "", one.plays, one.paid, one.listeners, one.won, one.bought)
        for one in found.days
    ]
    ways = [("way", one.way, "", one.plays, None, None, None, None) for one in found.ways]
    territories = [
        ("territory", one.territory or "", "", one.plays, None, None, None, None)
        for one in found.territories
    ]
    music = [
        (what, one.id, one.title, one.plays, one.paid, None, one.won, one.bought)
        for what, each in (("track", found.tracks), ("release", found.releases))
        for one in each
    ]
    return [*days, *ways, *territories, *music]


def _tiles(found: InsightsDocument) -> Sequence[tuple[str, int, int, str]]:
    """Answer what stands at the top: words, figures now and before, and what shows them."""
    now, before = found.total, found.total_before
    return [
        (N_("Plays"), now.plays, before.plays, "plays"),
        (N_("Paid plays"), now.paid, before.paid, ""),
        (N_("Listeners"), now.listeners, before.listeners, "listeners"),
        (N_("Newly owned"), now.won, before.won, "won"),
    ]


def _chart(days: Sequence[HeardDay], past: Sequence[HeardDay], shown: str) -> Chart:
    return chart_of(
        [(one.day, _figure(one, shown)) for one in days], [_figure(one, shown) for one in past]
    )


def _figure(sums: HeardSums, shown: str) -> int:
    return {"plays": sums.plays, "listeners": sums.listeners, "won": sums.won}[shown]


def _ways(found: InsightsDocument, say: _Say) -> Sequence[tuple[str, int, str]]:
    words = {Way.OWNED: say(_OWNED), Way.FREE: say(_FREE)}
    most = max((one.plays for one in found.ways), default=0)
    return [
        (
            words[Way(one.way)] if not one.way.isdigit() else say(_STEP, number=one.way),
            one.plays,
            part_of(one.plays, most),
        )
        for one in found.ways
    ]


def _territories(found: InsightsDocument, request: web.Request) -> Sequence[tuple[str, int, str]]:
    language, elsewhere = language_of(request), saying(request)(_ELSEWHERE)
    most = max((one.plays for one in found.territories), default=0)
    return [
        (
            country_name(one.territory, language, elsewhere=elsewhere),
            one.plays,
            part_of(one.plays, most),
        )
        for one in found.territories
    ]


def _most(music: Sequence[HeardOf]) -> Sequence[tuple[HeardOf, str]]:
    most = max((one.plays for one in music), default=0)
    return [(one, part_of(one.plays, most)) for one in music]
