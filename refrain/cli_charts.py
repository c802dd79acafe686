"""The command that counts plays and makes charts at once, instead of when their time comes."""

from __future__ import annotations

from typing import Annotated

import typer

from base.settings import Settings
from refrain.output import say
from refrain.starting import run, settings_of


def charts(
    *,
    anew: Annotated[bool, typer.Option("--anew", help="Count all there is, not what is new.")] = (
        False
    ),
    neighbours: Annotated[
        bool, typer.Option(help="Find what is heard by the same people, too.")
    ] = True,
) -> None:
    """Count plays and make charts now; what is recommended comes of it."""
    run(_count(settings_of(), is_anew=anew, with_neighbours=neighbours))


async def _count(settings: Settings, *, is_anew: bool, with_neighbours: bool) -> None:
    from base.tools import open_tools
    from workers.charts import count_charts
    from workers.neighbours import note_neighbours
    from workers.rollups import rebuild, roll_up

    async with open_tools(settings) as tools:
        if is_anew:
            await rebuild(tools)
        else:
            say(f"{await roll_up(tools)} plays and purchases were new.")
            await count_charts(tools, is_anew=True)
        if with_neighbours:
            say(f"{await note_neighbours(tools)} recordings have neighbours.")
