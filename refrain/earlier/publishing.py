"""Let releases come out that all could hear in the earlier house, once they are ready here."""

from __future__ import annotations

from functools import partial
from itertools import islice

from base.database import Session
from base.errors import Refused
from catalog.earlier_facts import Album
from catalog.earlier_music import releases_among
from catalog.people import caller_with
from catalog.states import ReleaseState
from ingest.coming_out import publish
from ingest.release_deeds import Occasion
from refrain.earlier.masters import REQUEST, single_of
from refrain.earlier.moving import Move

_AT_ONCE = 500


async def publish_ready(move: Move) -> None:
    """Publish drafts that are ready; of the others it is told what they wait for."""
    table = "published"
    wanted = iter(_public(move))
    while some := list(islice(wanted, _AT_ONCE)):
        async with move.database.read() as session:
            states = await releases_among(session, [one.id for one in some])
        for one in some:
            state = states.get(one.id)
            if state == ReleaseState.DRAFT:
                await _publish(move, one)
            elif state is not None:
                move.told.count(table, came=0, there=1)


def _public(move: Move) -> list[Album]:
    singles = [single_of(one) for one in move.known.songs.values() if not one.is_deleted]
    albums = [*move.known.albums.values(), *singles]
    return sorted((one for one in albums if one.is_public), key=lambda one: one.id)


async def _publish(move: Move, album: Album) -> None:
    try:
        if move.applies:
            await move.database.run(partial(_come_out, move, album))
    except Refused as error:
        move.told.left["published"] += 1
        move.told.find("published", f"release {album.id}", "later", error.sentence)
    else:
        move.told.count("published", came=1, there=0)


async def _come_out(move: Move, album: Album, session: Session) -> None:
    caller = await caller_with(session, album.owner_id)
    occasion = Occasion(caller=caller, request_id=REQUEST, now=move.clock())
    # Who looks at music before it comes out has done so, in that house.
    await publish(session, album.id, occasion, reviews=False)
