"""Files that an archive should have held: a release lacks them until they came another way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from catalog.findings import Finding, Severity
from ingest.packed import AUDIO, FOREIGN

_ADVICE = "Send the file again by that name, or forget the archive if the release does without it."


def still_missing(findings: Iterable[Finding], sent: Iterable[str]) -> Iterator[Finding]:
    """Answer what is still to be said of an archive; `sent` are the paths of all tracks.

    Audio that could not be taken out keeps the release from being published, until a track came
    by its name, in whatever form. Each track stands in for one file.
    """
    left = list(sent)
    for one in findings:
        if one.severity is not Severity.ERROR:
            yield one
        elif one.about is None or PurePosixPath(one.about).suffix.casefold() not in AUDIO | FOREIGN:
            yield replace(one, severity=Severity.WARNING)
        elif (found := _by_name(one.about, left)) is not None:
            left.remove(found)
        else:
            yield replace(one, advice=_ADVICE)


def _by_name(path: str, sent: Iterable[str]) -> str | None:
    """Answer what was sent by the name of a file in an archive, or by the end of it."""
    wanted = _words(path)
    return next((one for one in sent if wanted[-len(_words(one)) :] == _words(one)), None)


def _words(path: str) -> tuple[str, ...]:
    *folders, name = path.casefold().split("/")
    return (*folders, PurePosixPath(name).stem)
