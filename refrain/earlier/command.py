"""What `refrain import earlier` does: all of an export in its order, planned or done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from base.settings import Settings
from base.tools import Tools, open_tools
from refrain.earlier.covers import bring_covers
from refrain.earlier.credit import bring_credit
from refrain.earlier.export import tables_of, unfit
from refrain.earlier.listening import bring_counters, bring_plays
from refrain.earlier.masters import Store, bring_masters
from refrain.earlier.media import open_media
from refrain.earlier.moving import Move
from refrain.earlier.music import bring_albums, bring_likes, bring_lists, bring_songs
from refrain.earlier.people import bring_groups, bring_memberships, bring_people
from refrain.earlier.publishing import publish_ready
from refrain.earlier.told import Told

#: Without these there is nothing to move.
_NEEDED = ("users", "tracks")
#: What was paid for, and what is left to spend: whoever leaves it out is told so.
_MONEY = ("plays", "credits", "user_track_purchases", "user_track_group_purchases")


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """Where the masters lie, whether it is done or only planned, and how it is told."""

    media: str | None
    applies: bool
    publishes: bool
    as_json: bool


async def move_in(settings: Settings, path: Path, how: How) -> bool:
    """Do as `move_in_with`, with tools of the settings."""
    async with open_tools(settings) as tools:
        return await move_in_with(tools, path, how)


async def move_in_with(tools: Tools, path: Path, how: How) -> bool:
    """Plan a move, and do it if told to; answer whether nothing was wrong.

    Raises:
        Refused: `export-unfit`, `no-media`. Unavailable: the house cannot be reached.
        Broken: `totals-differ`: what came over is not what was there.

    """
    tables = await asyncio.to_thread(tables_of, path)
    for name in _NEEDED:
        if name not in tables:
            raise unfit(f"{path.name} has no table {name}.")
    told = Told(as_json=how.as_json)
    for name in _MONEY:
        if name not in tables:
            sentence = "It is not in the export: if that house had it, make another."
            told.find(name, name, "table-missing", sentence)
    move = Move(
        tables=tables, database=tools.database, clock=tools.clock, told=told, applies=how.applies
    )
    try:
        await _bring_all(move, tools, how)
    finally:
        _tell(move)
    return not told.is_wrong


async def _bring_all(move: Move, tools: Tools, how: How) -> None:
    await bring_people(move)
    await bring_groups(move)
    await bring_memberships(move)
    await bring_songs(move)
    await bring_albums(move)
    seen = await bring_plays(move)
    if move.applies:
        await bring_counters(move, seen)
    await bring_credit(move)
    await bring_likes(move)
    if how.media is not None:
        async with open_media(how.media) as media:
            store = Store(media=media, storage=tools.storage, settings=tools.settings)
            await bring_masters(move, store)
            await bring_covers(move, store)
    if how.publishes:
        await publish_ready(move)
    await bring_lists(move)


def _tell(move: Move) -> None:
    """Tell of each table what became of its rows, also of those that are not brought."""
    told = move.told
    for name in sorted(move.tables):
        if name not in move.read:
            sentence = "Nothing of it is brought: keep the export."
            told.find(name, name, "not-brought", sentence)
    others = sorted({*told.came, *told.there, *told.left} - set(move.read))
    told.sums([*move.read, *others])
    if not move.applies and not told.as_json:
        told.say({"done": "nothing: with --apply it is"})
