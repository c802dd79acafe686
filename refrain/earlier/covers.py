"""Bring covers of releases from where masters lie, as pictures that are sent.

A cover is asked for by what the tables call its file. Whoever chose another here keeps it.
"""

from __future__ import annotations

from functools import partial
from itertools import islice

from base.errors import Refused
from catalog.claims import Claims
from catalog.earlier_facts import Album
from catalog.earlier_music import bare_among
from ingest.earlier import bring_cover
from ingest.pictures import take_picture
from refrain.earlier.masters import REQUEST, Store, single_of
from refrain.earlier.moving import Move

_AT_ONCE = 500
_TABLE = "covers"


async def bring_covers(move: Move, store: Store) -> None:
    """Bring covers of releases that are drafts here, and show none that somebody chose."""
    wanted = iter(sorted(_covered(move), key=lambda one: one.id))
    while some := list(islice(wanted, _AT_ONCE)):
        async with move.database.read() as session:
            known = await bare_among(session, [one.id for one in some])
        for one in some:
            # What is only planned is not there yet; a track on a release has no draft of its own.
            is_planned = not move.applies and one.id in move.known.albums
            if known.get(one.id, is_planned):
                await _bring_one(move, store, one)
            elif one.id in known:
                move.told.count(_TABLE, came=0, there=1)


def _covered(move: Move) -> list[Album]:
    singles = (single_of(one) for one in move.known.songs.values() if not one.is_deleted)
    return [one for one in (*move.known.albums.values(), *singles) if one.cover]


async def _bring_one(move: Move, store: Store, album: Album) -> None:
    about, came = f"release {album.id}", 1
    found = store.media.find(album.cover or "")
    if found is None:
        move.told.left[_TABLE] += 1
        move.told.find(_TABLE, about, "cover-missing", f"“{album.title}” has no cover there.")
        return
    claims = Claims(database=move.database, storage=store.storage, clock=move.clock)
    try:
        if move.applies:
            new = await take_picture(store.media.read(found), claims, request_id=REQUEST)
            show = partial(bring_cover, release_id=album.id, new=new, now=move.clock())
            came = int(await move.database.run(show))
    except Refused as error:
        move.told.left[_TABLE] += 1
        move.told.find(_TABLE, about, error.code, f"{found.name}: {error.sentence}")
    else:
        move.told.count(_TABLE, came=came, there=1 - came)
