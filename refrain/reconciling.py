"""Reconcile the books from the command line."""

from __future__ import annotations

import json

from accounting.reconciliation import counted
from base.settings import Settings
from base.tools import open_tools
from refrain.output import say
from workers.reconciling import compare_books


async def reconcile_and_show(settings: Settings, *, as_json: bool) -> bool:
    """Compare, write down and print what differs; answer whether all agrees.

    Raises:
        Unavailable: the database is away.

    """
    async with open_tools(settings) as tools:
        found = await compare_books(tools)
    differences = [each for one in found for each in one.differences]
    figures = {one.check: one.figures for one in found}
    if as_json:
        told = {"codes": counted(found), "differences": [one.as_json() for one in differences]}
        say(json.dumps({**told, "figures": figures}))
        return not differences
    for one in differences:
        say(f"{one.check}: {one.sentence}")
    say(f"{sum(figures.values())} figures compared, {len(differences)} differ")
    return not differences
