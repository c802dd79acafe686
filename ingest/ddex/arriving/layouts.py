"""What deliveries an inbox holds, by the listing of its files: which are complete, in what order.

Two layouts (ERN choreographies for SFTP, part 3): a batch is a folder with a folder for each
release, that a `BatchComplete` ends; or each release is a folder by itself, that nothing need end.
Whether the first kind is complete, its sender says. The second is, where it is not said, when its
message is there and nothing in it has changed for a while: half a file has the name of a whole one,
and a message may rightly name files that never come, as they came before; only stillness tells.

Decides from values: it opens nothing, and what a name leads to is for others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from catalog.findings import Severity
from ingest.ddex.arriving.names import folded, is_harmless, is_unfinished, shown

#: Answers lie here; what is in there is never taken.
ANSWERS = "acknowledgements"
#: Senders of some clouds put their folders below this one.
_BELOW = "releases"
_RESOURCES = "resources"
_RELEASE = re.compile(r"(?P<mark>[PN])_(?P<id>.+)_(?P<at>\d{14,17})")
_BATCH = re.compile(r"(?:(?P<mark>[PMN])_)?(?P<id>(?:.+_(?P<at>\d{14,17})|.+))")
_NUMBERED = re.compile(r"(?:[PMN]_.+|\d{8,20})")
_MARKER = re.compile(r"BatchComplete(_.*)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_DIGITS = 24
#: Of a delivery, in letters.
_LONGEST_NAME = 200
#: So many odd things of one kind are told one by one.
_TOLD = 20


class Layout(StrEnum):
    """How a delivery is laid out."""

    BATCH = "batch"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file as a listing tells of it; `path` is below the inbox, or below its delivery.

    By its `mark` it is known again: it is another one when its bytes may be others. What is not
    `is_plain` is a link, or no file at all.
    """

    path: str
    size_bytes: int
    changed_at: datetime
    mark: str
    is_plain: bool = True

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """Something that is odd about a delivery, by a code; `about` names the file, as it is shown."""

    code: str
    severity: Severity
    text: str
    about: str = ""

    def as_json(self) -> dict[str, str]:
        """Print it for a row."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "text": self.text,
            "about": self.about,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A delivery as it lies there: its folder, and the paths below it of what is to be taken."""

    name: str
    layout: Layout
    is_urgent: bool
    #: The number of the batch, or when the release was put together: they are taken in its order.
    sequence: str
    marker: Entry | None
    files: tuple[Entry, ...]
    messages: tuple[str, ...]
    is_complete: bool
    odd: tuple[Odd, ...] = ()

    @property
    def releases(self) -> frozenset[str]:
        """The folders of a batch, by the names of releases."""
        return frozenset(path.split("/")[0] for path in self.messages if "/" in path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Called:
    """What a folder's name says."""

    layout: Layout
    mark: str
    number: str
    at: str


def deliveries_in(
    entries: Iterable[Entry], *, now: datetime, still: timedelta, ended: Collection[str] = ()
) -> list[Arrived]:
    """Answer the deliveries among the files of an inbox, in the order in which they are taken.

    The urgent ones (`P`) come first, then the others by their numbers or times. A release that
    stands in two batches of which neither is `ended` is told of.
    """
    found = [
        _delivery(name, own, now=now, still=still) for name, own in _by_folder(entries).items()
    ]
    there = [one for one in found if one is not None]
    return _told_of_twins(sorted(there, key=_order), ended)


def delivery_of(path: str) -> str | None:
    """Answer the name of the delivery that a file belongs to by its path; None if to none."""
    parts = path.split("/")
    depth = 2 if parts[0].lower() == _BELOW else 1
    if len(parts) <= depth or _called(parts[depth - 1]) is None:
        return None
    return "/".join(parts[:depth])


def layout_of(name: str) -> Layout:
    """Answer how a delivery of that name is laid out."""
    called = _called(name.rpartition("/")[2])
    return called.layout if called else Layout.BATCH


def is_message(path: str, layout: Layout) -> bool:
    """Tell whether a file of a delivery is a message, by where it is and what it is called."""
    *folders, name = path.split("/")
    if not name.lower().endswith(".xml"):
        return False
    if not folders:
        return not _is_marker(name)
    is_release = folders[0].lower() not in {_RESOURCES, ANSWERS}
    return layout is Layout.BATCH and len(folders) == 1 and is_release


def release_of(path: str, delivery: str) -> str:
    """Answer the name of the release that a message is about, as its folder says it."""
    folder, _, _ = path.rpartition("/")
    name = delivery.rpartition("/")[2]
    match = _RELEASE.fullmatch(name)
    return folder or (match["id"] if match else name)


def _by_folder(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        name = delivery_of(entry.path)
        if name is not None and is_harmless(name) and len(name) <= _LONGEST_NAME:
            found[name].append(replace(entry, path=entry.path[len(name) + 1 :]))
    return found


def _called(name: str) -> _Called | None:
    match = _RELEASE.fullmatch(name)
    if match:
        return _Called(
            layout=Layout.RELEASE, mark=match["mark"], number=match["id"], at=match["at"]
        )
    batch = _BATCH.fullmatch(name) if _NUMBERED.fullmatch(name) else None
    if batch is None:
        return None
    return _Called(
        layout=Layout.BATCH,
        mark=batch["mark"] or "",
        number=batch["id"],
        at=batch["at"] or batch["id"],
    )


def _delivery(
    name: str, own: Sequence[Entry], *, now: datetime, still: timedelta
) -> Arrived | None:
    called = _called(name.rpartition("/")[2])
    sound = [one for one in own if one.is_plain and is_harmless(one.path)]
    meant = [one for one in sound if not _is_passed_over(one.path)]
    markers = sorted(one.path for one in meant if "/" not in one.path and _is_marker(one.path))
    files = tuple(
        sorted(
            (one for one in meant if one.path not in markers),
            key=lambda one: one.path,
        )
    )
    if called is None or not (meant or len(sound) < len(own)):
        return None
    marker = _chosen([one for one in meant if one.path in markers])
    messages, others = _messages(files, called.layout)
    is_still = all(now - one.changed_at >= still for one in own if not _is_answer(one.path))
    odd = [
        *_bad_names(own),
        *_twins(files),
        *_others(others),
        *_of_marker(marker, markers, called),
    ]
    return Arrived(
        name=name,
        layout=called.layout,
        is_urgent=called.mark == "P",
        sequence=called.at,
        marker=marker,
        files=files,
        messages=messages,
        is_complete=marker is not None
        or (called.layout is Layout.RELEASE and bool(messages) and is_still),
        odd=tuple(odd),
    )


def _is_marker(name: str) -> bool:
    stem = name[:-4] if name.lower().endswith(".xml") else name
    return _MARKER.fullmatch(stem) is not None


def _is_answer(path: str) -> bool:
    return ANSWERS in path.lower().split("/")[:-1]


def _is_passed_over(path: str) -> bool:
    return _is_answer(path) or any(map(is_unfinished, path.split("/")))


def _chosen(markers: Sequence[Entry]) -> Entry | None:
    """Of several, the one that lists messages; an empty one beside it says nothing more."""
    return max(markers, key=lambda one: (one.size_bytes, one.path), default=None)


def _messages(files: Sequence[Entry], layout: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Answer the messages, and what else is written like one beside a message of its folder's name.

    Of several in the folder of a release that one is its message.
    """
    by_folder: dict[str, list[str]] = defaultdict(list)
    for one in files:
        if is_message(one.path, layout):
            by_folder[one.path.rpartition("/")[0]].append(one.path)
    messages, others = list[str](), list[str]()
    for folder, paths in sorted(by_folder.items()):
        named = [path for path in paths if folder and path[:-4] == f"{folder}/{folder}"]
        chosen = named or sorted(paths)
        messages += chosen
        others += [path for path in sorted(paths) if path not in chosen]
    return tuple(messages), tuple(others)


def _order(one: Arrived) -> tuple[bool, str, str]:
    """Numbers within names count as numbers: the batch 10 comes after the batch 9."""
    numbered = _NUMBER.sub(lambda match: match[0].zfill(_DIGITS), one.sequence)
    return not one.is_urgent, numbered, one.name


def _bad_names(own: Sequence[Entry]) -> Iterator[Odd]:
    for one in [one for one in own if not is_harmless(one.path)][:_TOLD]:
        yield Odd(
            code="hostile-name",
            severity=Severity.ERROR,
            text=f"“{shown(one.path)}” is no name of a file here, and is not taken: use letters, "
            "digits, blanks, dots and dashes.",
            about=shown(one.path),
        )
    for one in [one for one in own if is_harmless(one.path) and not one.is_plain][:_TOLD]:
        yield Odd(
            code="no-file",
            severity=Severity.ERROR,
            text=f"“{shown(one.path)}” is a link, or no file: it is not followed. Send the file.",
            about=shown(one.path),
        )


def _twins(files: Sequence[Entry]) -> Iterator[Odd]:
    seen: dict[str, str] = {}
    for one in files:
        first = seen.setdefault(folded(one.path), one.path)
        if first != one.path:
            yield Odd(
                code="twin-names",
                severity=Severity.WARNING,
                text=f"“{shown(one.path)}” and “{shown(first)}” differ only in how letters are "
                "written: a message has to name each exactly as it is.",
                about=shown(one.path),
            )


def _others(paths: Sequence[str]) -> Iterator[Odd]:
    for path in paths[:_TOLD]:
        yield Odd(
            code="other-xml",
            severity=Severity.NOTE,
            text=f"“{shown(path)}” stands beside the message of its release, and is kept as a "
            "file.",
            about=shown(path),
        )


def _of_marker(marker: Entry | None, markers: Sequence[str], called: _Called) -> Iterator[Odd]:
    if marker is None:
        return
    stem = marker.name[:-4] if marker.name.lower().endswith(".xml") else marker.name
    said = stem.partition("_")[2]
    if said and said not in {called.number, called.at, f"{called.mark}_{called.number}"}:
        yield Odd(
            code="marker-of-another",
            severity=Severity.WARNING,
            text=f"“{shown(marker.name)}” names another batch than its folder; it counts for this.",
            about=shown(marker.name),
        )
    if len(markers) > 1:
        yield Odd(
            code="several-markers",
            severity=Severity.NOTE,
            text=f"{len(markers)} files say that all is there; “{shown(marker.name)}” is believed.",
            about=shown(marker.name),
        )


def _told_of_twins(arrived: Sequence[Arrived], ended: Collection[str]) -> list[Arrived]:
    """Tell of each release that stands in an open batch before as well."""
    first: dict[str, str] = {}
    told = list[Arrived]()
    for one in arrived:
        odd = list(one.odd)
        if one.layout is Layout.BATCH and one.name not in ended:
            for release in sorted(one.releases):
                before = first.setdefault(release, one.name)
                if before != one.name:
                    odd.append(_twice(release, before))
        told.append(replace(one, odd=tuple(odd)))
    return told


def _twice(release: str, before: str) -> Odd:
    return Odd(
        code="release-in-two-batches",
        severity=Severity.WARNING,
        text=f"The release {shown(release)} stands in the batch {shown(before)} as well, which is "
        "not done: the later message counts, whichever is taken first.",
        about=shown(release),
    )
