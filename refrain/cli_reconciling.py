"""The commands that look over the books: whether they agree, and what other ways would pay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from refrain.starting import run, settings_of

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line, for scripts.")]


def reconcile(*, as_json: AsJson = False) -> None:
    """Compare all that must agree: a sentence for each difference, and exit status 1 then."""
    from refrain.reconciling import reconcile_and_show

    if not run(reconcile_and_show(settings_of(), as_json=as_json)):
        raise typer.Exit(1)


def compare(
    month: Annotated[str, typer.Option(help="A month, as 2026-11.")],
    currency: Annotated[str, typer.Option(help="What was booked in it.")] = "EUR",
    svg: Annotated[Path | None, typer.Option(help="Draw it into this file, too.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show what the plays of a month pay by stream-to-own, pro-rata and user-centric payout."""
    from refrain.comparing import compare_and_show

    run(compare_and_show(settings_of(), month, currency=currency, svg=svg, as_json=as_json))
