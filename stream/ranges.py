"""Which bytes to answer: conditional requests and ranges, decided (RFC 9110, 13 and 14).

Takes the head of a request and the facts of an object, answers a status, headers and
byte intervals. It sends nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property

#: More ranges than this are no player's, and are refused (RFC 9110, 14.2 and 15.5.17).
_MOST_RANGES = 16
#: What no media file has is past the end of every one; it also keeps numbers small.
_MOST_DIGITS = 18
_RANGE = re.compile(r"([0-9]*)-([0-9]*)")
#: One range that begins somewhere, of numbers that need no care.
_PLAIN_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")
_CONDITIONS = frozenset(
    {"if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"}
)
_ETAG = re.compile(r'(W/)?("[^"]*")')
#: A list of tags, of which some may be missing (RFC 9110, 5.6.1.2), and nothing beside them.
_ETAGS = re.compile(rf"[ \t,]*(?:{_ETAG.pattern}[ \t]*(?:,[ \t,]*|$))+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHead:
    """What of a request matters; header names in lower case."""

    method: str
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """An object: its strong entity tag with quotes, its size, when it came to be.

    Where nobody knows the last, its tag alone tells whether it is the same.
    """

    etag: str
    size_bytes: int
    modified_at: datetime | None
    content_type: str

    @cached_property
    def fields(self) -> dict[str, str]:
        """What every answer says of it; asked for thousands of times, and always the same."""
        said = {"Accept-Ranges": "bytes", "ETag": self.etag}
        if self.modified_at is not None:
            said["Last-Modified"] = format_datetime(_whole_second(self.modified_at), usegmt=True)
        return said

    @cached_property
    def text(self) -> str:
        """All that every part of it is sent with, as lines of a head."""
        said = {**self.fields, "Content-Type": self.content_type}
        return "".join(f"{name}: {value}\r\n" for name, value in said.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Bytes to send: `preamble`, then `length` of the object from `start`."""

    start: int
    length: int
    preamble: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to answer; for a HEAD the spans are left out and the headers are the same."""

    status: int
    headers: Mapping[str, str]
    spans: tuple[Span, ...] = ()
    epilogue: bytes = b""


def decide(request: RequestHead, resource: Resource) -> Decision:
    """Answer what a GET or HEAD for the resource comes to; anything odd in a range is ignored."""
    status = _precondition(request, resource)
    if status is not None:
        return Decision(status=status, headers=resource.fields)
    wanted = _wanted(request, resource)
    if wanted is None:
        return _whole(request, resource)
    if not wanted:
        unsatisfied = {"Content-Range": f"bytes */{resource.size_bytes}", "Content-Length": "0"}
        return Decision(status=416, headers={**resource.fields, **unsatisfied})
    if len(wanted) == 1:
        return _single(resource, *wanted[0])
    return _multiple(resource, wanted)


def plain_range(method: str, headers: Mapping[str, str], size_bytes: int) -> tuple[int, int] | None:
    """Answer the interval of a request for one range that sets no condition, as `decide` would.

    Nothing where it is less plain; it is what players ask all the time, and cheap.
    """
    asked = _PLAIN_RANGE.fullmatch(headers.get("range", "")) if method == "GET" else None
    if asked is None or not _CONDITIONS.isdisjoint(headers):
        return None
    start = int(asked[1])
    end = min(int(asked[2]) + 1, size_bytes) if asked[2] else size_bytes
    return (start, end) if start < end else None


def _whole(request: RequestHead, resource: Resource) -> Decision:
    headers = {
        **resource.fields,
        "Content-Length": str(resource.size_bytes),
        "Content-Type": resource.content_type,
    }
    body = (Span(start=0, length=resource.size_bytes),) if request.method != "HEAD" else ()
    return Decision(status=200, headers=headers, spans=body)


def _single(resource: Resource, start: int, end: int) -> Decision:
    headers = {
        **resource.fields,
        "Content-Length": str(end - start),
        "Content-Range": f"bytes {start}-{end - 1}/{resource.size_bytes}",
        "Content-Type": resource.content_type,
    }
    return Decision(status=206, headers=headers, spans=(Span(start=start, length=end - start),))


def _multiple(resource: Resource, wanted: Sequence[tuple[int, int]]) -> Decision:
    """Answer several ranges as one multipart body (RFC 9110, 14.6)."""
    boundary = f"refrain-{resource.etag.strip(chr(34))[:32]}"
    spans = tuple(
        Span(
            start=start,
            length=end - start,
            preamble=(
                f"\r\n--{boundary}\r\nContent-Type: {resource.content_type}\r\n"
                f"Content-Range: bytes {start}-{end - 1}/{resource.size_bytes}\r\n\r\n"
            ).encode(),
        )
        for start, end in wanted
    )
    epilogue = f"\r\n--{boundary}--\r\n".encode()
    length = sum(len(span.preamble) + span.length for span in spans) + len(epilogue)
    headers = {
        **resource.fields,
        "Content-Length": str(length),
        "Content-Type": f"multipart/byteranges; boundary={boundary}",
    }
    return Decision(status=206, headers=headers, spans=spans, epilogue=epilogue)


def _precondition(request: RequestHead, resource: Resource) -> int | None:
    """Evaluate the preconditions in the order of RFC 9110, 13.2.2."""
    headers = request.headers
    if (match := headers.get("if-match")) is not None:
        may_proceed = _matches(match, resource.etag, strong=True)
    else:
        since = _date(headers.get("if-unmodified-since"))
        may_proceed = since is None or _is_older(resource, since) is not False
    if not may_proceed:
        return 412
    if (none := headers.get("if-none-match")) is not None:
        is_known = _matches(none, resource.etag, strong=False)
    else:
        since = _date(headers.get("if-modified-since"))
        is_known = since is not None and _is_older(resource, since) is True
    return 304 if is_known else None


def is_named(etag: str, *, by: str) -> bool:
    """Tell whether an If-None-Match names a tag, weak or not."""
    return bool(by) and _matches(by, etag.removeprefix("W/"), strong=False)


def _matches(field: str, etag: str, *, strong: bool) -> bool:
    if field.strip() == "*":
        return True
    if not _ETAGS.fullmatch(field):
        return False
    return any(tag == etag and not (weak and strong) for weak, tag in _ETAG.findall(field))


def _date(field: str | None) -> datetime | None:
    try:
        read = parsedate_to_datetime(field) if field else None
    except (ValueError, OverflowError):  # the second: a year of twenty digits
        return None
    return read.replace(tzinfo=UTC) if read and read.tzinfo is None else read


def _is_older(resource: Resource, since: datetime) -> bool | None:
    """Tell whether it was changed by then at the latest; nothing where nobody knows (13.1.3)."""
    at = resource.modified_at
    return None if at is None else _whole_second(at) <= since


def _whole_second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _wanted(request: RequestHead, resource: Resource) -> list[tuple[int, int]] | None:
    """Answer the byte intervals asked for; None for the whole, empty when none is to be had."""
    field = request.headers.get("range")
    # Ranges are defined for GET alone (14.2): HEAD tells of the whole. And no Content-Range can say
    # "the last five of none".
    may_be_part = request.method == "GET" and resource.size_bytes > 0
    if field is None or not may_be_part or not _range_applies(request, resource):
        return None
    unit, _, specs = field.partition("=")
    if unit.lower() != "bytes":
        return None
    asked = [spec.strip() for spec in specs.split(",") if spec.strip()]
    read = [_RANGE.fullmatch(spec) for spec in asked]
    if not read:
        return None
    if len(read) > _MOST_RANGES:
        return []
    intervals = []
    for spec in read:
        if spec is None or not any(spec.groups()) or _is_backwards(spec):
            return None  # not a range of bytes: as if it were not there (14.2)
        intervals.append(_interval(spec[1], spec[2], resource.size_bytes))
    return _merged([(start, end) for start, end in intervals if start < end])


def _range_applies(request: RequestHead, resource: Resource) -> bool:
    """Evaluate If-Range (13.1.5): a strong tag or an exact date, else the whole is due."""
    field = request.headers.get("if-range")
    if field is None:
        return True
    if '"' in field:
        return field.strip() == resource.etag
    at = resource.modified_at
    return at is not None and _date(field) == _whole_second(at)


def _is_backwards(spec: re.Match[str]) -> bool:
    return bool(spec[1] and spec[2]) and _number(spec[2]) < _number(spec[1])


def _interval(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - _number(last)), size
    end = _number(last) + 1 if last else size
    return _number(first), min(end, size)


def _number(digits: str) -> int:
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _merged(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join what overlaps or touches, as 15.3.7.2 allows; nobody is sent a byte twice.

    The rest keeps the order in which it was asked for.
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    order = {_home(start, merged): place for place, (start, _) in reversed([*enumerate(intervals)])}
    return sorted(merged, key=order.__getitem__)


def _home(at: int, merged: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Answer the interval that has the byte."""
    return next((start, end) for start, end in merged if start <= at < end)
