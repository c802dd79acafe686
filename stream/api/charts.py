"""Charts, read as they were counted last."""

from __future__ import annotations

from datetime import date, datetime

from aiohttp import web
from pydantic import BaseModel, Field

from base.database import Session
from base.errors import Refused
from catalog.cards import cards_of
from catalog.chart_rules import FORMULAS, SPANS, Chart, Span
from catalog.charts import places_of, run_of
from stream.api.answers import Printed, answered, printed, public
from stream.api.asking import asking
from stream.api.cards import TrackCard, card_document
from stream.api.paging import LIMIT, Keyset, Paged
from stream.keys import MOMENTS, TOOLS

PLACES = Keyset("chart", tuple[str, str, int])
#: Charts are counted every five minutes at most.
_KEPT_S = 60


class ChartQuery(Paged):
    """Of how many days, where a chart is of days; trending is of now."""

    span: Span = Field(default=Span.WEEK, description="Of charts that are of days.")


class ChartPlace(BaseModel):
    """A place in a chart; `listeners` is told where the chart is made of what people heard."""

    place: int
    score: float
    listeners: int | None
    card: TrackCard


class ChartDocument(BaseModel):
    """A chart, of which days it is (before `until`), when it was counted, and by which rule."""

    chart: Chart
    span: str
    formula: str
    counted_at: datetime | None
    since: date | None
    until: date | None
    items: list[ChartPlace]
    next: str | None


async def get_chart(request: web.Request) -> web.Response:
    """Answer places of a chart."""
    chart, asked = chart_in(request), asking(request, ChartQuery)
    span = asked.span if len(SPANS[chart]) > 1 else SPANS[chart][0]
    after, app = place_after(asked.cursor, chart, span), request.app

    async def told() -> Printed:
        async with app[TOOLS].database.read() as session:
            return printed(await _document(session, chart, span, after=after, limit=asked.limit))

    is_asked_often = not after and asked.limit == LIMIT
    answer = await app[MOMENTS].of((chart, span), told) if is_asked_often else await told()
    return answered(request, answer, cache=public(_KEPT_S))


async def _document(
    session: Session, chart: Chart, span: str, *, after: int, limit: int
) -> ChartDocument:
    run = await run_of(session, chart, span)
    found = await places_of(session, chart, span, limit=limit + 1, after=after)
    page = PLACES.page(found, limit=limit, place=lambda one: (one.chart, one.span, one.place))
    cards = await cards_of(session, {one.track_id for one in page.items})
    return ChartDocument(
        chart=chart,
        span=span,
        formula=FORMULAS[chart],
        counted_at=None if run is None else run.counted_at,
        since=None if run is None else run.since,
        until=None if run is None else run.until,
        items=[
            ChartPlace(
                place=one.place,
                score=one.score,
                listeners=one.listeners or None,
                card=card_document(cards[one.track_id]),
            )
            for one in page.items
            if cards[one.track_id].is_audible
        ],
        next=page.next,
    )


def chart_in(request: web.Request) -> Chart:
    """Answer the chart of the path.

    Raises:
        Refused: `chart-unknown`, 404.

    """
    try:
        return Chart(request.match_info["chart"])
    except ValueError:
        known = ", ".join(Chart)
        raise Refused("chart-unknown", f"There are {known}.", status=404) from None


def place_after(cursor: str | None, chart: Chart, span: str) -> int:
    """Answer the place behind which to go on, in the same chart.

    Raises:
        Refused: `bad-cursor`, 422.

    """
    place = PLACES.after(cursor)
    if place is None:
        return 0
    if place[:2] != (chart, span):
        raise Refused("bad-cursor", "That cursor is of another chart.", status=422)
    return place[2]
