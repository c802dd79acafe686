"""A message of a release is taken: what is known grows by it, and what is newest is said.

All in one transaction, under the lock of the partner. What a message tells of who is who, and
which file is whose, is learnt also from one that comes too late to say anything: so it comes to
the same in whichever order messages arrive, and however often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from accounting.deal_rows import replace_supplied
from base.database import Session
from base.errors import Broken, Refused
from catalog.ern_messages import lacking, message_told, order
from catalog.models.ddex import SuppliedRelease, SuppliedTrack
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.objects import HOLD
from catalog.releases import create_release, release_of, standing_on
from catalog.removal import remove_release
from catalog.states import ReleaseEvent, ReleaseState, TrackState
from catalog.supplied import (
    join,
    names_of,
    new_release,
    note_names,
    purges_of,
    releases_named,
    tracks_supplied,
)
from catalog.supplied_facts import Name, StoredFile, Told
from catalog.supplied_files import files_by_id
from catalog.supplied_words import heard_on
from ingest.ddex.canonical import Message
from ingest.ddex.offering import offered
from ingest.ddex.standing import settle_release
from ingest.ddex.taking.binding import Bound, newest_files, note_files
from ingest.ddex.taking.names import telling_names
from ingest.ddex.taking.occasion import Occasion
from ingest.ddex.taking.ordering import is_current, latest
from ingest.ddex.taking.placing import (
    ONE_NOW,
    Copy,
    let_go_of_unheard,
    stand,
    take_masters,
    take_off_unlisted,
)
from ingest.ddex.taking.planned import PlannedRelease, PlannedTrack
from ingest.ddex.taking.saying import (
    People,
    find_people,
    say_of_release,
    say_of_tracks,
    show_cover,
)
from ingest.release_deeds import Turn, done, take_out, write_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A release of a partner, and what is known of its recordings and of who is named on it."""

    supplied: SuppliedRelease
    tracks: dict[str, SuppliedTrack]
    #: All that it, and its tracks by their keys, were ever called.
    names: Mapping[str, set[Name]]
    #: When it, and its tracks, were purged last.
    purges: Mapping[Name, Told]
    people: People


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a message: for what it lists, by keys, the files and tracks that there are.

    `refused` says of recordings why their files cannot be used.
    """

    supplied: SuppliedRelease
    is_current: bool
    listed: tuple[PlannedTrack, ...] = ()
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    tracks: Mapping[str, UUID] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


async def take_release(
    session: Session, message: Message, plan: PlannedRelease, bound: Bound, occasion: Occasion
) -> Taken:
    """Let the catalogue say what a message says, unless something newer was said.

    The caller holds the lock of the partner.
    """
    known = await _learn(session, plan, bound, occasion)
    supplied, purged_before = known.supplied, known.supplied.purged_at
    purged = latest(known.purges.get(name) for name in known.names[""])
    said = Told(at=supplied.told_at, message=supplied.message_id)
    supplied.purged_at = purged.at if purged and purged > max(said, occasion.told) else None
    if not is_current(occasion.told, said):
        if supplied.purged_at is None and (known.purges or purged_before):
            await _take_up(session, supplied, occasion)  # it may be of a name that is new
        elif supplied.purged_at != purged_before:
            await withdraw_purged(session, supplied, occasion)
        return Taken(supplied=supplied, is_current=False)
    supplied.told_at, supplied.message_id = occasion.told.at, occasion.told.message
    supplied.title = plan.title
    if supplied.purged_at is not None:
        await withdraw_purged(session, supplied, occasion)
        return Taken(supplied=supplied, is_current=False)
    return await _apply(session, message, plan, known, occasion)


async def withdraw_purged(session: Session, supplied: SuppliedRelease, occasion: Occasion) -> None:
    """Let nothing of a release be to be had that was purged; who owns its tracks keeps them."""
    by = occasion.caller.id
    await replace_supplied(session, supplied.id, [], by=by, now=occasion.now)
    await session.flush()
    await settle_release(session, supplied, now=occasion.now, request_id=occasion.request_id)


async def _learn(session: Session, plan: PlannedRelease, bound: Bound, occasion: Occasion) -> Known:
    """Note what a message tells of who is who, whether or not anything newer was said."""
    supplied = await _known_as(session, plan, occasion)
    told = {one.key: one.names for one in plan.tracks}
    await note_names(session, supplied.id, {"": plan.names} | told)
    tracks = await tracks_supplied(session, supplied.id)
    for one in plan.tracks:
        if one.key not in tracks:
            tracks[one.key] = SuppliedTrack(supplied_id=supplied.id, key=one.key)
            session.add(tracks[one.key])
    changed = note_files(supplied, tracks, bound, occasion)
    await session.flush()
    await _wake(session, supplied, changed, occasion)
    names = await names_of(session, supplied.id)
    everything = {name for some in names.values() for name in some}
    return Known(
        supplied=supplied,
        tracks=tracks,
        names=names,
        purges=await purges_of(session, occasion.partner_id, everything),
        people=await find_people(session, plan, occasion),
    )


async def _known_as(session: Session, plan: PlannedRelease, occasion: Occasion) -> SuppliedRelease:
    """Answer the release that goes by any of the names that tell it; of several make one."""
    names = telling_names(plan.names)
    found = await releases_named(session, occasion.partner_id, names)
    if not found:
        row = new_release(occasion.partner_id, occasion.told, title=plan.title)
        session.add(row)
        await session.flush()
        return row
    kept, *others = sorted(found, key=lambda one: (one.release_id is None, str(one.id)))
    for other in others:
        gone = other.release_id if other.release_id != kept.release_id else None
        has_own = kept.release_id is not None
        await join(session, kept, other)
        if gone is not None and has_own:
            await _put_away(session, kept, gone, occasion)
    said = Told(at=kept.told_at, message=kept.message_id)
    if others and said > occasion.told:
        await _take_up(session, kept, occasion)
    return kept


async def _put_away(
    session: Session, kept: SuppliedRelease, release_id: UUID, occasion: Occasion
) -> None:
    """Let a release go that is the same as another: its tracks go over to that."""
    turn = Turn(request_id=occasion.request_id, now=occasion.now, note=ONE_NOW)
    release = await release_of(session, release_id, lock=True)
    if release.state == ReleaseState.PUBLISHED:
        await take_out(session, release, turn)
    if not release.is_draft:
        return
    if release.state != ReleaseState.DRAFT:
        write_date(release, None)
        await done(session, release, ReleaseEvent.RECALL, turn)
    standing = {one.track.id for one in await standing_on(session, release_id)}
    for row in (await tracks_supplied(session, kept.id)).values():
        row.track_id = None if row.track_id in standing else row.track_id
    await session.flush()
    until = occasion.now + HOLD
    await remove_release(session, release_id, now=occasion.now, until=until)


async def _wake(
    session: Session, supplied: SuppliedRelease, changed: set[str], occasion: Occasion
) -> None:
    """Ask that those are looked at who wait for files that came with this message."""
    if not changed:
        return
    waiting = set(await lacking(session, occasion.partner_id, changed - {""}))
    waiting -= {occasion.arrived.row.id}
    await order(session, waiting, request_id=occasion.request_id, now=occasion.now)
    if Told(at=supplied.told_at, message=supplied.message_id) > occasion.told:
        await _take_up(session, supplied, occasion)


async def _take_up(session: Session, supplied: SuppliedRelease, occasion: Occasion) -> None:
    """Ask that what holds of a release is taken again, as more is known now."""
    told = Told(at=supplied.told_at, message=supplied.message_id)
    message_id = await message_told(session, occasion.partner_id, told)
    if message_id is not None and message_id != occasion.arrived.row.id:
        await order(session, [message_id], request_id=occasion.request_id, now=occasion.now)


async def _apply(
    session: Session,
    message: Message,
    plan: PlannedRelease,
    known: Known,
    occasion: Occasion,
) -> Taken:
    supplied = known.supplied
    listed = tuple(one for one in plan.tracks if not _is_purged(one, known, occasion))
    keys = [one.key for one in listed]
    files = await newest_files(session, occasion.partner_id, known.tracks, keys)
    needed = await _needed(session, known, files)
    masters = await take_masters(session, needed, occasion)
    unlisted = [row for key, row in known.tracks.items() if key not in keys and row.track_id]
    for row in unlisted:
        await let_go_of_unheard(session, row, occasion)
    release = await _release(session, known, plan, occasion)
    for row in (one for one in unlisted if one.track_id):
        await take_off_unlisted(session, release, row, occasion)
    tracks, refused = dict[str, Track](), dict[str, str]()
    for one in listed:
        if (file := files.get(one.key)) is None:
            continue
        copy = Copy(file=file, master=masters.get(file.sha256))
        try:
            track = await stand(session, release, known.tracks[one.key], copy, occasion)
        except Refused as why:
            if why.code != "withdrawn-by-others":
                raise
            refused[one.key] = why.sentence
        else:
            tracks |= {one.key: track} if track else {}
    standing = [(one, tracks[one.key]) for one in listed if one.key in tracks]
    await say_of_release(session, release, plan, known.people, occasion)
    await say_of_tracks(session, release, standing, known.people, occasion)
    await _show(session, supplied, release, plan, occasion)
    places = {one.reference: track.id for one, track in standing}
    offers = await _offer(session, message, supplied, places, occasion)
    supplied.told = {**plan.told, "offers": offers}
    await session.flush()
    is_whole = len(files) == len(listed)
    if is_whole or release.state != ReleaseState.DRAFT:
        now, request_id = occasion.now, occasion.request_id
        await settle_release(session, supplied, now=now, request_id=request_id, told_at=now)
    else:
        supplied.due_at = None  # it comes out when all of it is there
    return Taken(
        supplied=supplied,
        is_current=True,
        listed=listed,
        files=files,
        tracks={key: one.id for key, one in tracks.items()},
        refused=refused,
    )


def _is_purged(track: PlannedTrack, known: Known, occasion: Occasion) -> bool:
    """Whether a track was purged by itself since; its release is by names of its own."""
    own = known.names[track.key] - known.names[""]
    purged = latest(known.purges.get(name) for name in own)
    return purged is not None and purged > occasion.told


async def _needed(
    session: Session, known: Known, files: Mapping[str, StoredFile]
) -> dict[str, StoredFile]:
    """Answer the files that are not the masters of their tracks yet, or are not to stay so."""
    ids = {key: row.track_id for key in files if (row := known.tracks[key]).track_id}
    heard = await heard_on(session, [one for one in ids.values() if one])

    def is_settled(key: str, file: StoredFile) -> bool:
        one = heard.get(ids[key]) if ids.get(key) else None
        return (
            one is not None
            and one.state is not TrackState.REMOVED
            and one.sha256 == file.sha256
            and one.replaced_by is None
        )

    return {key: file for key, file in files.items() if not is_settled(key, file)}


async def _release(
    session: Session, known: Known, plan: PlannedRelease, occasion: Occasion
) -> Release:
    supplied = known.supplied
    if supplied.release_id is not None:
        return await release_of(session, supplied.release_id, lock=True)
    release = await create_release(
        session, occasion.caller, title=plan.title, artist=plan.artist, now=occasion.now
    )
    supplied.release_id = release.id
    for row in known.tracks.values():  # the draft before was deleted by hand, with its tracks
        track = await session.get(Track, row.track_id) if row.track_id else None
        row.track_id = None if track and track.state == TrackState.REMOVED else row.track_id
    await session.flush()
    return release


async def _show(
    session: Session,
    supplied: SuppliedRelease,
    release: Release,
    plan: PlannedRelease,
    occasion: Occasion,
) -> None:
    cover_id = supplied.cover_id if plan.has_cover else None
    files = await files_by_id(session, [cover_id] if cover_id else [])
    await show_cover(session, release, files[cover_id] if cover_id else None, occasion)


async def _offer(
    session: Session,
    message: Message,
    supplied: SuppliedRelease,
    tracks: Mapping[str, UUID],
    occasion: Occasion,
) -> Mapping[str, object]:
    """Let the deals of a release be those of its message; answer what is not offered here."""
    if supplied.release_id is None:
        raise Broken("no-release", f"Nothing was made of {supplied.id} yet.")
    found = offered(
        message, release_id=supplied.release_id, tracks=tracks, party_id=occasion.party_id
    )
    by = occasion.caller.id
    await replace_supplied(session, supplied.id, found.deals, by=by, now=occasion.now)
    return found.as_json()
