"""Names that others give their files: which are harmless, and how any of them is written down.

What is no harmless name is taken by nobody: it never becomes a path of ours, whatever it says.
"""

from __future__ import annotations

import unicodedata

#: Of a path below an inbox, in letters, of one part of it, in bytes, and how many parts.
_LONGEST, _LONGEST_PART_BYTES, _DEEPEST = 900, 255, 12
_SHOWN = 200
#: What programs that upload call a file until it is whole.
_UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload")


def is_harmless(path: str) -> bool:
    r"""Tell whether a path stays below where it is looked for, on any system, as it is shown.

    Nothing is absolute, empty, `.` or `..`; there is no backslash, colon, NUL or other control
    character, and none that turns the direction of writing or is not seen.
    """
    parts = path.split("/")
    return len(path) <= _LONGEST and len(parts) <= _DEEPEST and all(map(_is_harmless_part, parts))


def _is_harmless_part(part: str) -> bool:
    if part in {"", ".", ".."} or not part.isprintable() or part != part.strip():
        return False
    try:
        size = len(part.encode())
    except UnicodeEncodeError:  # half a letter
        return False
    return size <= _LONGEST_PART_BYTES and not {"\\", ":"} & set(part)


def is_unfinished(name: str) -> bool:
    """Tell whether a name is one that a file has while it is sent, or of what no sender means."""
    return name.startswith((".", "~")) or name.lower().endswith(_UNFINISHED)


def folded(path: str) -> str:
    """Answer what two paths have in common that some systems take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def shown(path: str) -> str:
    """Write any name down so that it says what it is, and does nothing to who reads it."""
    plain = "".join(one if one.isprintable() else _escaped(one) for one in path)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def _escaped(letter: str) -> str:
    return repr(letter)[1:-1] if letter.isascii() else ascii(letter)[1:-1]
