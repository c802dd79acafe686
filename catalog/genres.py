"""Genres: a controlled list, each below another or at the top, and the words that say one.

Kept small enough to choose from; what is finer is a tag. It is our own, and asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.words import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """A genre; `parent` is the one that it is a kind of."""

    slug: str
    name: str
    parent: str | None


#: Two spaces in: below the one before. After a bar: other words for it.
_LIST = """
Alternative | alternative rock, alt rock
Ambient
  Dark Ambient
  Drone
  New Age
  Field Recordings
Blues
  Delta Blues
  Electric Blues
  Blues Rock
Children's Music | children, kids, kindermusik
Classical | klassik, classique
  Baroque | barock
  Chamber Music | kammermusik
  Choral | chormusik
  Contemporary Classical | neue musik, modern classical, neo-classical, neoclassical
  Early Music | alte musik
  Minimalism
  Opera | oper
  Orchestral | symphony
  Piano Solo
Country
  Americana
  Bluegrass
  Alt-Country
Electronic | electronica, elektronik, dance, edm
  Bass Music
  Breakbeat | breaks
  Downtempo | trip hop, trip-hop, chillout
  Drum and Bass | drum & bass, drum n bass, dnb, jungle
  Dub Techno
  Dubstep
  Electro
  Footwork | juke
  Garage | uk garage, 2-step
  Hardcore Techno | gabber, hardstyle
  House
    Acid House
    Afro House | amapiano
    Deep House
    Tech House
  IDM | intelligent dance music, braindance
  Synthwave | retrowave
  Techno
    Minimal Techno | minimal
  Trance
    Psytrance | psy-trance, goa
  Vaporwave
Experimental | avant-garde, avantgarde
  Electroacoustic | musique concrete
  Free Improvisation | improvisation, free improv
  Glitch
  Noise
  Sound Art
Folk | folklore, acoustic
  Chanson
  Celtic | irish folk
  Contemporary Folk
  Indie Folk
  Singer-Songwriter | liedermacher
  Traditional Folk
Funk
  Afrobeat
  Disco
  Boogie
Gospel | christian, worship
Hip-Hop | hip hop, hiphop, rap, hip-hop/rap
  Boom Bap
  Conscious Hip-Hop
  Grime
  Instrumental Hip-Hop | beats, lo-fi hip hop, lofi
  Trap
  Drill
Jazz
  Bebop | bop
  Big Band
  Contemporary Jazz | modern jazz
  Free Jazz
  Fusion | jazz fusion, jazz rock
  Nu Jazz
  Smooth Jazz
  Spiritual Jazz
  Swing
  Vocal Jazz
Latin | latino
  Bossa Nova
  Cumbia
  Flamenco
  Reggaeton
  Salsa
  Samba
  Son
  Tango
Metal | heavy metal
  Black Metal
  Death Metal
  Doom Metal | doom
  Grindcore
  Metalcore
  Power Metal
  Progressive Metal
  Sludge Metal | sludge
  Thrash Metal | thrash
Pop
  Art Pop
  Dream Pop
  Electropop | synth-pop, synthpop
  Hyperpop
  Indie Pop
  J-Pop
  K-Pop
  Schlager
Punk | punk rock
  Hardcore Punk | hardcore
  Pop Punk
  Post-Punk | coldwave, darkwave
  Ska Punk
R&B | rnb, r & b, rhythm and blues
  Contemporary R&B
  Neo-Soul
Reggae
  Dancehall
  Dub
  Roots Reggae
  Ska
Rock
  Garage Rock
  Indie Rock | indie
  Krautrock
  Math Rock
  Post-Rock
  Progressive Rock | prog, prog rock
  Psychedelic Rock | psychedelic
  Shoegaze
  Slowcore
  Stoner Rock
  Surf
Soul
  Motown
  Northern Soul
Soundtrack | score, film score, filmmusik
  Games | video game, game music
  Musical Theatre | musical, musicals
Spoken Word | spoken, speech
  Audio Drama | hoerspiel, radio play
  Comedy
  Poetry
World | world music, weltmusik
  African
    Highlife
    Desert Blues
  Arabic
  Balkan
  Caribbean | calypso, soca, zouk
  Indian Classical | hindustani, carnatic
  Klezmer
"""


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", folded(name.replace("&", " and "))).strip("-")


def _read(text: str) -> tuple[dict[str, Genre], dict[str, str]]:
    genres: dict[str, Genre] = {}
    words: dict[str, str] = {}
    above: list[str] = []
    for line in text.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name, _, others = (part.strip() for part in line.partition("|"))
        slug = _slug(name)
        del above[depth:]
        genres[slug] = Genre(slug=slug, name=name, parent=above[-1] if above else None)
        above.append(slug)
        for word in (name, *filter(None, (one.strip() for one in others.split(",")))):
            words.setdefault(_slug(word), slug)
    return genres, words


GENRES: Mapping[str, Genre]
_WORDS: Mapping[str, str]
GENRES, _WORDS = _read(_LIST)


def genre_of(text: str) -> str | None:
    """Answer the genre that a word says, by its name, its slug, or another word for it."""
    return _WORDS.get(_slug(text))


def name_of(slug: str) -> str:
    """Answer what a genre is called."""
    return GENRES[slug].name


def with_children(slug: str) -> frozenset[str]:
    """Answer a genre and all that are kinds of it."""
    found = {slug}
    for one in GENRES.values():  # parents stand before their children
        if one.parent in found:
            found.add(one.slug)
    return frozenset(found)
