"""A house for who works on it: it starts anew when what it is made of has changed."""

import shutil
import sys
from pathlib import Path

import pytest

from refrain.reloading import changed, stamps
from tests.support.children import Program
from tests.support.house import until
from tests.support.masters import ROOT


def test_what_came_went_or_was_written_has_changed() -> None:
    same, written, gone, new = Path("same"), Path("written"), Path("gone"), Path("new")

    found = changed({same: 1, written: 1, gone: 1}, {same: 1, written: 2, new: 1})

    assert found == {written, gone, new}


def test_code_pages_languages_and_the_front_end_are_looked_at() -> None:
    found = {str(path) for path in stamps(ROOT)}

    assert {"base/settings.py", "web/src/app.ts", "refrain/reloading.py"} <= found
    assert {".html", ".po"} <= {Path(path).suffix for path in found}
    assert not any("node_modules" in path or "__pycache__" in path for path in found)


@pytest.mark.chaos
def test_a_house_starts_anew_with_the_code_and_the_front_end_that_were_changed(
    tmp_path: Path,
) -> None:
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "node_modules", "__pycache__"))
    (copy / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    welcome, style = copy / "refrain" / "welcome.py", copy / "web" / "src" / "docs.css"
    before = {path.name for path in (copy / "web" / "dist").glob("docs*.css")}
    log = tmp_path / "house.log"
    argv = [sys.executable, "-m", "refrain", "up", "--reload", "--port", "0"]
    house = Program(
        argv=argv,
        log=log,
        ready=lambda: "is up at" in log.read_text(),
        env={"REFRAIN_DATA_DIR": str(tmp_path / "data")},
        popen={"cwd": copy},
    )
    with house.running():
        welcome.write_text(welcome.read_text().replace("Refrain is up at", "Refrain is back at"))
        until(lambda: "is back at" in log.read_text(), seconds=60)

        style.write_text(f"{style.read_text()}\n.changed {{ color: red }}\n")
        until(lambda: log.read_text().count("is back at") == 2, seconds=60)

    after = {path.name for path in (copy / "web" / "dist").glob("docs*.css")}
    assert after
    assert not after & before
