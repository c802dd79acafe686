from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.masters import ROOT
from tests.support.web import MODULES, module, run_node

Bundle = Callable[[Path], Path]


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Answer what makes one script for Node of a script and the sources it imports."""
    module("esbuild")
    folder = tmp_path_factory.mktemp("scripts")

    def bundle(script: Path) -> Path:
        made = folder / f"{script.stem}.cjs"
        run_node(ROOT / "tests" / "support" / "bundle.mjs", MODULES, script, "node", made)
        return made

    return bundle
