"""Resumable Uploads for HTTP, the IETF's own: what a client asks for, and what it is told.

Written from revision 12 of draft-ietf-httpbis-resumable-upload, interop version 8; 6 and 7 have
the same fields and are understood. Takes heads and standings; answers commands, fields and interim
responses, or raises Refused. Structured fields (RFC 9651) are read as far as the draft has them: a
Boolean or an Integer, whose parameters mean nothing here; what is not one is as if not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from base.errors import Refused
from ingest.checksums import Checksum
from ingest.protocol.digests import parse_digests, strongest
from ingest.protocol.heads import Head, require_plain
from ingest.protocol.metadata import name_in, parse_metadata
from ingest.protocol.standing import Standing
from ingest.refusals import OffsetMismatch, too_large

MEDIA_TYPE = "application/partial-upload"
#: The newest first.
INTEROP_VERSIONS = ("8", "7", "6")
_INTEROP_FIELD = "Upload-Draft-Interop-Version"
_BOOLEANS = {"?1": True, "?0": False}
_INTEGER = re.compile(r"[0-9]{1,15}")
_EXTENDED_NAME = re.compile(r"filename\*\s*=\s*UTF-8'[^']*'([^\s;]+)", re.IGNORECASE)
_NAME = re.compile(r'filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)
_IANA = "https://iana.org/assignments/http-problem-types#"
#: Which of our refusals the draft has a type of problem for; the last was in it until revision 8.
PROBLEM_TYPES = {
    "upload-offset": f"{_IANA}mismatching-upload-offset",
    "inconsistent-length": f"{_IANA}inconsistent-upload-length",
    "length-changed": f"{_IANA}inconsistent-upload-length",
    "upload-ended": f"{_IANA}completed-upload",
}

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """Begin an upload with the content; `is_whole` when that is all of it."""

    is_whole: bool
    length_bytes: int | None
    filename: str | None
    checksum: Checksum | None
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Append the content at an offset; `is_last` when nothing comes after it."""

    offset_bytes: int
    is_last: bool
    length_bytes: int | None
    checksum: Checksum | None


def is_begun(head: Head) -> bool:
    """Tell whether a request, of any method, begins a resumable upload."""
    return _boolean(head.fields, "upload-complete") is not None


def is_spoken(head: Head) -> bool:
    """Tell whether a request to an upload is of this protocol rather than of tus."""
    if "tus-resumable" in head.fields:
        return False
    if head.method in {"HEAD", "GET", "DELETE"}:
        return True
    return is_begun(head) or head.media_type == MEDIA_TYPE


def read_creation(head: Head, *, limit_bytes: int) -> Creation:
    """Read a request that begins an upload, whichever its method.

    Raises:
        Refused: its lengths disagree (400), or are more than is taken (413), or its content is
            packed (415).

    """
    require_plain(head)
    is_whole = _boolean(head.fields, "upload-complete") is True
    length = _length(head, offset_bytes=0, is_last=is_whole)
    if max(length or 0, head.content_bytes or 0) > limit_bytes:
        raise too_large(limit_bytes)
    sha256 = parse_digests(head.fields, "repr-digest").get("sha256")
    return Creation(
        is_whole=is_whole,
        length_bytes=length,
        filename=_filename(head.fields),
        checksum=strongest(parse_digests(head.fields, "content-digest")),
        sha256=sha256.hex() if sha256 else None,
    )


def read_addition(head: Head) -> Addition:
    """Read a PATCH.

    Raises:
        Refused: its content is not of the draft's type, or packed (415), or it does not say
            where it begins and whether it ends the upload (400), or its lengths disagree (400).

    """
    require_plain(head)
    if head.media_type != MEDIA_TYPE:
        raise Refused("wrong-type", f"The content should be sent as {MEDIA_TYPE}.", status=415)
    offset = _integer(head.fields, "upload-offset")
    is_last = _boolean(head.fields, "upload-complete")
    if offset is None or is_last is None:
        raise Refused("bad-header", "Send Upload-Offset, and Upload-Complete: ?0 or ?1.")
    return Addition(
        offset_bytes=offset,
        is_last=is_last,
        length_bytes=_length(head, offset_bytes=offset, is_last=is_last),
        checksum=strongest(parse_digests(head.fields, "content-digest")),
    )


def interop_version(head: Head) -> str | None:
    """Answer the version of the draft that interim responses are spoken in; None for silence."""
    spoken = head.fields.get(_INTEROP_FIELD.lower(), "").strip()
    return spoken if spoken in INTEROP_VERSIONS else None


def interim(version: str, fields: Fields) -> bytes:
    """Write a 104 response."""
    told = {_INTEROP_FIELD: version, **fields}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 104 Upload Resumption Supported\r\n{lines}\r\n".encode()


def limits(*, limit_bytes: int, expires_at: datetime | None, now: datetime) -> Fields:
    """Answer Upload-Limit: how much is taken, and how many seconds the upload is kept."""
    told = {"max-size": limit_bytes}
    if expires_at is not None:
        told["max-age"] = max(0, int((expires_at - now).total_seconds()))
    return {"Upload-Limit": ", ".join(f"{key}={value}" for key, value in told.items())}


def progress(standing: Standing) -> Fields:
    """Answer what every response tells of an upload."""
    return {
        "Upload-Complete": "?1" if standing.is_complete else "?0",
        "Upload-Offset": str(standing.offset_bytes),
    }


def description(standing: Standing) -> Fields:
    """Answer what HEAD and GET tell: all that a client needs to go on."""
    told = {**progress(standing), "Cache-Control": "no-store"}
    if standing.length_bytes is not None:
        told["Upload-Length"] = str(standing.length_bytes)
    return told


def problem_members(error: Refused) -> Mapping[str, object]:
    """Answer what the problem document of a refusal has in the draft's own words."""
    if error.code not in PROBLEM_TYPES:
        return {}
    members: dict[str, object] = {"type": PROBLEM_TYPES[error.code]}
    if isinstance(error, OffsetMismatch):
        members |= {"expected-offset": error.offset_bytes, "provided-offset": error.at}
    return members


def refusal(error: Refused) -> Fields:
    """Answer what an error is told with besides its problem document."""
    if isinstance(error, OffsetMismatch):
        complete = "?1" if error.is_complete else "?0"
        return {"Upload-Complete": complete, "Upload-Offset": str(error.offset_bytes)}
    return {"Upload-Complete": "?1"} if error.code == "upload-ended" else {}


def _length(head: Head, *, offset_bytes: int, is_last: bool) -> int | None:
    """Deduce the length (section Length): by its own field, or by content that is the last."""
    told = _integer(head.fields, "upload-length")
    content = head.content_bytes
    deduced = offset_bytes + content if is_last and content is not None else None
    if told is not None and deduced is not None and told != deduced:
        raise _inconsistent()
    return deduced if told is None else told


def _inconsistent() -> Refused:
    return Refused(
        "inconsistent-length", "Upload-Length is not what the content and its offset come to."
    )


def _boolean(fields: Fields, name: str) -> bool | None:
    return _BOOLEANS.get(_bare(fields.get(name, "")))


def _integer(fields: Fields, name: str) -> int | None:
    text = _bare(fields.get(name, ""))
    return int(text) if _INTEGER.fullmatch(text) else None


def _bare(text: str) -> str:
    return text.partition(";")[0].strip()


def _filename(fields: Fields) -> str | None:
    """Answer the name in Content-Disposition (RFC 6266), or where tus clients put it."""
    disposition = fields.get("content-disposition", "")
    if extended := _EXTENDED_NAME.search(disposition):
        return unquote(extended[1])
    if plain := _NAME.search(disposition):
        return plain[2] or re.sub(r"\\(.)", r"\1", plain[1] or "")
    return name_in(parse_metadata(fields.get("upload-metadata", "")))
