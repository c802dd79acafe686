"""From a message to a plan: which of its titles is shown, whose names stand where, in what order.

Of titles in several languages that of the message's own is shown, and all are kept. A track stands
where its release puts it, once; what is no recording is kept, and not taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from catalog.genres import genre_of
from catalog.languages import language_of
from ingest.crediting import JOIN_LETTERS, MOST, joined_in_order, named_in
from ingest.ddex.canonical import (
    Credit,
    Identifier,
    IdKind,
    Message,
    Release,
    Resource,
    ResourceKind,
    RightsLine,
    Title,
)
from ingest.ddex.taking.kept import told_of
from ingest.ddex.taking.names import (
    key_of_recording,
    party_names,
    release_names,
    track_names,
)
from ingest.ddex.taking.planned import (
    Front,
    Line,
    PlannedRelease,
    PlannedTrack,
    Who,
    Work,
)
from ingest.ddex.taking.words import explicit_of, front_role, role_of, type_of
from ingest.identifiers import ipi_of, isni_of
from ingest.lines import line_in
from ingest.words import NAME_LETTERS, TITLE_LETTERS, one_line

_FRONT_COVER = "FrontCoverImage"
_UNTITLED = "Untitled"
_MOST_WORKS, _MOST_GENRES, _NUMBER_LETTERS, _GRID_LETTERS, _ICPN_LETTERS = 200, 3, 60, 18, 14


def plan_of(message: Message, main: Release) -> PlannedRelease:
    """Plan what a message says of its main release, and of the recordings on it."""
    recordings = {
        one.reference: one for one in message.resources if one.kind is ResourceKind.SOUND_RECORDING
    }
    fronts = _fronts(message, main.display_artist, main.artists)
    artist = one_line(main.display_artist, TITLE_LETTERS) or _line(fronts)
    genres = _genres(main.genres)
    covers = [
        one
        for one in message.resources
        if one.kind is ResourceKind.IMAGE and one.type in {_FRONT_COVER, ""}
    ]
    return PlannedRelease(
        names=release_names(main.identifiers),
        reference=main.reference,
        title=shown_title(main.titles, message.language),
        artist=artist,
        tracks=tuple(_tracks(message, main, recordings, artist)),
        words=_words(message, main),
        fronts=fronts,
        label=_label(message, main),
        p_line=_rights(main.p_lines),
        c_line=_rights(main.c_lines),
        genres=genres,
        has_cover=bool(covers),
        cover=tuple(file for one in covers for file in one.files if not file.is_clip),
        told=told_of(message, main),
    )


def shown_title(titles: Sequence[Title], language: str) -> str:
    """Answer the title that is shown: in the message's language, or the first displayed."""
    ranked = sorted(
        titles,
        key=lambda one: (
            one.kind != "DisplayTitle",
            not _is_in(one.language, language),
            bool(one.language),
        ),
    )
    if not ranked:
        return _UNTITLED
    best = ranked[0]
    beside = f" ({best.subtitle})" if best.subtitle and best.subtitle not in best.text else ""
    return one_line(f"{best.text}{beside}", TITLE_LETTERS) or _UNTITLED


def _is_in(language: str, wanted: str) -> bool:
    return bool(language) and (
        language == wanted or language.partition("-")[0] == wanted.partition("-")[0]
    )


def _words(message: Message, main: Release) -> dict[str, str | None]:
    found = dict[IdKind, str]()
    for one in main.identifiers:
        found.setdefault(one.kind, one.value)
    icpn = "".join(filter(str.isdigit, found.get(IdKind.ICPN, "")))
    grid = found.get(IdKind.GRID, "").replace("-", "").upper()
    labels = [_party(message, one)[0] for one in main.labels]
    return {
        "label": one_line(", ".join(filter(None, labels)), NAME_LETTERS),
        "upc": icpn if 0 < len(icpn) <= _ICPN_LETTERS else None,
        "grid": grid if 0 < len(grid) <= _GRID_LETTERS else None,
        "catalogue_number": one_line(found.get(IdKind.CATALOG_NUMBER), _NUMBER_LETTERS),
        "released_on": main.released_on.isoformat() if main.released_on else None,
        "original_on": main.first_released_on.isoformat() if main.first_released_on else None,
        "type": type_of(main.types),
        "language": language_of(message.language) if message.language else None,
    }


def _tracks(
    message: Message, main: Release, recordings: Mapping[str, Resource], artist: str
) -> Iterator[PlannedTrack]:
    releases = defaultdict[str, list[Release]](list)
    for one in message.releases:
        if one.is_track:
            for item in one.items:
                releases[item.resource].append(one)
    listed = [one for one in main.items if not one.link and one.resource in recordings]
    ranked = sorted(
        enumerate(listed),
        key=lambda pair: (pair[1].disc, pair[1].sequence is None, pair[1].sequence or 0, pair[0]),
    )
    seen, last = set[str](), dict[int, int]()
    for _, item in ranked:
        recording = recordings[item.resource]
        key = key_of_recording(recording)
        if key in seen:
            continue  # one recording stands on a release once
        seen.add(key)
        last[item.disc] = last.get(item.disc, 0) + 1
        planned = _track(message, recording, releases[item.resource])
        yield replace(
            planned,
            disc=item.disc,
            position=last[item.disc],
            artist=planned.artist or artist,
            genres=planned.genres or _genres(main.genres),
        )


def _track(message: Message, recording: Resource, releases: Sequence[Release]) -> PlannedTrack:
    """Plan a track, wherever it stands; `releases` are what it is by itself."""
    fronts = _fronts(message, recording.display_artist, recording.artists)
    names = track_names(recording, releases)
    return PlannedTrack(
        key=key_of_recording(recording),
        names=names,
        reference=recording.reference,
        title=shown_title(recording.titles, message.language),
        artist=one_line(recording.display_artist, TITLE_LETTERS) or _line(fronts),
        fronts=fronts,
        works=_works(message, recording.contributors),
        isrc=next((one.value for one in names if one.kind == IdKind.ISRC), None),
        language=language_of(recording.language) if recording.language else None,
        explicit=explicit_of(recording.advisory),
        p_line=_rights(recording.p_lines),
        genres=_genres([genre for one in releases for genre in one.genres]),
        duration_s=recording.duration_s,
        files=tuple(one for one in recording.files if not one.is_clip),
    )


def _fronts(message: Message, line: str, said: Sequence[Credit]) -> tuple[Front, ...]:
    """Answer who stands on the front, and between them what the line that is shown has there."""
    people = [(one, who) for one in said[:MOST] if (who := _who(message, one)) is not None]
    names = [who.name for _, who in people]
    shown = one_line(line, TITLE_LETTERS)
    named = named_in(shown, names) if shown and len(names) > 1 else ()
    between = named if len(named) == len(names) else joined_in_order(names)
    return tuple(
        Front(who=who, role=front_role(one.roles), joined=each.joined[:JOIN_LETTERS])
        for (one, who), each in zip(people, between, strict=True)
    )


def _line(fronts: Iterable[Front]) -> str:
    return "".join(one.who.name + one.joined for one in fronts).strip()[:TITLE_LETTERS]


def _works(message: Message, said: Sequence[Credit]) -> tuple[Work, ...]:
    found = (
        Work(who=who, role=role_of(role))
        for one in said
        if (who := _who(message, one)) is not None
        for role in one.roles or ("Contributor",)
    )
    return tuple(dict.fromkeys(found))[:_MOST_WORKS]


def _who(message: Message, credit: Credit) -> Who | None:
    name, identifiers = _party(message, credit.party)
    if credit.names:
        name = name or _in_language(credit.names, message.language)
    return _known_as(name, (*identifiers, *credit.identifiers))


def _label(message: Message, main: Release) -> Who | None:
    return next((who for one in main.labels if (who := _known_as(*_party(message, one)))), None)


def _known_as(name: str, identifiers: Sequence[Identifier]) -> Who | None:
    shown = one_line(name, NAME_LETTERS)
    if shown is None:
        return None
    isnis = (isni_of(one.value) for one in identifiers if one.kind is IdKind.ISNI)
    ipis = (ipi_of(one.value) for one in identifiers if one.kind is IdKind.IPI)
    return Who(
        name=shown,
        names=party_names(shown, identifiers),
        isni=next(filter(None, isnis), None),
        ipi=next(filter(None, ipis), None),
    )


def _party(message: Message, reference: str) -> tuple[str, tuple[Identifier, ...]]:
    """Answer who is referred to; in ERN 3, which has no list of parties, a label is its name."""
    party = message.parties.get(reference)
    if party is None:
        return ("" if message.version.has_party_list else reference), ()
    return _in_language(party.names, message.language), party.identifiers


def _in_language(names: Sequence[tuple[str, str]], language: str) -> str:
    in_it = [name for said, name in names if _is_in(said, language)]
    return next(iter((*in_it, *(name for _, name in names))), "")


def _rights(lines: Sequence[RightsLine]) -> Line | None:
    for one in lines:
        read = line_in(one.text)
        if read is not None:
            return one.year or read[0], read[1]
    return None


def _genres(words: Iterable[str]) -> tuple[str, ...]:
    found = (genre_of(one) for one in words)
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST_GENRES]
