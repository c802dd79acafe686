"""What files are called inside of an archive: by names that anyone may have written.

No name leads out of the folder that it is unpacked to, means something to a system, or is that of
another file, whatever letters a system takes for the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import count

from stream.attachments import safe_name

#: Names that are devices to Windows, whatever follows their first dot.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
#: Of each folder and file: a path of three has room in the 260 letters that Windows takes, behind
#: those of where it is unpacked to.
_MOST_LETTERS = 60
#: Such a folder could be called as a file is.
_LIKE_A_FILE = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def unique_paths(wanted: Iterable[tuple[Sequence[str], str]]) -> list[str]:
    """Answer a path for each: folders and a name without its suffix, then that, which is ours."""
    taken: set[str] = set()
    return [_unique([*map(_folder, one[:-1]), _named(one[-1])], end, taken) for one, end in wanted]


def _unique(parts: Sequence[str], suffix: str, taken: set[str]) -> str:
    path = "/".join(parts)
    for number in count(1):
        found = f"{path}{f' ({number})' if number > 1 else ''}{suffix}"
        if found.casefold() not in taken:
            break
    taken.add(found.casefold())
    return found


def _folder(name: str) -> str:
    safe = _named(name)
    return f"{safe}_" if _LIKE_A_FILE.search(safe) else safe


def _named(name: str) -> str:
    safe = safe_name(safe_name(name)[:_MOST_LETTERS])
    return f"_{safe}" if _DEVICE.fullmatch(safe) else safe
