"""The words of the catalogue in those that ERN 4.3 allows (its AVS); what it has no word for stays.

Where DDEX has none, a value is `UserDefined` and says ours, in our namespace.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from catalog.credit_roles import ArtistRole, RoleKind
from catalog.release_types import ReleaseType
from catalog.words import Explicit, folded

#: Which list of allowed values (AVS) these words are from.
AVS = "3"
USER_DEFINED = "UserDefined"
RELEASE_TYPES: Mapping[ReleaseType, str] = MappingProxyType(
    {
        ReleaseType.ALBUM: "Album",
        ReleaseType.EP: "EP",
        ReleaseType.SINGLE: "Single",
        ReleaseType.COMPILATION: "Album",
        ReleaseType.LIVE: "Album",
        ReleaseType.DJ_MIX: "DjMix",
    }
)
ADVISORIES: Mapping[Explicit, str] = MappingProxyType(
    {
        Explicit.UNKNOWN: "NoAdviceAvailable",
        Explicit.NOT: "NotExplicit",
        Explicit.EXPLICIT: "Explicit",
        Explicit.CLEANED: "ExplicitContentEdited",
    }
)
#: As what somebody is shown, and what they did, where that is another word.
DISPLAYED: Mapping[ArtistRole, tuple[str, str | None]] = MappingProxyType(
    {
        ArtistRole.MAIN: ("MainArtist", None),
        ArtistRole.FEATURED: ("FeaturedArtist", None),
        ArtistRole.REMIXER: ("Artist", "Remixer"),
        ArtistRole.WITH: ("Artist", None),
        ArtistRole.COMPOSER: ("Composer", None),
        ArtistRole.CONDUCTOR: ("Artist", "Conductor"),
        ArtistRole.DJ: ("Artist", "DJ"),
    }
)
_DID: Mapping[RoleKind, str] = MappingProxyType(
    {
        RoleKind.COMPOSER: "Composer",
        RoleKind.LYRICIST: "Lyricist",
        RoleKind.WRITER: "ComposerLyricist",
        RoleKind.ARRANGER: "Arranger",
        RoleKind.PUBLISHER: "MusicPublisher",
        RoleKind.PERFORMER: "Performer",
        RoleKind.VOCALS: "Vocalist",
        RoleKind.CONDUCTOR: "Conductor",
        RoleKind.ENSEMBLE: "Ensemble",
        RoleKind.PRODUCER: "StudioProducer",
        RoleKind.ENGINEER: "Engineer",
        RoleKind.MIXER: "Mixer",
        RoleKind.MASTERING: "MasteringEngineer",
        RoleKind.REMIXER: "Remixer",
        RoleKind.PROGRAMMER: "Programmer",
        RoleKind.DJ_MIXER: "DJ",
        RoleKind.ARTWORK: "GraphicArtist",
    }
)
_CODECS = MappingProxyType(
    {"flac": "FLAC", "aac": "AAC", "mp3": "MP3", "mp2": "MP2", "vorbis": "Vorbis"}
)
_CONTAINERS = MappingProxyType(
    {"wav": "WAV", "w64": "WAV", "aiff": "AIFF", "mov": "MP4", "ogg": "Ogg"}
)
_SUFFIXES = MappingProxyType({"mov": "m4a"})


def roles_of(kind: RoleKind, word: str) -> tuple[str | None, str | None]:
    """Answer the word of DDEX for what somebody did, and ours where that says more.

    `Violin` is a `Performer`, and a violin; `producer` is a `StudioProducer`, and no more.
    """
    told = _DID.get(kind)
    says_no_more = told is not None and folded(word).strip() in {kind.value, folded(told)}
    return told, None if says_no_more else word


def codec_of(codec: str) -> tuple[str, str | None]:
    """Answer the word of DDEX for a codec as ffmpeg calls it, and ours where it has none."""
    known = "PCM" if codec.startswith("pcm_") else _CODECS.get(codec)
    return (known, None) if known else (USER_DEFINED, codec)


def container_of(container: str) -> str | None:
    """Answer the word of DDEX for a container; a file that is all codec has none."""
    return _CONTAINERS.get(container)


def sound_path(number: int, container: str) -> str:
    """Answer where the master of a recording lies beside its message."""
    return str(PurePosixPath("resources", f"{number:03}.{_SUFFIXES.get(container, container)}"))


COVER_PATH = "resources/cover.jpg"


def advisory_of(words: list[Explicit]) -> Explicit:
    """Answer what to know of music before all hear it together: the worst of it, if all is known.

    What was taken out was there to be taken out, and of what nobody said anything nothing is known.
    """
    for one in (Explicit.EXPLICIT, Explicit.UNKNOWN, Explicit.CLEANED):
        if one in words:
            return one
    return Explicit.NOT if words else Explicit.UNKNOWN
