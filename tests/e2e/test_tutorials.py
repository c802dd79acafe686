"""The tutorials are walked, command by command, in one house, one after the other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.documented import blocks
from tests.support.house import House
from tests.support.masters import ROOT, tone

#: What stays in front until it is ended, and is there already: the house of this test.
STAYS = re.compile(r"^(make up|refrain work .*)$", re.MULTILINE)
ORDER = ("artist", "listener", "operator")
# What a command line shows as an answer is a fault here.
STRICT = 'set -euo pipefail\ncurl() { command curl --fail-with-body --show-error "$@"; }\n'


def script() -> str:
    pages = [ROOT / "docs" / "tutorials" / f"{name}.md" for name in ORDER]
    return STRICT + "".join(STAYS.sub("", block.script) for block in blocks(pages))


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not there")
def test_whoever_follows_the_tutorials_gets_through(house: House, tmp_path: Path) -> None:
    for name, seconds in (("song", 8.0), ("other", 3.0)):
        tone(tmp_path / f"{name}.flac", seconds=seconds)
    environment = {
        **os.environ,
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "URL": house.url,
        "ARTIST": house.artist,
        "LISTENER": house.listener,
        "REFRAIN_DATA_DIR": str(house.log.parent / "data"),
    }

    said = subprocess.run(
        ["/bin/bash"],
        input=script(),
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert said.returncode == 0, f"{said.stdout[-2000:]}\n{said.stderr[-3000:]}"
    assert (tmp_path / "heard.mp4").stat().st_size > 1_000
    assert '"state"' in said.stdout
