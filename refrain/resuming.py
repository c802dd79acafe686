"""Money of a restored house leaves again, as a treasurer says from a terminal."""

from __future__ import annotations

from functools import partial

from base.settings import Settings
from base.tools import open_tools
from catalog.restorations import resume
from refrain.treasurers import treasurer


async def resume_money(settings: Settings, *, compared: str, token: str) -> int:
    """Note what was compared, and by whom; answer how many restorations held money.

    Raises:
        Refused: `sign-in-first`, 401; `not-compared`, 422.

    """
    async with open_tools(settings) as tools:
        who = await treasurer(tools, token)
        step = partial(resume, compared=compared, by=who.id, now=tools.clock())
        return await tools.database.run(step)
