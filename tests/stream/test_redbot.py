"""What redbot, a lint for HTTP, finds of the addresses that players ask."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.masters import ROOT
from tests.support.origin import open_origin

#: What is found and meant so.
MEANT = {"CONTENT_TYPE_MISMATCH": "the track of this test is chance bytes, and no MP4"}
LOOKED_AT: list[tuple[str, list[tuple[str, str]], int]] = [
    ("aac-128.mp4", [], 200),
    # Once more: by then it is hot, and answered beneath the application.
    ("aac-128.mp4", [], 200),
    ("aac-128.mp4", [("Range", "bytes=0-99")], 206),
    ("multivariant.m3u8", [], 200),
    ("aac-128.m3u8", [], 200),
    ("manifest.mpd", [], 200),
    ("nothing.m3u8", [], 404),
]


async def test_redbot_finds_nothing_bad(tmp_path: Path) -> None:
    async with open_origin(tmp_path) as origin:
        asked = [(f"{origin.root}/{path}", fields) for path, fields, _ in LOOKED_AT]
        told = await asyncio.to_thread(redbot, asked)

    assert len(told) == len(LOOKED_AT)
    for (path, _, status), said in zip(LOOKED_AT, told, strict=True):
        wrong = [note for note in said["notes"] if note[0] in {"bad", "warning"}]
        assert said["status"] == status, path
        assert not [note for note in wrong if note[1] not in MEANT], path
        assert status == 404 or any(note[0] == "good" for note in said["notes"]), path


def redbot(asked: list[tuple[str, list[tuple[str, str]]]]) -> list[dict[str, Any]]:
    # It lives beside the other packages, see the Makefile.
    folder = Path(sys.prefix) / "redbot"
    if not folder.exists() and os.environ.get("CI") != "true":
        pytest.skip(f"needs redbot: pip install --target {folder} -r tests/redbot.lock")
    script = ROOT / "tests" / "support" / "redbot_notes.py"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", script, json.dumps(asked)],
        check=True,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told
