"""The rooms keep to themselves, and whoever breaks in is caught."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.support.masters import ROOT

ROOMS = (
    *("refrain", "stream", "workers", "ingest"),
    *("accounting", "transcode", "catalog", "base"),
)
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rooms")
    for room in ROOMS:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, folder / room, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def run(folder: Path, *argv: str) -> str:
    done = subprocess.run([BIN / argv[0], *argv[1:]], cwd=folder, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode()
    return said if done.returncode else ""


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [
        ("The rooms stand one above the other", "catalog/music.py", "import accounting.pricing"),
        ("The rooms stand one above the other", "stream/media.py", "import workers.relay"),
        ("No cycles inside a room", "base/units.py", "import base.money"),
        ("The engine knows files only", "transcode/encode.py", "import base.settings"),
        ("No encoder and no queue behind a request", "ingest/tags.py", "import transcode.probe"),
        ("Pure modules reach no outside power", "accounting/pricing.py", "import base.database"),
        ("Pure modules reach no outside power", "transcode/ladder.py", "import asyncio"),
        ("Door: SQL", "stream/sessions.py", "import sqlalchemy"),
        ("Door: HTTP", "workers/plays.py", "import aiohttp"),
        ("Door: the queue", "refrain/house.py", "import dramatiq"),
        ("Door: Valkey", "stream/sessions.py", "import redis"),
        ("Door: mail", "stream/identity/joining.py", "import aiosmtplib"),
        ("Door: traces", "workers/media.py", "import opentelemetry.trace"),
        ("Door: object storage", "workers/media.py", "import base.storage.disk"),
        ("Door: ledger tables", "accounting/plays.py", "import catalog.models.ledger"),
        ("Only handlers, actors and commands", "ingest/accept.py", "import base.tools"),
    ],
)
def test_a_planted_import_is_caught(copy: Path, contract: str, module: str, line: str) -> None:
    path = copy / module
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    try:
        said = run(copy, "lint-imports", "--no-cache")
    finally:
        path.write_text(before)

    broken = said.partition("Broken contracts")[2]
    assert contract in broken


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("accounting/books.py", "from datetime import datetime\nNOW = datetime.now()"),
        ("workers/media.py", "import subprocess"),
        ("stream/app.py", "import os\nHOME = os.environ"),
        ("workers/relay.py", "import random"),
        ("ingest/accept.py", "import asyncio\nRUN = asyncio.create_subprocess_exec"),
    ],
)
def test_a_planted_use_of_an_outside_power_is_caught(copy: Path, module: str, line: str) -> None:
    path = copy / module
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    try:
        said = run(copy, "ruff", "check", "--select", "TID251", "--no-cache", module)
    finally:
        path.write_text(before)

    assert "TID251" in said


def functions() -> list[tuple[str, int]]:
    found = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    lines = (node.end_lineno or 0) - node.lineno + 1
                    found.append((f"{path.relative_to(ROOT)}:{node.name}", lines))
    return found


def test_functions_are_short_enough_to_see_whole() -> None:
    sizes = functions()

    # The table of routes is a table.
    assert [one for one in sizes if one[1] > 60 and not one[0].endswith(":api_routes")] == []
    assert median(lines for _, lines in sizes) <= 10


def test_modules_have_one_purpose_and_say_it_first() -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text()
            assert len(text.splitlines()) <= 400, path
            if path.name != "__main__.py":
                assert ast.get_docstring(ast.parse(text)), path


def inexact(source: str) -> list[int]:
    """Answer the lines of what is not exact: the type, its literals, and true division."""
    found = []
    for node in ast.walk(ast.parse(source)):
        is_named = isinstance(node, ast.Name) and node.id in {"float", "round", "complex"}
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
        is_divided = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        if is_named or is_literal or is_divided:
            found.append(node.lineno)
    return found


def test_nothing_in_the_books_is_inexact() -> None:
    """Money is counted in whole numbers; so is all else in its room, and nobody need look twice."""
    found = {path.name: inexact(path.read_text()) for path in (ROOT / "accounting").rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("line", ["x = 1.0", "y = a / b", "a /= 2", "z = float(a)", "b: float = 0"])
def test_what_is_inexact_is_found(line: str) -> None:
    assert inexact(line) == [1]
