"""A process ends when the one that started it does, by the kernel's own means."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def tied_to_parent(signal_number: int = signal.SIGKILL) -> Callable[[], None]:
    """Answer what a new process runs first, so that it ends when the one that started it does.

    The kernel's own means (prctl(2), PR_SET_PDEATHSIG); elsewhere than on Linux it does nothing.
    """
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def tie() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal_number)
            if os.getppid() != parent:  # it ended before the line above
                os._exit(1)

    return tie
