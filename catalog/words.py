"""Words that music is found by: sort names, tags, and whether it is explicit."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_ARTICLE = re.compile(
    r"(?P<article>the|a|an|der|die|das|les?|la|los|las|el|il|de|het)\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_NO_WORD = re.compile(r"[^\w\s&+#'-]+")
TAG_LETTERS = 60


class Explicit(StrEnum):
    """Whether words are sung that some may not want to hear, or were taken out."""

    UNKNOWN = "unknown"
    NOT = "not"
    EXPLICIT = "explicit"
    CLEANED = "cleaned"


def folded(text: str) -> str:
    """Answer a text without case and accents, for order and for finding."""
    # Twice, as what is taken apart may have a case of its own (Unicode, 3.13, D146).
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    apart = unicodedata.normalize("NFKD", once.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def sort_name_of(name: str) -> str:
    """Answer what a name is sorted by: `The Band` stands at B."""
    found = _ARTICLE.fullmatch(name.strip())
    return f"{found['rest']}, {found['article']}" if found else name.strip()


def fold_tag(text: str) -> str | None:
    """Answer a tag as all write it, so that the same word is the same tag; or None."""
    words = _NO_WORD.sub(" ", folded(text)).split()
    return " ".join(words).lstrip("# ")[:TAG_LETTERS].strip() or None
