"""Charts: what is new, what many hear, what many are about to own, and what few know."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from catalog.cards import cards_of
from catalog.chart_rules import SPANS, Chart, Span
from catalog.charts import places_of, run_of
from stream.api.charts import PLACES, chart_in, place_after
from stream.keys import TOOLS
from stream.pages.forms import see_other
from stream.pages.language import N_
from stream.pages.listener.rows import looking, rows_of
from stream.pages.render import show

_ON_PAGE = 50
#: What each is called, and by which rule it comes about.
CHARTS = {
    Chart.TRENDING: (
        N_("Trending"),
        N_("The people who heard it each day; a day counts for half as much every three days."),
    ),
    Chart.NEW: (N_("New"), N_("What could first be heard in these days, the newest first.")),
    Chart.MOST_PLAYED: (
        N_("Most played"),
        N_("Plays of these whole days; of each listener at most four a day count."),
    ),
    Chart.UP_FOR_OWNERSHIP: (
        N_("Up for ownership"),
        N_("How many listeners are one or two plays away from owning it."),
    ),
    Chart.UNDISCOVERED: (
        N_("Undiscovered"),
        N_("New music that few have heard so far; one track of each artist."),
    ),
}
_SPANS = {Span.DAY: N_("Day"), Span.WEEK: N_("Week"), Span.MONTH: N_("Month")}


async def get_charts(_: web.Request) -> web.Response:
    """Lead to the first chart."""
    return see_other(f"/charts/{Chart.TRENDING}")


async def get_chart_page(request: web.Request) -> web.Response:
    """Show a chart, as it was counted last."""
    chart = chart_in(request)
    span = _span(chart, request.query.get("span"))
    after = place_after(request.query.get("cursor"), chart, span)
    async with request.app[TOOLS].database.read() as session:
        looks = await looking(session, request)
        run = await run_of(session, chart, span)
        found = await places_of(session, chart, span, limit=_ON_PAGE + 1, after=after)
        part = PLACES.page(
            found, limit=_ON_PAGE, place=lambda one: (one.chart, one.span, one.place)
        )
        cards = await cards_of(session, {one.track_id for one in part.items})
        audible = [one for one in part.items if cards[one.track_id].is_audible]
        rows = await rows_of(session, looks, [cards[one.track_id] for one in audible])
    for row, one in zip(rows, audible, strict=True):
        row["number"], row["listeners"] = one.place, one.listeners
    name, rule = CHARTS[chart]
    context: dict[str, Any] = {
        "chart": chart,
        "name": name,
        "rule": rule,
        "run": run,
        "tracks": rows,
        "charts": [(f"/charts/{one}", words) for one, (words, _) in CHARTS.items()],
        "spans": [(one, _SPANS[Span(one)]) for one in SPANS[chart] if len(SPANS[chart]) > 1],
        "span": span,
        "next": part.next,
    }
    return await show(request, "listener/chart.html", context)


def _span(chart: Chart, said: str | None) -> str:
    """Answer of how many days: as is said, or a week; of charts of now there is one."""
    spans = SPANS[chart]
    if len(spans) == 1:
        return spans[0]
    return said if said is not None and said in spans else Span.WEEK
