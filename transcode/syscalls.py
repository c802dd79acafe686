"""What a child may ask of the kernel: no network, no other programs, no other processes.

A filter of the kernel's own kind (seccomp(2)). It names what no codec needs and every intruder
does; a list of what codecs do need would change with each of their versions and ours.
"""

from __future__ import annotations

import errno
import platform
import struct
import sys
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD = 0x00010000
#: Calls of another kind of program begin here, on x86-64 alone.
_X32 = 0x40000000


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Numbers that differ between machines: the machine's own, and its calls'."""

    audit: int
    clone: int
    denied: tuple[int, ...]


#: Sockets, other processes and their memory, other views of the system, ways around a filter.
#: In turn: socket ptrace process_vm_readv process_vm_writev io_uring_setup bpf userfaultfd unshare
#: setns mount keyctl add_key request_key perf_event_open open_by_handle_at pidfd_getfd.
_MACHINES = {
    "x86_64": Machine(
        audit=0xC000003E,
        clone=56,
        # The last two are fork and vfork, which only this machine still has.
        denied=(
            *(41, 101, 310, 311, 425, 321, 323, 272),
            *(308, 165, 250, 248, 249, 298, 304, 438, 57, 58),
        ),
    ),
    "aarch64": Machine(
        audit=0xC00000B7,
        clone=220,
        denied=(
            *(198, 117, 270, 271, 425, 280, 282, 97),
            *(268, 40, 219, 217, 218, 241, 265, 438),
        ),
    ),
}
_CLONE3 = 435


def program(machine: Machine) -> bytes:
    """Answer the filter for a machine, eight bytes an instruction.

    A thread may be begun, a process may not. What is denied fails as if it was not permitted; the
    newer way to begin either hides its flags from a filter, and is said not to exist.
    """
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
    ]
    for number in machine.denied:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _FAIL | errno.EPERM)]
    steps += [
        (_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _FAIL | errno.ENOSYS),
        (_EQUAL, 1, 0, machine.clone),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_HAS_BITS, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _FAIL | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def is_known() -> bool:
    """Whether there is a filter for this machine."""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def code() -> bytes:
    """Answer the filter for this machine; nothing where there is none."""
    return program(_MACHINES[platform.machine()]) if is_known() else b""
