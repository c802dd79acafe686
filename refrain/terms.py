"""Terms of plays on a terminal: shown, and decided for what is to come."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time

from rich.console import Console
from rich.table import Table

from accounting.pricing import Change, Terms
from accounting.terms import add_change, all_terms
from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from refrain.output import say


def change_from(
    since: date,
    *,
    prices: str = "",
    artist_ppm: int | None = None,
    credit_value_micros: int | None = None,
    promo_cap_micros: int | None = None,
) -> Change:
    """Answer what shall be otherwise from a day on.

    Raises:
        Refused: `bad-terms`: the prices are no numbers.

    """
    return Change(
        valid_from=datetime.combine(since, time(), UTC),
        prices=_parsed(prices) if prices else None,
        artist_ppm=artist_ppm,
        credit_value_micros=credit_value_micros,
        promo_cap_micros=promo_cap_micros,
    )


def _parsed(prices: str) -> tuple[int, ...]:
    try:
        return tuple(int(one) for one in prices.split(","))
    except ValueError:
        raise Refused("bad-terms", "Prices are whole milli-credits, as in 2,4,8.") from None


async def change_terms(settings: Settings, change: Change) -> None:
    """Write down terms that are in force from a day on.

    Raises:
        Refused: `bad-terms`: they cannot be, or begin in the past.
        Unavailable: the database is away.

    """
    async with open_tools(settings) as tools:
        async with tools.database.begin() as session:
            number = await add_change(session, change, now=tools.clock())
        say(json.dumps({"terms": number}))


async def show_terms(settings: Settings, *, as_json: bool) -> None:
    """Print all terms there are, the earliest first.

    Raises:
        Unavailable: the database is away.

    """
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await all_terms(session)
    if as_json:
        say(json.dumps({"scale": 6, "terms": [_document(one) for one in found]}))
        return
    table = Table("terms", "from", "milli-credits", "a credit", "artists (ppm)", "promo cap")
    for one in found:
        worth = f"{one.credit_value_micros} {one.currency}"
        prices, cap = ", ".join(map(str, one.prices)), str(one.promo_cap_micros or "")
        told = (str(one.id), f"{one.valid_from:%Y-%m-%d}", prices, worth, str(one.artist_ppm), cap)
        table.add_row(*told)
    Console().print(table)


def _document(terms: Terms) -> dict[str, object]:
    return {
        "id": terms.id,
        "from": terms.valid_from.isoformat(),
        "currency": terms.currency,
        "prices_millicredits": list(terms.prices),
        "credit_value": terms.credit_value_micros,
        "artist_ppm": terms.artist_ppm,
        "promo_cap": terms.promo_cap_micros,
    }
