"""Who did what: the kinds of roles that there are, and which one a free word says.

What was said stays as it was said; the kind is what statements, messages to others and filters
need. Artists who are named on the front have a shorter list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from catalog.words import folded


class ArtistRole(StrEnum):
    """As what an artist is named on the front of a track or a release."""

    MAIN = "main"
    FEATURED = "featured"
    REMIXER = "remixer"
    WITH = "with"
    COMPOSER = "composer"
    CONDUCTOR = "conductor"
    DJ = "dj"


class RoleKind(StrEnum):
    """What somebody did on a track."""

    COMPOSER = "composer"
    LYRICIST = "lyricist"
    WRITER = "writer"
    ARRANGER = "arranger"
    PUBLISHER = "publisher"
    PERFORMER = "performer"
    VOCALS = "vocals"
    CONDUCTOR = "conductor"
    ENSEMBLE = "ensemble"
    PRODUCER = "producer"
    ENGINEER = "engineer"
    MIXER = "mixer"
    MASTERING = "mastering"
    REMIXER = "remixer"
    PROGRAMMER = "programmer"
    DJ_MIXER = "dj-mixer"
    ARTWORK = "artwork"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An artist as named on the front; `joined` stands behind the name.

    `artist_id` is which one it is, where that is said; else who has the number, or the name.
    """

    name: str
    role: ArtistRole = ArtistRole.MAIN
    joined: str = ""
    mbid: str | None = None
    isni: str | None = None
    ipi: str | None = None
    artist_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """Somebody who did something on a track, with the numbers that they are known by."""

    role: str
    name: str
    ipi: str | None = None
    isni: str | None = None
    artist_id: UUID | None = None


#: What a word of a role begins or ends with, the first that fits; folded.
_SAYS: tuple[tuple[RoleKind, str], ...] = (
    (RoleKind.DJ_MIXER, r"\bdj.?mix"),
    (RoleKind.REMIXER, r"\bre.?mix"),
    (RoleKind.MASTERING, r"\b(re)?master"),
    (RoleKind.MIXER, r"\bmix"),
    (RoleKind.LYRICIST, r"\b(lyric|librett|words|text$|texte|paroles|text by)"),
    (RoleKind.ARRANGER, r"\b(arrang|orchestrator|orchestrat|adapt)"),
    (RoleKind.COMPOSER, r"\b(compos|music by|musik|musique)"),
    (RoleKind.WRITER, r"\b(writer|songwriter|author|auteur|written by)"),
    (RoleKind.PUBLISHER, r"\b(publish|verlag)"),
    (RoleKind.PRODUCER, r"produ[cz]"),
    (RoleKind.ENGINEER, r"\b(engineer|recorded by|recording|sound|tonmeister|editing|editor)"),
    (RoleKind.PROGRAMMER, r"\bprogram"),
    (RoleKind.CONDUCTOR, r"\b(conduct|dirigent|chef d)"),
    (RoleKind.ENSEMBLE, r"\b(orchestra$|choir|chorus|ensemble|quartet|quintet|trio$|chor$|band$)"),
    (
        RoleKind.VOCALS,
        r"\b(vocal|vocals|voice|singer|sing|rap|rapper|mc$|soprano|alto$|tenor$|bariton|gesang)",
    ),
    (RoleKind.ARTWORK, r"\b(artwork|cover|design|photo|illustrat|layout)"),
)
_NAMES = frozenset(RoleKind)
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _SAYS)
#: Instruments and their families: who plays one performs.
_PLAYED = re.compile(
    r"guitar|gitarre|guitare|bass|drum|schlagzeug|percussion|piano|klavier|key(s|board)|organ|orgel"
    r"|synth|violin|viola|cello|fiddle|geige|contrabass|harp|flute|flote|oboe|clarinet|klarinette"
    r"|bassoon|saxophone|sax\b|trumpet|trompete|trombone|posaune|horn|tuba|accordion|akkordeon"
    r"|banjo|mandolin|ukulele|sitar|tabla|oud|kora|marimba|vibraphone|xylophone|glockenspiel|bells"
    r"|rhodes|wurlitzer|moog|theremin|harmonica|harpsichord|cembalo|celesta|lute|strings|brass"
    r"|woodwind|turntable|sampler|electronics|instrument|recorder|whistle|bagpipe|hurdy|zither"
    r"|dulcimer|koto|shamisen|erhu|pipa|didgeridoo|congas|bongos|timpani|cajon|clap|perform|play"
    r"|soloist|musician|solo$"
)


def kind_of(role: str) -> RoleKind:
    """Answer what a role is one of: `Violin` is a performer's, `co-producer` a producer's."""
    said = folded(role).strip()
    if said in _NAMES:
        return RoleKind(said)
    for kind, pattern in _KINDS:
        if pattern.search(said):
            return kind
    return RoleKind.PERFORMER if _PLAYED.search(said) else RoleKind.OTHER
