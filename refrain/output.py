"""What a process tells the one that started it: a JSON line on its standard output."""

from __future__ import annotations

import json
import sys


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_ready(name: str) -> None:
    """Tell that the worker of this name takes jobs now."""
    say(json.dumps({"worker": "ready", "name": name}))
