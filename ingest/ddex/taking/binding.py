"""Which files came for what a message lists, and which of all that ever came is the newest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from base.database import Session
from catalog.ern_messages import deliveries_of
from catalog.models.ddex import SuppliedRelease, SuppliedTrack
from catalog.supplied import note_cover, note_file
from catalog.supplied_facts import StoredFile
from catalog.supplied_files import files_at, files_by_id, files_for, files_in, files_of_digests
from ingest.ddex.canonical import DeliveredFile
from ingest.ddex.taking.choosing import Choice, choose, has_sums, paths_for, sha256_of
from ingest.ddex.taking.names import is_isrc
from ingest.ddex.taking.occasion import Occasion
from ingest.ddex.taking.planned import PlannedRelease

#: Of a delivery, where a file is not where it is told to be, so many are held against its sum.
_MOST_FILES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What came: for each recording of a message what is there of its file, and of its cover."""

    tracks: Mapping[str, Choice] = field(default_factory=dict)
    cover: Choice = field(default_factory=Choice)


async def find_files(session: Session, occasion: Occasion, plan: PlannedRelease) -> Bound:
    """Find the files that a message names, where they came with it, or are known by their sums."""
    wanted = {one.key: one.files[0] for one in plan.tracks if one.files}
    covers = plan.cover[:1]
    files = [*wanted.values(), *covers]
    places = await deliveries_of(session, occasion.arrived.row)
    stored = await _stored(session, occasion.partner_id, places, files)
    found = _choices(files, places, stored)
    unfound = [one for one in files if found[one].file is None and has_sums(one)]
    if unfound:
        folders = {delivery_id for delivery_id, _ in places}
        others = await files_in(session, folders, limit=_MOST_FILES)
        found |= _choices(unfound, places, [*stored, *others])
    return Bound(
        tracks={key: found[file] for key, file in wanted.items()},
        cover=found[covers[0]] if covers else Choice(),
    )


async def _stored(
    session: Session,
    partner_id: UUID,
    places: Sequence[tuple[UUID, str]],
    files: Iterable[DeliveredFile],
) -> list[StoredFile]:
    files = list(files)
    there = {at for file in files for at in _places(file, places)}
    digests = {digest for file in files if (digest := sha256_of(file))}
    known = [
        *await files_at(session, sorted(there)),
        *await files_of_digests(session, partner_id, digests),
    ]
    return list({one.id: one for one in known}.values())


def _choices(
    files: Iterable[DeliveredFile],
    places: Sequence[tuple[UUID, str]],
    stored: Sequence[StoredFile],
) -> dict[DeliveredFile, Choice]:
    return {file: choose(file, _places(file, places), stored) for file in files}


def _places(file: DeliveredFile, places: Sequence[tuple[UUID, str]]) -> list[tuple[UUID, str]]:
    found = ((delivery_id, at) for delivery_id, path in places for at in paths_for(file, path))
    return list(dict.fromkeys(found))


def note_files(
    supplied: SuppliedRelease,
    tracks: Mapping[str, SuppliedTrack],
    bound: Bound,
    occasion: Occasion,
) -> set[str]:
    """Write down which files came with a message, unless newer ones did with a newer one.

    Answers of which recordings another is the newest now; of the cover the key is empty.
    """
    changed = {
        key
        for key, choice in bound.tracks.items()
        if choice.file and note_file(tracks[key], choice.file.id, occasion.told)
    }
    if bound.cover.file and note_cover(supplied, bound.cover.file.id, occasion.told):
        changed.add("")
    return changed


async def newest_files(
    session: Session, partner_id: UUID, tracks: Mapping[str, SuppliedTrack], keys: Iterable[str]
) -> dict[str, StoredFile]:
    """Answer of recordings the file that is heard: the newest for it, here or where else it is."""
    wanted = {key: tracks[key].file_id for key in keys}
    # What a release calls its recordings says nothing of another's, and their numbers do.
    lacking = [key for key, file_id in wanted.items() if file_id is None and is_isrc(key)]
    wanted |= await files_for(session, partner_id, lacking)
    files = await files_by_id(session, [one for one in wanted.values() if one])
    return {key: files[file_id] for key, file_id in wanted.items() if file_id}
