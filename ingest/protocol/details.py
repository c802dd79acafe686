"""What an upload's row keeps of what its client said: readable pairs, and tus's fields verbatim.

tus wants its fields told as they were sent, so they are kept whole beside what they say.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.protocol.metadata import parse_metadata

#: Keys of ours, which no client's pair may take.
METADATA = "Upload-Metadata"
CONCAT = "Upload-Concat"

Details = Mapping[str, str]


def details_of(metadata: str, *, concat: str = "") -> dict[str, str]:
    """Answer what to keep of tus's fields; values that are no text are in the field alone."""
    pairs = parse_metadata(metadata).items()
    said = {key: text for key, value in pairs if (text := _text(value)) is not None}
    return {**said, METADATA: metadata.strip(), CONCAT: concat}


def _text(value: bytes) -> str | None:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
