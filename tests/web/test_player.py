"""What the player decides: its rules are pure, and are tried in Node."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.web import node

FOLDER = Path(__file__).parent / "player"


@pytest.mark.parametrize("script", sorted(path.name for path in FOLDER.glob("*.test.mjs")))
def test_rules_of_the_player_hold(script: str, bundled: Callable[[Path], Path]) -> None:
    done = subprocess.run(
        [node(), bundled(FOLDER / script)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
