"""What a child that decodes is told of the machine: where libraries are, and no secret.

All else that a process has in its environment stays with it: a hostile file may talk its decoder
into reading its own.
"""

from __future__ import annotations

import os
from pathlib import Path

#: It begins no other program, so it needs none of our search path. Modules of ours are beside us.
_TOLD = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(Path(__file__).parents[1]),
}
#: A Python or a tool that was built with libraries of its own is not loaded without.
_PASSED_ON = ("LD_LIBRARY_PATH",)


def bare_environment() -> dict[str, str]:
    """Answer all the variables that such a child has."""
    return _TOLD | {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
