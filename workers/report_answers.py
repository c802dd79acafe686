"""What who gets a report leaves beside it: that they took it, or what is wrong with it.

The standard has the recipient delete the semaphore, and put a file whose name begins with `ACK_`;
what is in that, parties agree on. An empty one takes the report. One that speaks of an error in
whatever form refuses it, and is shown to people as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

PREFIX = "ACK_"
#: So much of an answer is read.
MOST_BYTES = 64 * 1024
_LONGEST = 500
_WRONG = re.compile(
    r"(?<!\bno )(?<!\b0 )\b(errors?|invalid|refused|rejected|fail(ed|ure)?|fatal|corrupt)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"(?:<[^<>]*>|[\x00-\x20\x7f-\x9f])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether a report was taken; `says` is what is wrong with it."""

    is_taken: bool
    says: str | None = None


def answers_among(names: Iterable[str], known_as: Collection[str]) -> list[str]:
    """Answer the files that answer a report, which is known by any of some names."""
    own = [one for one in known_as if one]
    return sorted(
        name for name in names if name.startswith(PREFIX) and any(one in name for one in own)
    )


def answer_in(content: bytes) -> Answer:
    """Read an answer."""
    text = content[:MOST_BYTES].decode("utf-8", "replace")
    found = _WRONG.search(text)
    if found is None:
        return Answer(is_taken=True)
    return Answer(is_taken=False, says=_MARKUP.sub(" ", text).strip()[:_LONGEST])
