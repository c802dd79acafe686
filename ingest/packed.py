"""What becomes of the files of an archive: tracks, a cover, or findings that say why not.

Decides by names and sizes alone; what a file really is, its examination tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from base.errors import Refused
from catalog.findings import Finding, Severity
from ingest.naming import parts_of
from ingest.words import PATH_LETTERS
from ingest.zips import DEFLATED, STORED, Member

AUDIO = frozenset(
    f".{ending}"
    for ending in (
        *("wav", "wave", "bwf", "rf64", "w64", "aif", "aiff", "aifc", "caf", "flac", "alac"),
        *("m4a", "mp4", "mp3", "aac", "ogg", "oga", "opus", "ape", "wv"),
    )
)
#: Audio that is not taken: a release lacks it until it comes in another form.
FOREIGN = frozenset(
    f".{ending}"
    for ending in (
        *(
            "wma",
            "asf",
            "ra",
            "rm",
            "mid",
            "midi",
            "amr",
            "ac3",
            "dts",
            "mka",
            "webm",
            "mpc",
            "tak",
            "tta",
            "shn",
        ),
        *("dsf", "dff", "au", "snd", "voc"),
    )
)
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".avif", ".gif"})
ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".bz2", ".xz", ".zst", ".iso"})
#: What file managers leave, which nobody sent on purpose.
_LEFTOVERS = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
_LEFTOVER_FOLDERS = frozenset({"__macosx", ".appledouble", "$recycle.bin", ".trashes"})
_COVERS = ("cover", "front", "folder", "album", "artwork", "art")
_MOST_TRACKS = 1_000
#: Sound packs to half its size; silence to nothing, but nobody sends an album of it.
_MOST_RATIO, _LEAST_SUSPECT_BYTES = 50, 256 << 20
_MOST_FINDINGS = 200
_MOST_PICTURE_BYTES = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file in an archive that is to be taken out, and what it is called there."""

    member: Member
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to take out of an archive, in its order, and what is to be said of the rest."""

    tracks: tuple[Packed, ...]
    cover: Packed | None
    findings: tuple[Finding, ...]


def plan(members: Sequence[Member], *, archive_bytes: int, track_bytes: int) -> Plan:
    """Decide what becomes of each file; `track_bytes` is the largest that one may be.

    Raises:
        Refused: `archive-bomb`, `archive-too-many`: no album is like that.

    """
    files = list(_files(members))
    findings = [found for one in files if (found := _fault(one, track_bytes)) is not None]
    faulty = {found.about for found in findings}
    sound = list(_once([one for one in files if one.path not in faulty], findings))
    tracks = [one for one in sound if _ending(one.path) in AUDIO]
    cover = _cover([one for one in sound if _ending(one.path) in PICTURES])
    _require_sane(tracks, archive_bytes)
    taken = {one.path for one in (*tracks, *([cover] if cover else []))}
    findings += [_unused(one) for one in sound if one.path not in taken]
    return Plan(tracks=tuple(tracks), cover=cover, findings=tuple(_some(findings)))


def _files(members: Sequence[Member]) -> Iterator[Packed]:
    for member in members:
        parts = parts_of(member.path)
        if member.is_folder or not parts or _is_leftover(parts):
            continue
        yield Packed(member=member, path="/".join(parts)[-PATH_LETTERS:])


def _is_leftover(parts: tuple[str, ...]) -> bool:
    *folders, name = (part.casefold() for part in parts)
    is_ours = not name.startswith("._") and name not in _LEFTOVERS
    return not is_ours or not _LEFTOVER_FOLDERS.isdisjoint(folders)


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.casefold()


def _fault(one: Packed, track_bytes: int) -> Finding | None:
    """Answer why a file cannot be taken out, if so."""
    member, ending = one.member, _ending(one.path)
    if ending not in AUDIO | PICTURES:
        return None
    most = _MOST_PICTURE_BYTES if ending in PICTURES else track_bytes
    faults = (
        (member.is_encrypted, "encrypted", "It is encrypted.", "Pack it without a password."),
        (member.is_odd, "link", "It is a link and no file.", "Put the file itself in."),
        (
            member.method not in {STORED, DEFLATED},
            "packed-unknown",
            "It is packed in a way that is not read here.",
            "Pack it as ordinary ZIP: deflated, or stored.",
        ),
        (
            member.size_bytes > most,
            "too-large",
            f"It is larger than the {most / 2**30:.2g} GiB that are accepted.",
            "Send it in a smaller form, such as FLAC.",
        ),
        (not member.size_bytes, "empty-file", "It is empty.", "Export it again."),
    )
    found = next((words for is_so, *words in faults if is_so), None)
    return _error(one, *found) if found else None


def _some(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Answer the worst of very many."""
    ranks = list(Severity)
    ranked = sorted(findings, key=lambda one: -ranks.index(one.severity))
    yield from ranked[:_MOST_FINDINGS]
    if more := len(ranked[_MOST_FINDINGS:]):
        text = f"There are {more} more files like these."
        yield Finding(code="and-more", severity=Severity.NOTE, text=text, advice="")


def _error(one: Packed, code: str, text: str, advice: str) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, about=one.path, text=text, advice=advice)


def _once(files: Sequence[Packed], findings: list[Finding]) -> Iterator[Packed]:
    """Answer the first of those that have the same name; which one is meant nobody can tell."""
    seen: set[str] = set()
    for one in files:
        if one.path in seen:
            text = "The archive has two files of this name; the first was taken."
            advice = "Look whether it is the right one."
            findings.append(_warning(one, "name-twice", text, advice))
        else:
            seen.add(one.path)
            yield one


def _cover(pictures: Sequence[Packed]) -> Packed | None:
    """Answer the picture that is called like a cover; the highest of several, or the only one."""

    def rank(one: Packed) -> tuple[int, int]:
        stem = PurePosixPath(one.path).stem.casefold()
        names = [at for at, name in enumerate(_COVERS) if name in stem]
        return (min(names, default=len(_COVERS)), one.path.count("/"))

    ranked = sorted(pictures, key=rank)
    is_told = ranked and (len(ranked) == 1 or rank(ranked[0])[0] < len(_COVERS))
    return ranked[0] if is_told else None


def _unused(one: Packed) -> Finding:
    if _ending(one.path) in ARCHIVES:
        text, advice = "An archive in an archive is not opened.", "Put its files in, or send it."
        return _warning(one, "nested-archive", text, advice)
    if _ending(one.path) in FOREIGN:
        text, advice = "Audio of this kind is not taken.", "Export it as FLAC, WAV or AIFF."
        return _error(one, "unsupported-audio", text, advice)
    text = "It is not audio, and was left out."
    return Finding(code="not-audio", severity=Severity.NOTE, about=one.path, text=text, advice="")


def _warning(one: Packed, code: str, text: str, advice: str) -> Finding:
    return Finding(code=code, severity=Severity.WARNING, about=one.path, text=text, advice=advice)


def _require_sane(tracks: Sequence[Packed], archive_bytes: int) -> None:
    if len(tracks) > _MOST_TRACKS:
        raise Refused(
            "archive-too-many",
            f"The archive has {len(tracks)} tracks, more than the {_MOST_TRACKS} of one release.",
            status=422,
        )
    total = sum(one.member.size_bytes for one in tracks)
    if total > _LEAST_SUSPECT_BYTES and total > _MOST_RATIO * archive_bytes:
        raise Refused(
            "archive-bomb",
            f"The archive would unpack to {total / archive_bytes:.0f} times its size; "
            "no music does. Please send the files themselves.",
            status=422,
        )
