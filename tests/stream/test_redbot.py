"""What redbot, a lint for HTTP, finds of the addresses that players ask."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.masters import ROOT
from tests.support.origin import Origin, open_origin
from tests.support.wire import get

#: What is found and meant so.
MEANT = {"CONTENT_TYPE_MISMATCH": "the track of this test is chance bytes, and no MP4"}


@pytest.fixture
async def origin(tmp_path: Path) -> AsyncIterator[Origin]:
    async with open_origin(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("aac-128.mp4", (), 200),
        # Once more: by then it is hot, and answered beneath the application.
        ("aac-128.mp4", ("Range", "bytes=0-99"), 206),
        ("multivariant.m3u8", (), 200),
        ("aac-128.m3u8", (), 200),
        ("manifest.mpd", (), 200),
        ("nothing.m3u8", (), 404),
    ],
)
async def test_redbot_finds_nothing_bad(
    origin: Origin, path: str, fields: tuple[str, ...], status: int
) -> None:
    if status == 206:
        await get(origin.url, origin.path(), Range="bytes=0-0")

    said = await asyncio.to_thread(redbot, f"{origin.root}/{path}", *fields)

    wrong = {tuple(note) for note in said["notes"] if note[0] in {"bad", "warning"}}
    assert said["status"] == status
    assert not {note for note in wrong if note[1] not in MEANT}
    assert any(note[0] == "good" for note in said["notes"])


def redbot(url: str, *fields: str) -> dict[str, list[list[str]]]:
    # It lives beside the other packages, see the Makefile.
    folder = Path(sys.prefix) / "redbot"
    if not folder.exists() and os.environ.get("CI") != "true":
        pytest.skip(f"needs redbot: pip install --target {folder} -r tests/redbot.lock")
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            ROOT / "tests" / "support" / "redbot_notes.py",
            url,
            *fields,
        ],
        check=True,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    said: dict[str, list[list[str]]] = json.loads(done.stdout)
    return said
