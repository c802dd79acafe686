"""How much so many listeners need, at the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from refrain.output import say


def capacity(
    listeners: Annotated[int, typer.Option(min=1, help="How many people have an account.")],
    plays_per_day: Annotated[float, typer.Option(min=0.01, help="Of each, on most days.")] = 12.0,
    kbps: Annotated[float, typer.Option(min=8, help="Of what is heard, on average.")] = 260.0,
) -> None:
    """Say what so many listeners need, by what was measured; no house is asked."""
    from dataclasses import replace

    from refrain.capacity import ASSUMED, needs

    assumed = replace(ASSUMED, plays_per_day=plays_per_day, heard_kbps=kbps)
    found = needs(listeners, assumed=assumed)
    told = {**asdict(found), "servers": found.servers, "first_to_give_in": found.first_to_give_in}
    say(json.dumps(told))
