"""Write of a track what its owner says of it: names, numbers, genres, credits and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from base.database import Session
from base.errors import Refused
from catalog.artists import name_on_track
from catalog.credit_roles import Did, Named
from catalog.facts import Line, write_p_line, write_track_genres, write_track_tags
from catalog.genres import genre_of
from catalog.models.music import Track
from catalog.music import Naming, rename
from catalog.releases import write_credits
from catalog.words import fold_tag
from ingest.crediting import line_of, named_in
from ingest.describing import ARTIST, ARTISTS, CREDITS, GENRES, ISRC, P_LINE, TAGS, TITLE
from ingest.fields import read_field, read_needed
from ingest.lines import YEARS
from ingest.words import TITLE_LETTERS

_IDS = frozenset({"mbid", "group_mbid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an owner says of a track or a release; what is None, or no word of, stays as it is.

    An empty word or list takes away what was there, and so does a line without an owner.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    artists: Sequence[Named] | None = None
    credits: Sequence[Did] | None = None
    genres: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    p_line: Line | None = None
    c_line: Line | None = None

    @property
    def names(self) -> list[str]:
        """Answer what is said, as rows remember it."""
        kinds = (
            *((ARTISTS, self.artists), (CREDITS, self.credits), (GENRES, self.genres)),
            *((TAGS, self.tags), (P_LINE, self.p_line), ("c_line", self.c_line)),
        )
        return [*self.words, *(name for name, said in kinds if said is not None)]


async def tell_of_music(session: Session, track: Track, said: Said, *, now: datetime) -> None:
    """Write all of it on a track but its ISRC, which may make it another recording.

    Raises:
        Refused: `word-unfit`, `genre-unknown`, 422; `artist-unknown`, 404.

    """
    words = {name: read_field(name, text) for name, text in said.words.items() if name != ISRC}
    await rename(session, track, Naming(title=words.pop(TITLE, None), artist=words.get(ARTIST)))
    for name, word in words.items():
        if name != ARTIST:
            setattr(track, name, value_of(name, word))
    await _name(session, track, said, words.get(ARTIST), now=now)
    if said.p_line is not None:
        write_p_line(track, read_line(said.p_line))
    if said.genres is not None:
        await write_track_genres(session, track.id, read_genres(said.genres))
    if said.tags is not None:
        await write_track_tags(session, track.id, read_tags(said.tags))
    if said.credits is not None:
        await write_credits(session, track.id, [read_did(one) for one in said.credits])


async def _name(
    session: Session, track: Track, said: Said, line: str | None, *, now: datetime
) -> None:
    if said.artists is None and line is None:
        return
    named = read_named(said.artists) if said.artists is not None else list(named_in(line))
    if line is None and named:
        track.artist = line_of(named)[:TITLE_LETTERS]
    await name_on_track(session, track.id, named, owner_id=track.owner_id, now=now)


def value_of(name: str, word: str | None) -> str | UUID | None:
    """Answer a word as its column has it."""
    return UUID(word) if word is not None and name in _IDS else word


def read_line(line: Line) -> Line | None:
    """Read a line of rights; without an owner there is none.

    Raises:
        Refused: `word-unfit`, 422.

    """
    year, owner = line
    if year is not None and year not in YEARS:
        raise Refused("word-unfit", f"{year} is no year of a line of rights.", status=422)
    return (year, read_needed("owner", owner)) if owner.strip() else None


def read_named(named: Sequence[Named]) -> list[Named]:
    """Read who is named, with numbers that are right.

    Raises:
        Refused: `word-unfit`, 422.

    """
    return [
        Named(
            name=read_needed("artist_name", one.name),
            role=one.role,
            joined=one.joined,
            artist_id=one.artist_id,
            **{
                number: read_field(number, said)
                for number in ("mbid", "isni", "ipi")
                if (said := getattr(one, number))
            },
        )
        for one in named
    ]


def read_did(one: Did) -> Did:
    """Read who did something, with numbers that are right.

    Raises:
        Refused: `word-unfit`, 422.

    """
    return Did(
        role=read_needed("role", one.role),
        name=read_needed("name", one.name),
        ipi=read_field("ipi", one.ipi) if one.ipi else None,
        isni=read_field("isni", one.isni) if one.isni else None,
        artist_id=one.artist_id,
    )


def read_genres(said: Sequence[str]) -> list[str]:
    """Read genres of the list, by their slugs or what else they are called.

    Raises:
        Refused: `genre-unknown`, 422.

    """
    found = [(text, genre_of(text)) for text in said]
    unknown = [text for text, genre in found if genre is None]
    if unknown:
        raise Refused(
            "genre-unknown",
            f"There is no genre {unknown[0][:40]!r}: see GET /api/v1/genres; "
            "what is finer is a tag.",
            status=422,
        )
    return [genre for _, genre in found if genre is not None]


def read_tags(said: Sequence[str]) -> list[str]:
    """Read tags; what has no letter in it is none.

    Raises:
        Refused: `word-unfit`, 422.

    """
    found = [fold_tag(text) for text in said]
    if None in found:
        raise Refused("word-unfit", "A tag has letters or digits in it.", status=422)
    return [one for one in found if one is not None]
