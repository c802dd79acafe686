"""The head of a request as the protocols read it: a method, and fields by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from base.errors import Refused

#: Fifteen digits are a petabyte, and far from where numbers of other programs overflow.
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What of a request matters; `fields` by lower-case name, each with one value."""

    method: str
    fields: Mapping[str, str]

    @property
    def media_type(self) -> str:
        """Answer the type of the content without its parameters, in lower case."""
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def content_bytes(self) -> int | None:
        """Answer how much content was announced; None when it comes in chunks."""
        if "transfer-encoding" in self.fields:
            return None
        return number(self.fields, "content-length") or 0


def number(fields: Mapping[str, str], name: str) -> int | None:
    """Answer the non-negative integer in a field, or None where there is no such field.

    Raises:
        Refused: `bad-header`; it holds anything else.

    """
    text = fields.get(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text.strip()):
        raise bad_header(name, "a whole number that is not negative")
    return int(text)


def require_plain(head: Head) -> None:
    """Let content be that is sent as it is; offsets and digests are of the file's own bytes.

    Raises:
        Refused: `content-coding`, 415.

    """
    coding = head.fields.get("content-encoding", "").strip().lower()
    if coding not in {"", "identity"}:
        raise Refused(
            "content-coding",
            "Send the file as it is, without Content-Encoding.",
            status=415,
        )


def bad_header(name: str, wanted: str) -> Refused:
    """Say what a field should have held."""
    return Refused("bad-header", f"The header {name.title()} should hold {wanted}.")
