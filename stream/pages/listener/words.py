"""What programs are told of music in a word, in words for people."""

from __future__ import annotations

from catalog.credit_roles import ArtistRole, RoleKind
from catalog.release_types import ReleaseType
from stream.pages.language import N_

KINDS = {
    RoleKind.COMPOSER: N_("Composer"),
    RoleKind.LYRICIST: N_("Lyrics"),
    RoleKind.WRITER: N_("Writer"),
    RoleKind.ARRANGER: N_("Arranger"),
    RoleKind.PUBLISHER: N_("Publisher"),
    RoleKind.PERFORMER: N_("Performer"),
    RoleKind.VOCALS: N_("Vocals"),
    RoleKind.CONDUCTOR: N_("Conductor"),
    RoleKind.ENSEMBLE: N_("Ensemble"),
    RoleKind.PRODUCER: N_("Producer"),
    RoleKind.ENGINEER: N_("Engineer"),
    RoleKind.MIXER: N_("Mix"),
    RoleKind.MASTERING: N_("Mastering"),
    RoleKind.REMIXER: N_("Remix"),
    RoleKind.PROGRAMMER: N_("Programming"),
    RoleKind.DJ_MIXER: N_("DJ mix"),
    RoleKind.ARTWORK: N_("Artwork"),
}
ROLES = {
    ArtistRole.FEATURED: N_("featured"),
    ArtistRole.REMIXER: N_("remix"),
    ArtistRole.COMPOSER: N_("composer"),
    ArtistRole.CONDUCTOR: N_("conductor"),
    ArtistRole.DJ: N_("DJ"),
}
TYPES = {
    ReleaseType.ALBUM: N_("Album"),
    ReleaseType.EP: N_("EP"),
    ReleaseType.SINGLE: N_("Single"),
    ReleaseType.COMPILATION: N_("Compilation"),
    ReleaseType.LIVE: N_("Live"),
    ReleaseType.DJ_MIX: N_("DJ mix"),
}
#: What the files are called in which a track is kept, by their codec.
FORMATS = {
    "flac": N_("FLAC, lossless"),
    "alac": N_("ALAC, lossless"),
    "mp3": N_("MP3"),
    "aac": N_("AAC"),
    "opus": N_("Opus"),
}
