"""The head of a request, read from the wire (RFC 9112, 3 to 6).

Only plain heads are read here: who gets nothing back asks a full parser, which says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

END = b"\r\n\r\n"
#: What makes a head another matter than "this, please, and then the next one".
_OTHER_MATTERS = frozenset({"transfer-encoding", "upgrade", "expect", "connection"})

#: The name of a field (RFC 9110, 5.6.2), and what no value has (5.5); line ends are seen to apart.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: A host and perhaps a port (RFC 3986, 3.2.2). Two Hosts, joined as one field, have a space.
_HOST = re.compile(r"([A-Za-z0-9._~%!$&'()*+,;=-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?")
_OTHER_VERSION = re.compile(rb"[^\r\n]* HTTP/(?!1\.)[0-9]\.[0-9]\r\n")

_MOST_BYTES, _MOST_LINES, _LONGEST_LINE = 1 << 15, 100, 8_190
_LINE_END = b"\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A request of HTTP/1.1; names in lower case, several fields of a name joined as one."""

    method: str
    target: str
    headers: Mapping[str, str]
    body_bytes: int


def too_large(head: bytes) -> int | None:
    """Answer the status that refuses a head, whole or not, which is more than anybody needs."""
    lines = head.split(_LINE_END) if len(head) > _LONGEST_LINE else ()
    if lines and len(lines[0]) > _LONGEST_LINE:
        return 414
    is_long = len(head) > _MOST_BYTES or any(len(line) > _LONGEST_LINE for line in lines)
    return 431 if is_long or head.count(_LINE_END) > _MOST_LINES else None


def is_of_another_version(head: bytes) -> bool:
    """Tell whether a head is of an HTTP that is not spoken here (RFC 9110, 15.6.6)."""
    return _OTHER_VERSION.match(head) is not None


def parse_head(head: bytes) -> Head | None:
    """Read a head, up to and with the empty line; nothing where it is not a plain one.

    What stands after it on the wire begins `body_bytes` later.
    """
    try:
        text = head[: -len(END)].decode("ascii")
    except UnicodeDecodeError:
        return None
    request, *fields = text.split("\r\n")
    # Otherwise there is half of a line end.
    is_plain = text.count("\r") == text.count("\n") == len(fields) and not _CONTROL.search(text)
    method, _, rest = request.partition(" ")
    target, _, version = rest.partition(" ")
    if not is_plain or version != "HTTP/1.1" or not method.isupper() or not target.startswith("/"):
        return None
    headers: dict[str, str] = {}
    for field in fields:
        name, colon, value = field.partition(":")
        # A name that ends with a space, or a line that goes on with one, is nobody's to read.
        if not colon or not _NAME.fullmatch(name):
            return None
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    is_plain = _OTHER_MATTERS.isdisjoint(headers) or _is_kept(headers)
    if not is_plain or not _HOST.fullmatch(headers.get("host", " ")):
        return None
    length = headers.get("content-length", "0")
    if not length.isdigit() or len(length) > 15:  # noqa: PLR2004 - a petabyte
        return None
    return Head(method=method, target=target, headers=headers, body_bytes=int(length))


def _is_kept(headers: Mapping[str, str]) -> bool:
    """Tell whether all that is said of the connection is that it goes on."""
    others = [name for name in _OTHER_MATTERS if name in headers]
    return others == ["connection"] and headers["connection"].lower() == "keep-alive"
