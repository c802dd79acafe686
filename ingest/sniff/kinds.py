"""Kinds of files, known by how they begin."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a file is; the first ones hold music that the engine can read."""

    WAV = "WAV"
    W64 = "W64"
    AIFF = "AIFF"
    FLAC = "FLAC"
    MP4 = "MP4"
    MP3 = "MP3"
    OGG = "Ogg"
    WAVPACK = "WavPack"
    APE = "Monkey's Audio"
    CAF = "CAF"
    ADTS = "AAC"
    ZIP = "ZIP"
    EMPTY = "empty"
    TAGS = "tags"
    PLAYLIST = "playlist"
    WEB_PAGE = "web page"
    TEXT = "text"
    ARCHIVE = "archive"
    PICTURE = "picture"
    VIDEO = "video"
    PDF = "PDF"
    DOCUMENT = "document"
    PROGRAM = "program"
    SCORE = "MIDI"
    DSD = "DSD"
    OTHER_AUDIO = "other audio"
    UNKNOWN = "unknown"


AUDIO = frozenset(
    {
        *(Kind.WAV, Kind.W64, Kind.AIFF, Kind.FLAC, Kind.MP4, Kind.MP3),
        *(Kind.OGG, Kind.WAVPACK, Kind.APE, Kind.CAF, Kind.ADTS),
    }
)

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_W64 = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (_W64, Kind.W64),
    (b"fLaC", Kind.FLAC),
    (b"OggS", Kind.OGG),
    (b"wvpk", Kind.WAVPACK),
    (b"MAC ", Kind.APE),
    (b"caff", Kind.CAF),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"DSD ", Kind.DSD),
    (b"FRM8", Kind.DSD),
    (b"MThd", Kind.SCORE),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (_ASF, Kind.OTHER_AUDIO),
    (b"FLV\x01", Kind.VIDEO),
    (b"\x00\x00\x01\xba", Kind.VIDEO),
    (b"\x00\x00\x01\xb3", Kind.VIDEO),
    (b".RMF", Kind.VIDEO),
    (b"TTA1", Kind.OTHER_AUDIO),
    (b"TTA2", Kind.OTHER_AUDIO),
    (b"MPCK", Kind.OTHER_AUDIO),
    (b"MP+", Kind.OTHER_AUDIO),
    (b"#!AMR", Kind.OTHER_AUDIO),
    (b".snd", Kind.OTHER_AUDIO),
    (b"\x0b\x77", Kind.OTHER_AUDIO),
    (b"\x7f\xfe\x80\x01", Kind.OTHER_AUDIO),
    (b"OFR ", Kind.OTHER_AUDIO),
    (b"tBaK", Kind.OTHER_AUDIO),
    (b"Creative Voice File", Kind.OTHER_AUDIO),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),
    (b"MSCF", Kind.ARCHIVE),
    (b"SIT!", Kind.ARCHIVE),
    (b"StuffIt", Kind.ARCHIVE),
    (b"\x89PNG\r\n\x1a\n", Kind.PICTURE),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"GIF8", Kind.PICTURE),
    (b"II*\x00", Kind.PICTURE),
    (b"MM\x00*", Kind.PICTURE),
    (b"BM", Kind.PICTURE),
    (b"8BPS", Kind.PICTURE),
    (b"\x00\x00\x01\x00", Kind.PICTURE),
    (b"%PDF-", Kind.PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.DOCUMENT),
    (b"{\\rtf", Kind.DOCUMENT),
    (b"SQLite format 3\x00", Kind.DOCUMENT),
    (b"\x7fELF", Kind.PROGRAM),
    (b"MZ", Kind.PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM),
    (b"\xfe\xed\xfa\xce", Kind.PROGRAM),
    (b"\xfe\xed\xfa\xcf", Kind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Kind.PROGRAM),
    (b"\xce\xfa\xed\xfe", Kind.PROGRAM),
    (b"#!", Kind.PROGRAM),
)
_RIFF_FORMS = {
    b"WAVE": Kind.WAV,
    b"AVI ": Kind.VIDEO,
    b"WEBP": Kind.PICTURE,
    b"RMID": Kind.SCORE,
    b"CDXA": Kind.VIDEO,
}
_FORM_FORMS = {b"AIFF": Kind.AIFF, b"AIFC": Kind.AIFF, b"8SVX": Kind.OTHER_AUDIO}
_PICTURE_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis", b"jxl "})
#: QuickTime files of old begin with one of these boxes instead of `ftyp`.
_QUICKTIME = frozenset({b"moov", b"mdat", b"wide", b"pnot", b"skip", b"free"})
_TAR = (257, b"ustar")
_TS_PACKET = 188


def kind_of(data: bytes) -> Kind:
    """Say what begins so; `UNKNOWN` where it may still be text, or begin with something else."""
    if not data:
        return Kind.EMPTY
    # Forms first: the length before a name may look like anything.
    if kind := _by_form(data):
        return kind
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), Kind.UNKNOWN)


def _by_form(data: bytes) -> Kind | None:
    """Look where the name of the form stands behind its length."""
    name, form = data[:4], data[8:12]
    if name in {b"RIFF", b"RIFX", b"RF64", b"BW64"}:
        return _RIFF_FORMS.get(form)
    if name == b"FORM":
        return _FORM_FORMS.get(form)
    if data[4:8] == b"ftyp":
        return Kind.PICTURE if form in _PICTURE_BRANDS else Kind.MP4
    return _far_inside(data)


def _far_inside(data: bytes) -> Kind | None:
    if data[4:8] in _QUICKTIME:
        return Kind.MP4
    if data[_TAR[0] : _TAR[0] + 5] == _TAR[1]:
        return Kind.ARCHIVE
    return Kind.VIDEO if data[: 3 * _TS_PACKET : _TS_PACKET] == b"GGG" else None
