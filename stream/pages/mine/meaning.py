"""What stream-to-own means: the prices that are in force, and whom they go to."""

from __future__ import annotations

from itertools import accumulate

from aiohttp import web

from accounting.terms import terms_at
from stream.keys import TOOLS
from stream.pages.render import show

_CREDIT_MILLICREDITS = 1_000


async def get_meaning_page(request: web.Request) -> web.Response:
    """Show each price, what is paid by then, and what is left."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        terms = await terms_at(session, tools.clock())
    whole, most = sum(terms.prices), max(terms.prices)
    value = terms.credit_value_micros
    context = {
        "steps": [
            {
                "number": number,
                "price": price,
                "height": max(1, 100 * price // most),
                "paid": paid,
                "left": whole - paid,
                "money": price * value // _CREDIT_MILLICREDITS,
            }
            for number, (price, paid) in enumerate(
                zip(terms.prices, accumulate(terms.prices), strict=True), start=1
            )
        ],
        "whole": whole,
        "whole_money": whole * value // _CREDIT_MILLICREDITS,
        "half": sum(terms.prices[: (terms.steps + 1) // 2]),
        "half_plays": (terms.steps + 1) // 2,
        "currency": terms.currency,
        "artist_ppm": terms.artist_ppm,
        "coop_ppm": 1_000_000 - terms.artist_ppm,
    }
    return await show(request, "mine/meaning.html", context)
