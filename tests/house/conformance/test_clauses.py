"""The table of clauses, the code, the tests and the page say the same."""

from __future__ import annotations

import ast
from io import StringIO
from pathlib import Path

from rich.console import Console

import refrain.conformance
from refrain.conformance.clauses import CLAUSES
from refrain.conformance.findings import Report, error
from refrain.conformance.report import to_json, to_text
from tests.support.masters import ROOT

_ROOM = Path(refrain.conformance.__file__).parent


def strings_in(paths: list[Path]) -> set[str]:
    return {
        node.value
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_clause_is_checked_and_tested() -> None:
    code = strings_in([path for path in _ROOM.glob("*.py") if path.name != "clauses.py"])
    tests = strings_in(list(Path(__file__).parent.glob("test_*.py")))
    # These two are named by their number alone.
    tests |= {"Apple 1.26", "Apple 1.27"}

    assert set(CLAUSES) - code == set()
    assert set(CLAUSES) - tests == set()


def test_the_page_tells_of_every_clause() -> None:
    page = (ROOT / "docs" / "verify.md").read_text()

    rows = "\n".join(f"| {clause} | {text} |" for clause, text in CLAUSES.items())
    assert rows in page, f"docs/verify.md should hold:\n{rows}"


def test_a_report_cannot_move_the_cursor() -> None:
    finding = error("RFC 8216bis 3", "a\x1b[2J", "It says \x1b[1A.")
    report = Report(target="x", findings=(finding,))

    console = Console(record=True, width=100, file=StringIO())
    console.print(to_text(report))
    assert "\x1b" not in console.export_text()
    assert "\x1b" not in to_json(report)
