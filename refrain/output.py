"""What a process tells the one that started it: a JSON line, or why it could not do as told."""

from __future__ import annotations

import json
import sys

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from base.errors import RefrainError

_WIDEST = 1_000


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_ready(name: str) -> None:
    """Tell that the worker of this name takes jobs now."""
    say(json.dumps({"worker": "ready", "name": name}))


def say_table(table: Table) -> None:
    """Print a table as wide as it is: an id that is cut off can be given to no other command."""
    console = Console()
    whole = Measurement.get(console, console.options.update(width=_WIDEST), table).maximum
    Console(width=max(console.width, whole)).print(table)


def say_why(error: RefrainError) -> None:
    """Print an error of ours as its code and its sentence, where errors go."""
    said = f"[bold red]{error.code}[/]: {error.sentence}"
    Console(stderr=True).print(said, highlight=False)
