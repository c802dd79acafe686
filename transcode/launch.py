"""The first thing that a child is: it gives up what it may not have, and becomes its program.

A program of its own, read by Python alone and nothing of ours: to fork a process that is large
takes the kernel far longer than to load this. What is given up is said by `transcode.process`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_SET_PDEATHSIG, _NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 1, 38, 22, 2
_RESTRICT_SELF = 446  # landlock(7): the same on every machine
_KILL, _PIPE, _TOO_LARGE = 9, 13, 25
#: As shells say it: what was to run cannot, or is not there.
_UNFENCED, _NOT_RUN = 126, 127


class _Table(ctypes.Structure):
    """How many instructions there are, and where (struct sock_fprog)."""

    _fields_ = (("count", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def main() -> None:
    """Do so; the arguments are a parent, a fence, a filter, limits, and the program with its own.

    The fence is an open rule set of Landlock, or -1; the filter is one of seccomp, eight bytes an
    instruction, written in hex, or empty; limits are pairs of a kind and a number.
    """
    parent, rules, code, bounds, *argv = sys.argv[1:]
    libc = ctypes.CDLL(None)
    # Python ignores these, and who is ignorant of a full disk or a closed pipe works on for ever.
    for number in (_PIPE, _TOO_LARGE):
        libc.signal(number, None)
    if sys.platform == "linux":
        _tie(libc, int(parent))
        _give_up(libc, bytes.fromhex(code))
        _enclose(libc, int(rules))
    _bound(bounds)
    try:
        os.execv(argv[0], argv)  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(2, f"{argv[0]}: {error.strerror}\n".encode())
        os._exit(_NOT_RUN)


def _tie(libc: ctypes.CDLL, parent: int) -> None:
    """End when the parent does, as `base.ties` has it."""
    libc.prctl(_SET_PDEATHSIG, _KILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def _give_up(libc: ctypes.CDLL, code: bytes) -> None:
    """Give up privileges, and calls; where the kernel wants no filter, privileges alone."""
    one, zero = ctypes.c_ulong(1), ctypes.c_ulong(0)
    libc.prctl(_NO_NEW_PRIVS, one, zero, zero, zero)
    if not code:
        return
    table = _Table(len(code) // 8, code)
    libc.prctl(_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(table), zero, zero)


def _enclose(libc: ctypes.CDLL, rules: int) -> None:
    """Stay within the fence, if there is one."""
    if rules < 0:
        return
    if libc.syscall(_RESTRICT_SELF, ctypes.c_long(rules), ctypes.c_long(0)):
        os._exit(_UNFENCED)  # it would run without
    os.close(rules)


def _bound(bounds: str) -> None:
    """Take the limits; without one of them it would run without bounds."""
    for bound in bounds.split():
        kind, _, most = bound.partition(":")
        try:
            resource.setrlimit(int(kind), (int(most), int(most)))
        except (OSError, ValueError) as error:
            os.write(2, f"the limit {bound} cannot be set: {error}\n".encode())
            os._exit(_UNFENCED)


if __name__ == "__main__":
    main()
