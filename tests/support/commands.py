"""The command line, without the second that a Python and what it imports take to start."""

from __future__ import annotations

import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
import typer.main

from refrain.cli import main

#: A process reads the hundred commands once; here they are asked for by each of many tests.
_READ_ONCE = cache(typer.main.get_command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended, and what it said."""

    status: int
    said: str
    errors: str


def refrain(*arguments: str | Path) -> Done:
    """Run a command of the house as its users do, in this process."""
    said, errors = StringIO(), StringIO()
    argv = ["refrain", *map(str, arguments)]
    with (
        patch.object(sys, "argv", argv),
        patch.object(typer.main, "get_command", _READ_ONCE),
        redirect_stdout(said),
        redirect_stderr(errors),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code
    assert code is None or isinstance(code, int)
    return Done(status=code or 0, said=said.getvalue(), errors=errors.getvalue())
