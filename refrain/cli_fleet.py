"""The command that shows the fleet."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.capacity import DRAIN_WITHIN_S
from refrain.starting import run, settings_of


def fleet(
    drain_within: Annotated[
        float, typer.Option(min=1, max=86_400, help="Seconds in which what waits shall be done.")
    ] = DRAIN_WITHIN_S,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until interrupted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line, for scripts.")] = False,
) -> None:
    """Show what waits, who does what, and how many workers would do it in time."""
    from refrain.fleet import show_fleet, watch_fleet

    show = watch_fleet if watch else show_fleet
    run(show(settings_of(), within_s=drain_within, as_json=as_json))
