"""Every command that the documents show is run, page by page, in a house that has what they name.

What another test runs stands in a table with that test. The tutorials are walked by their own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.documented import Block, blocks
from tests.support.masters import ROOT
from tests.support.staged import Staged, furnish, open_stage
from tests.support.standing import FIRST, LAST, PAGES
from tests.support.walked import Page, is_ours, script_of, walk

SHOWN: dict[str, list[Block]] = {}
for _block in blocks():
    if is_ours(_block) and not _block.page.startswith("docs/tutorials/"):
        SHOWN.setdefault(_block.page, []).append(_block)
#: What a page makes, the next one may name.
ORDER = [*FIRST, *sorted(set(SHOWN) - {*FIRST, *LAST}), *LAST]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with open_stage(tmp_path_factory.mktemp("stage")) as staged:
        yield staged


def test_nothing_is_kept_in_the_table_that_no_page_says() -> None:
    for name, page in PAGES.items():
        used = {one for block in SHOWN[name] for one in script_of(block, page)[1]}
        assert used == {*page.elsewhere, *(written for written, _ in page.stands)}, name


@pytest.mark.parametrize(
    "test", sorted({test for page in PAGES.values() for test in page.elsewhere.values()})
)
def test_what_is_run_elsewhere_is_run_by_a_test_that_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / path).read_text())

    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert name.startswith("test_")
    assert name in {one.name for one in ast.walk(tree) if isinstance(one, functions)}


def test_what_fails_in_a_page_is_told_with_its_place_and_the_rest_is_run(tmp_path: Path) -> None:
    script = "AT=here:1\nfalse\nends_with 3 bash -c 'exit 3'\nends_with 3 true\ntouch run\n"

    failed, _ = walk(script, folder=tmp_path, environment={"PATH": "/usr/bin:/bin"})

    assert [line.split(" ")[0] for line in failed] == ["here:1:", "here:1:"]
    assert (tmp_path / "run").exists()


@pytest.mark.chaos
@pytest.mark.parametrize("name", ORDER)
def test_every_command_of_a_page_does_what_the_page_says(stage: Staged, name: str) -> None:
    page = PAGES.get(name, Page())
    folder = stage.folder / name.replace("/", "_")
    furnish(folder)
    script = "".join(script_of(block, page)[0] for block in SHOWN[name])

    failed, said = walk(script, folder=folder, environment=stage.environment)

    assert failed == [], said[-5_000:]
