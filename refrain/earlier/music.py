"""Bring recordings, releases and lists; what stands on them, and what people like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from base.bulk import in_parts
from base.database import Session
from catalog.earlier_facts import Album, Item, Like, Listing, Song
from catalog.earlier_music import (
    add_drafts,
    add_likes,
    add_lists,
    add_recordings,
    fill_list,
    likes_among,
    lists_among,
    names_of,
    numbers_among,
    recordings_among,
    releases_among,
)
from catalog.liking import Kind
from refrain.earlier.export import Table
from refrain.earlier.fields import Fields, Left, made_id
from refrain.earlier.mapping import album, is_list, item, like, listing, song
from refrain.earlier.moving import Move, Step, batches, bring

_GROUPS, _ITEMS = ("track_groups", "trackgroups"), ("track_group_items", "trackgroup_items")


async def bring_songs(move: Move) -> None:
    """Bring what plays are counted on, of every track, and the numbers of addresses."""
    of_gone: list[UUID] = []
    claimed: dict[int, list[UUID]] = {}

    def read(row: Fields) -> Song:
        found = song(row)
        if move.known.account(found.owner_id) in move.known.gone:
            of_gone.append(found.id)
        found = replace(found, owner_id=_whose(move, found.owner_id))
        if found.number is not None:
            others = claimed.setdefault(found.number, [])
            others.append(found.id)
            found = replace(found, number=found.number if others[0] == found.id else None)
        move.known.songs[found.id] = found
        return found

    async def fresh(session: Session, songs: Sequence[Song]) -> list[Song]:
        known = await recordings_among(session, {one.id for one in songs})
        return [one for one in songs if one.id not in known]

    async def write(session: Session, songs: Sequence[Song], now: datetime) -> None:
        await add_recordings(session, songs, now=now)

    step = Step(read=read, key=lambda one: one.id, fresh=fresh, write=write)
    await bring(move, move.table("tracks"), step)
    await _keep(move, of_gone)
    await _tell_of_numbers(move, claimed)


async def _tell_of_numbers(move: Move, claimed: Mapping[int, Sequence[UUID]]) -> None:
    """Tell of tracks whose number addresses lead to another, which had it first."""
    for some in in_parts(sorted(claimed)):
        async with move.database.read() as session:
            known = await numbers_among(session, Kind.TRACK, some)
        for number in some:
            has = known.get(number, claimed[number][0])
            for other in sorted({*claimed[number]} - {has}):
                sentence = f"Its legacyId {number} is that of track {has}: addresses lead there."
                move.told.find("tracks", f"track {other}", "number-twice", sentence)


async def bring_albums(move: Move) -> None:
    """Bring releases, as drafts."""

    def read(row: Fields) -> Album | None:
        if is_list(row):
            return None
        move.known.sold.add(row.needed_id("id"))
        found = album(row)
        found = replace(found, owner_id=_whose(move, found.owner_id))
        move.known.albums[found.id] = found
        return found

    async def fresh(session: Session, albums: Sequence[Album]) -> list[Album]:
        known = await releases_among(session, {one.id for one in albums})
        return [one for one in albums if one.id not in known]

    async def write(session: Session, albums: Sequence[Album], now: datetime) -> None:
        names = await names_of(session, {one.owner_id for one in albums})
        await add_drafts(session, albums, names, now=now)

    step = Step(read=read, key=lambda one: one.id, fresh=fresh, write=write)
    await bring(move, move.table(*_GROUPS), step)
    move.known.items.update(await items_by(move, move.table(*_ITEMS), move.known.sold))


async def bring_lists(move: Move) -> None:
    """Bring lists, from their own table and from trackgroups that are lists, and fill them."""
    for table, has_kinds in ((move.table(*_GROUPS), True), (move.table("playlists"), False)):
        await bring(move, table, _lists(move, has_kinds=has_kinds))
    by_list = await items_by(move, move.table("playlist_items"), move.known.lists)
    for on, items in (await items_by(move, move.table(*_ITEMS), move.known.lists)).items():
        by_list.setdefault(on, []).extend(items)
    if not move.applies:
        return
    for on, items in sorted(by_list.items()):
        entries = {
            made_id("entry", on, place, one.track_id): one.track_id
            for place, one in enumerate(sorted(items, key=lambda one: one.index))
        }
        now = move.clock()
        more = await move.database.run(partial(fill_list, list_id=on, entries=entries, now=now))
        move.told.count("entries of lists", came=more, there=0)


def _lists(move: Move, *, has_kinds: bool) -> Step[Listing]:
    def read(row: Fields) -> Listing | None:
        if has_kinds and not is_list(row):
            return None
        found = listing(row)
        found = replace(found, owner_id=_whose(move, found.owner_id))
        move.known.lists.add(found.id)
        return found

    async def fresh(session: Session, lists: Sequence[Listing]) -> list[Listing]:
        known = await lists_among(session, {one.id for one in lists})
        return [one for one in lists if one.id not in known]

    async def write(session: Session, lists: Sequence[Listing], now: datetime) -> None:
        await add_lists(session, lists, now=now)

    return Step(read=read, key=lambda one: one.id, fresh=fresh, write=write)


async def items_by(
    move: Move, table: Table | None, wanted: Collection[UUID]
) -> dict[UUID, list[Item]]:
    """Answer what stands on each of the albums or lists, in whatever order it is told."""
    found: dict[UUID, list[Item]] = defaultdict(list)
    if table is None:
        return found

    def read(row: Fields) -> Item | None:
        told = item(row)
        if told.on_id not in wanted:
            return None
        if told.track_id not in move.known.songs and told.track_id not in move.known.kept:
            raise Left("track-unknown", "Its track is not brought.")
        return told

    async for batch in batches(move, table, read):
        for _, one in batch:
            found[one.on_id].append(one)
    return found


async def bring_likes(move: Move) -> None:
    """Bring what people liked."""

    def read(row: Fields) -> Like:
        found = like(row)
        found = replace(found, person_id=_whose(move, found.person_id))
        if found.track_id not in move.known.songs and found.track_id not in move.known.kept:
            raise Left("track-unknown", "Its track is not brought.")
        return found

    async def fresh(session: Session, likes: Sequence[Like]) -> list[Like]:
        known = await likes_among(session, likes)
        return [one for one in likes if (one.person_id, one.track_id) not in known]

    async def write(session: Session, likes: Sequence[Like], _: datetime) -> None:
        await add_likes(session, likes)

    step = Step(read=read, key=lambda one: (one.person_id, one.track_id), fresh=fresh, write=write)
    await bring(move, move.table("favorites", "favourites"), step)


def _whose(move: Move, number: UUID) -> UUID:
    unknown = Left("creator-unknown", "Whose it is is not brought.")
    return move.known.open_account(number, unknown)


async def _keep(move: Move, of_gone: Sequence[UUID]) -> None:
    """Know recordings that came before of who is gone here: what was paid for stays on them."""
    for some in in_parts(of_gone):
        async with move.database.read() as session:
            move.known.kept |= await recordings_among(session, some)
