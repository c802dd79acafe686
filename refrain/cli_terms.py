"""The commands of who keeps the books about what a play costs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from refrain.starting import run, settings_of

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line, for scripts.")]


def terms(*, as_json: AsJson = False) -> None:
    """Show what plays cost, and who gets how much of it, since when."""
    from refrain.terms import show_terms

    run(show_terms(settings_of(), as_json=as_json))


def new_terms(
    since: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="Day that it holds from (UTC).")
    ],
    prices: Annotated[str, typer.Option(help="Milli-credits of each step: 2,4,8.")] = "",
    artists: Annotated[int | None, typer.Option(help="The artists' part, in millionths.")] = None,
    credit: Annotated[
        int | None, typer.Option(help="What a credit is worth that was given, in millionths.")
    ] = None,
    promo_cap: Annotated[
        int | None,
        typer.Option(help="Most of given credit for a payee in a month, in millionths."),
    ] = None,
) -> None:
    """Decide what plays cost from a day on; what is not told stays as it is."""
    from refrain.terms import change_from, change_terms

    change = change_from(
        since.date(),
        prices=prices,
        artist_ppm=artists,
        credit_value_micros=credit,
        promo_cap_micros=promo_cap,
    )
    run(change_terms(settings_of(), change))


COMMANDS = (terms, new_terms)
