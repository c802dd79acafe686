"""Which files a child can reach: those that it was given, and what its program is made of.

A hostile file may talk a decoder into anything; the kernel then knows of no other file (Landlock,
landlock(7): Linux 5.13 or newer), no matter who runs the house. Where the kernel has none of it,
nothing is confined here, and the white-lists of containers and protocols stand alone.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CREATE_RULESET, _ADD_RULE = 444, 445  # the same on every machine
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE, _READ, _READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE, _MAKE, _TRUNCATE = 1 << 5, 1 << 8, 1 << 14
#: All rights that a version knows: of files, of TCP, and beyond the fence (linux/landlock.h).
_FILES = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
_TCP_SINCE, _TCP = 4, 0b11
_SCOPES_SINCE, _SCOPES = 6, 0b11
#: Rights that a file can have; the others are those of folders.
_OF_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE
_READS = _READ | _READ_FOLDER
_WRITES = _READS | _WRITE | _REMOVE | _MAKE | _TRUNCATE
#: What every program is loaded from.
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/nix/store", "/etc/ld.so.cache")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Files or folders that a child may read, and folders that it may write in, too.

    Of folders in `lists` it sees what is in them by name, and no more.
    """

    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    lists: tuple[Path, ...] = ()


#: It reads and writes nothing but what it inherits.
NOTHING = Reach()


def of_python(*, reads: tuple[Path, ...] = (), writes: tuple[Path, ...] = ()) -> Reach:
    """Answer the reach of a child that is this Python and imports from our rooms."""
    root = Path(__file__).parents[1]
    rooms = tuple(path.parent for path in root.glob("*/__init__.py"))
    ours = (Path(sys.prefix), Path(sys.base_prefix), *rooms)
    return Reach(reads=(*reads, *ours), writes=writes, lists=(root,))


@cache
def version() -> int:
    """Answer which Landlock the kernel has; none is 0."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(_CREATE_RULESET, None, 0, _VERSION_FLAG))


@contextmanager
def fence(program: str, reach: Reach) -> Iterator[int | None]:
    """Open what a new process needs to stay within a reach, it and its like; None: no Landlock.

    It must have given up new privileges before (PR_SET_NO_NEW_PRIVS).
    """
    known = version()
    if not known:
        yield None
        return
    rights = _FILES[min(known, max(_FILES))]
    rules = _ruleset(known, rights)
    try:
        for path, wanted in _allowed(program, reach):
            _allow(rules, path, wanted & rights)
        yield rules
    finally:
        os.close(rules)


def _allowed(program: str, reach: Reach) -> Iterator[tuple[Path, int]]:
    yield from ((path, _READ_FOLDER) for path in reach.lists)
    yield from ((path, _READS) for path in reach.reads)
    yield from ((path, _WRITES) for path in reach.writes)
    yield from ((Path(path), _READS | _EXECUTE) for path in _SYSTEM)
    yield from ((Path(path), _READ | _WRITE) for path in _DEVICES)
    real = Path(program).resolve()
    yield real, _READ | _EXECUTE
    if real.parent.name == "bin":
        yield real.parents[1] / "lib", _READS | _EXECUTE


def _ruleset(known: int, rights: int) -> int:
    fields = [rights]
    if known >= _TCP_SINCE:
        fields.append(_TCP)
    if known >= _SCOPES_SINCE:
        fields.append(_SCOPES)
    handled = struct.pack(f"={len(fields)}Q", *fields)
    rules = _call(_CREATE_RULESET, handled, len(handled), 0)
    if rules < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    return rules


def _allow(rules: int, path: Path, rights: int) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):  # what is not there needs no right
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not path.is_dir():
                rights &= _OF_A_FILE
            rule = struct.pack("=Qi", rights, place)
            if _call(_ADD_RULE, rules, _PATH_BENEATH, rule, 0):
                raise OSError(ctypes.get_errno(), "landlock_add_rule", str(path))
        finally:
            os.close(place)


def _call(number: int, *arguments: int | bytes | None) -> int:
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(_libc().syscall(number, *wide))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
