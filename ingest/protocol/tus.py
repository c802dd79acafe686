"""tus 1.0.0: what a client asks for, whether it may, and what it is told.

Takes the head of a request and the standing of an upload; answers commands and headers, or
raises Refused with the status that the protocol asks for. The extensions are those of
EXTENSIONS. `checksum-trailer` is not among them: the server underneath drops trailers; nor is
`concatenation-unfinished`: a sum of pieces is made of pieces that are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from uuid import UUID

from base.errors import Refused
from ingest.checksums import ALGORITHMS, Checksum
from ingest.protocol.digests import parse_checksum
from ingest.protocol.heads import Head, bad_header, number, require_plain
from ingest.protocol.metadata import parse_metadata
from ingest.protocol.standing import Standing
from ingest.refusals import too_large, too_much

VERSION = "1.0.0"
MEDIA_TYPE = "application/offset+octet-stream"
EXTENSIONS = (
    "creation",
    "creation-with-upload",
    "creation-defer-length",
    "expiration",
    "checksum",
    "termination",
    "concatenation",
)
#: More pieces than this are no client's: they make six parallel requests, not hundreds.
_MOST_PIECES = 100
_UNSUPPORTED = "unsupported-version"

Headers = Mapping[str, str]
#: Of an answer that tells how it is now: an error to HEAD is no less fleeting than an offset.
_ANSWER: Headers = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """Begin an upload, maybe with the first bytes of it; `metadata` as the client wrote it."""

    length_bytes: int | None
    concat: str
    metadata: str
    has_content: bool
    checksum: Checksum | None

    @property
    def is_partial(self) -> bool:
        """Whether it is a piece of another."""
        return bool(self.concat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Make one upload of several, in this order."""

    pieces: tuple[UUID, ...]
    concat: str
    metadata: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Add the content at an offset; `length_bytes` when the client has learned it now."""

    offset_bytes: int
    length_bytes: int | None
    checksum: Checksum | None


def method_of(head: Head) -> str:
    """Answer the method that is meant, for clients that cannot send it."""
    return head.fields.get("x-http-method-override", head.method).strip().upper()


def require_version(head: Head) -> None:
    """Let pass who speaks our version.

    Raises:
        Refused: `unsupported-version`, 412.

    """
    if head.fields.get("tus-resumable", "").strip() != VERSION:
        raise Refused(
            _UNSUPPORTED,
            f"Uploads by tus need the header Tus-Resumable: {VERSION}.",
            status=412,
        )


def read_creation(head: Head, *, limit_bytes: int) -> Creation | Joining:
    """Read a POST to where uploads are made.

    Raises:
        Refused: a field is not as it should be (400), the upload is too large (413), its
            content is not of tus's type, or packed (415).

    """
    require_plain(head)
    concat = head.fields.get("upload-concat", "").strip()
    metadata = head.fields.get("upload-metadata", "")
    parse_metadata(metadata)
    if concat.startswith("final"):
        return _joining(head, concat, metadata)
    if concat not in {"", "partial"}:
        raise bad_header("upload-concat", "partial, or final; and the addresses of the pieces")
    has_content = head.media_type == MEDIA_TYPE
    if head.content_bytes != 0 and not has_content:
        raise _wrong_type()
    return Creation(
        length_bytes=_length(head, limit_bytes),
        concat=concat,
        metadata=metadata,
        has_content=has_content,
        checksum=_checksum(head),
    )


def read_addition(head: Head) -> Addition:
    """Read a PATCH.

    Raises:
        Refused: its content is not of tus's type, or packed (415), or a field not as it should
            be (400).

    """
    require_plain(head)
    if head.media_type != MEDIA_TYPE:
        raise _wrong_type()
    offset = number(head.fields, "upload-offset")
    if offset is None:
        raise bad_header("upload-offset", "where the content begins")
    return Addition(
        offset_bytes=offset,
        length_bytes=number(head.fields, "upload-length"),
        checksum=_checksum(head),
    )


def discovery(*, limit_bytes: int) -> Headers:
    """Answer what OPTIONS tells."""
    return {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(limit_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def refusal(error: Exception) -> Headers:
    """Answer what an error is told with besides its problem document."""
    if isinstance(error, Refused) and error.code == _UNSUPPORTED:
        return {**_ANSWER, "Tus-Version": VERSION}
    return _ANSWER


def progress(standing: Standing) -> Headers:
    """Answer what PATCH, and POST with content, tell: how far it is, and how long it is kept."""
    return {
        "Tus-Resumable": VERSION,
        "Upload-Offset": str(standing.offset_bytes),
        **_expiry(standing),
    }


def created(standing: Standing) -> Headers:
    """Answer what POST without content tells."""
    return {"Tus-Resumable": VERSION, **_expiry(standing)}


def description(standing: Standing) -> Headers:
    """Answer what HEAD tells: all that a client needs to go on."""
    told = {**progress(standing), "Cache-Control": "no-store"}
    if standing.length_bytes is None:
        told["Upload-Defer-Length"] = "1"
    else:
        told["Upload-Length"] = str(standing.length_bytes)
    if standing.metadata:
        told["Upload-Metadata"] = standing.metadata
    if standing.concat:
        told["Upload-Concat"] = standing.concat
    return told


def _joining(head: Head, concat: str, metadata: str) -> Joining:
    mark, _, addresses = concat.partition(";")
    pieces = tuple(_id_in(address) for address in addresses.split())
    if mark != "final" or not 0 < len(pieces) <= _MOST_PIECES:
        raise bad_header("upload-concat", f"final; and 1 to {_MOST_PIECES} addresses of pieces")
    if "upload-length" in head.fields:
        raise Refused("length-is-set", "The length of a final upload is that of its pieces.")
    return Joining(pieces=pieces, concat=concat, metadata=metadata)


def _id_in(address: str) -> UUID:
    """Read the id at the end of an address; which host it names makes no difference."""
    try:
        return UUID(address.rstrip("/").rpartition("/")[2])
    except ValueError:
        raise bad_header("upload-concat", "the addresses that the pieces were given") from None


def _length(head: Head, limit_bytes: int) -> int | None:
    length = number(head.fields, "upload-length")
    defers = head.fields.get("upload-defer-length")
    if defers is not None and defers.strip() != "1":
        raise bad_header("upload-defer-length", "1, or not be there")
    if (length is None) == (defers is None):
        raise Refused("bad-header", "Send either Upload-Length or Upload-Defer-Length: 1.")
    if length is not None and length > limit_bytes:
        raise too_large(limit_bytes)
    if length is not None and (head.content_bytes or 0) > length:
        raise too_much(length)
    return length


def _checksum(head: Head) -> Checksum | None:
    field = head.fields.get("upload-checksum")
    return None if field is None else parse_checksum(field)


def _expiry(standing: Standing) -> dict[str, str]:
    if standing.expires_at is None:
        return {}
    return {"Upload-Expires": format_datetime(standing.expires_at, usegmt=True)}


def _wrong_type() -> Refused:
    return Refused("wrong-type", f"The content should be sent as {MEDIA_TYPE}.", status=415)
