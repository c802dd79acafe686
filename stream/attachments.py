"""What a browser calls the file that it saves (RFC 6266; RFC 8187 for what is beyond ASCII).

Names come from tags, which anyone may have written: nothing of them names another folder, hides
what the file is, or ends the header.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

#: What some file system or header has another use for.
_SPECIAL = frozenset('"*/:<>?\\|%;')
#: Controls, marks that turn the direction of writing, halves of characters, line ends.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: File systems take 255 bytes; a browser that has the name already adds a number.
_MOST_BYTES = 200
_NAMELESS = "track"
#: RFC 8187, 3.2.1: what may stand as it is.
_PLAIN = "!#$&+-.^_`|~"


def attachment(name: str, suffix: str) -> str:
    """Answer the value of Content-Disposition for a file; `suffix` is ours, and has its dot."""
    safe = safe_name(name)
    plain = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()
    return (
        f'attachment; filename="{safe_name(plain)}{suffix}"; '
        f"filename*=UTF-8''{quote(safe + suffix, safe=_PLAIN)}"
    )


def safe_name(name: str) -> str:
    """Answer what a file may be called, of what anyone wrote: one name, and never none."""
    shown = (_shown(character) for character in unicodedata.normalize("NFC", name))
    cut = "".join(shown).encode()[:_MOST_BYTES].decode(errors="ignore")
    return " ".join(cut.split()).strip(" .") or _NAMELESS


def _shown(character: str) -> str:
    if unicodedata.category(character) in _UNSEEN:
        return " "
    return "_" if character in _SPECIAL else character
