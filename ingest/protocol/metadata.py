"""Upload-Metadata of tus: pairs of a key and a Base64 value, and what they say of a file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from base.errors import Refused
from ingest.protocol.heads import bad_header

#: Clients write a few names in it; what is longer than this is no name.
_LONGEST = 4096
#: Where clients write the name of the file: tus's own examples, then Uppy's.
_NAME_KEYS = ("filename", "name")

Metadata = Mapping[str, bytes]


def parse_metadata(field: str) -> dict[str, bytes]:
    """Read the pairs; a key without a value has an empty one, and an empty field has no pairs.

    Raises:
        Refused: `bad-header`; `metadata-too-long`, 413.

    """
    if len(field) > _LONGEST:
        raise Refused(
            "metadata-too-long", f"Upload-Metadata has more than {_LONGEST} bytes.", status=413
        )
    pairs = [_pair(part) for part in field.split(",")] if field.strip() else []
    found = dict(pairs)
    if len(found) < len(pairs):
        raise bad_header("upload-metadata", "every key once")
    return found


def print_metadata(metadata: Metadata) -> str:
    """Write the pairs as clients do; an empty value leaves its space out."""
    return ",".join(
        f"{key} {base64.b64encode(value).decode()}" if value else key
        for key, value in metadata.items()
    )


def name_in(metadata: Metadata) -> str | None:
    """Answer what the file is called, as far as the client says."""
    for key in _NAME_KEYS:
        if value := metadata.get(key):
            return value.decode(errors="replace")
    return None


def _pair(text: str) -> tuple[str, bytes]:
    key, _, value = text.strip().partition(" ")
    if not (key and key.isascii() and key.isprintable()):
        raise bad_header("upload-metadata", "keys of plain ASCII characters")
    try:
        return key, base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise bad_header("upload-metadata", f"a Base64 value for {key}") from None
