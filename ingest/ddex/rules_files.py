"""Files: each is within the delivery, and says what its bytes come to. Nothing is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from catalog.findings import Severity
from ingest.ddex.canonical import DeliveredFile, Message, ResourceKind
from ingest.ddex.findings import MessageFinding, Status
from ingest.ddex.words import HASHES

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LONGEST_PATH = 1_000


def path_of(uri: str) -> PurePosixPath | None:
    """Answer where in its delivery a file is; None for an address that leads out of it.

    A path may be written as an address is, with `%20`; what it is then counts. Backslashes, control
    characters, drives and schemes are in no path of ours.
    """
    plain = unquote(uri)
    path = PurePosixPath(plain)
    is_within = bool(plain) and not path.is_absolute() and ".." not in path.parts
    is_plain = "\\" not in plain and plain.isprintable() and not _SCHEME.match(plain)
    return path if is_within and is_plain and len(plain) <= _LONGEST_PATH else None


def of_files(message: Message) -> Iterator[MessageFinding]:
    """Find files that are told to be elsewhere, and recordings without one."""
    for resource in message.resources:
        for one in resource.files:
            yield from _of_file(one)
        is_recording = resource.kind is ResourceKind.SOUND_RECORDING
        if is_recording and not any(not one.is_clip for one in resource.files):
            # A message that only tells anew what is known comes without files.
            yield MessageFinding(
                rule="no-file",
                status=Status.RESOURCE_MISSING,
                severity=Severity.NOTE,
                text=f"Recording {resource.reference} comes without a file: one has to be here.",
                line=resource.place.line,
                path=resource.place.path,
            )


def _of_file(file: DeliveredFile) -> Iterator[MessageFinding]:
    if path_of(file.uri) is None:
        yield MessageFinding(
            rule="file-elsewhere",
            status=Status.RESOURCE_MISSING,
            severity=Severity.ERROR,
            text=(
                f"The address “{file.uri[:200]}” is no path within the delivery: name the file by "
                "where it is beside the message, as in resources/01.flac. Nothing is fetched."
            ),
            line=file.place.line,
            path=file.place.path,
        )
    if not any(one.algorithm.upper() in HASHES for one in file.hashes):
        told = ", ".join(one.algorithm for one in file.hashes) or "none"
        yield MessageFinding(
            rule="hash-missing",
            status=Status.HASH_WRONG_OR_MISSING,
            severity=Severity.WARNING,
            text=f"Nothing tells whether the file arrives whole: of its hash sums ({told}) none is "
            "known here. SHA-256 is best.",
            line=file.place.line,
            path=file.place.path,
        )
