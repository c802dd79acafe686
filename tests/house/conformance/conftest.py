from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.masters import tone
from tests.support.streams import SECONDS, authored, encoded, mended, multivariant
from transcode.tools import Tools


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tone(tmp_path_factory.mktemp("master") / "a.wav", seconds=SECONDS, rate=48_000)


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory, master: Path, tools: Tools) -> dict[str, bytes]:
    """Answer what ffmpeg makes of each codec."""
    folder = tmp_path_factory.mktemp("raw")
    names = ("aac", "opus", "flac", "alac")
    return {name: encoded(tools, master, folder / f"{name}.mp4").read_bytes() for name in names}


@pytest.fixture(scope="session")
def stream(tmp_path_factory: pytest.TempPathFactory, master: Path, tools: Tools) -> Path:
    """Answer a folder with a stream that has no fault."""
    folder = tmp_path_factory.mktemp("stream")
    offered = {}
    for name in ("aac", "opus", "flac"):
        path = encoded(tools, master, folder / f"{name}.mp4")
        path.write_bytes(asyncio.run(mended(tools, path)))
        offered[f"{name}.m3u8"] = authored(path.read_bytes(), path.name)
        (folder / f"{name}.m3u8").write_text(offered[f"{name}.m3u8"].text)
    (folder / "index.m3u8").write_text(multivariant(offered))
    return folder
