"""Mopidy of Debian, which wants no screen, finds songs here and plays them, and they are paid."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.opensubsonic.conftest import Found
from tests.opensubsonic.test_clients import one_play
from tests.support.children import free_port
from tests.support.house import until
from tests.support.masters import debian_tool
from tests.support.opensubsonic.asking import Known, Server
from tests.support.opensubsonic.own_house import ALBUM, ARTIST, THRESHOLD_S, Own

_SETTINGS = """
[core]
cache_dir = {folder}/cache
config_dir = {folder}/config
data_dir = {folder}/data
[audio]
mixer = software
output = fakesink sync=true
[http]
hostname = 127.0.0.1
port = {port}
[subidy]
url = {url}
username = {known.username}
password = {known.password}
api_version = 1.16.1
"""


def plugin() -> Path:
    """Answer where the plugin is; skip at home, fail in CI."""
    folder = Path(sys.prefix) / "mopidy"
    if not folder.exists() and os.environ.get("CI") != "true":
        pytest.skip("needs its plugin: make .venv/mopidy/.for-tests")
    return folder


class Mopidy:
    """One that runs, asked by JSON-RPC."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/mopidy/rpc"

    def ask(self, method: str, **params: object) -> Any:  # noqa: ANN401 - whatever it answers
        """Call a function of its core."""
        asked = {"jsonrpc": "2.0", "id": 1, "method": f"core.{method}", "params": params}
        request = urllib.request.Request(  # noqa: S310 - of this machine
            self._address, json.dumps(asked).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - see above
            said = json.load(answer)
        assert "result" in said, said
        return said["result"]

    def is_there(self) -> bool:
        """Whether it answers yet."""
        try:
            return bool(self.ask("get_version"))
        except OSError:
            return False


@contextmanager
def mopidy(folder: Path, url: str, known: Known) -> Iterator[Mopidy]:
    """Run it for somebody of a server."""
    program, port, settings = debian_tool("mopidy"), free_port(), folder / "mopidy.conf"
    settings.write_text(_SETTINGS.format(folder=folder, port=port, url=url, known=known))
    with (folder / "mopidy.log").open("wb") as log:
        running = subprocess.Popen(
            [program, "--config", settings],
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONPATH": str(plugin()), "HOME": str(folder)},
        )
    try:
        player = Mopidy(port)
        until(lambda: running.poll() is not None or player.is_there(), seconds=60)
        assert running.poll() is None, (folder / "mopidy.log").read_text()
        yield player
    finally:
        running.terminate()
        running.wait(timeout=30)


def test_mopidy_looks_around_and_plays(
    own: Own, server: Server, found: Found, tmp_path: Path
) -> None:
    song = f"subidy:song:{found.song}"
    with mopidy(tmp_path, server.url, own.another_player()) as player:
        [artist] = player.ask("library.browse", uri="subidy:artist:" + found.artist)[:1]
        [looked_up] = player.ask("library.lookup", uris=[song])[song]
        hits = player.ask("library.search", query={"any": [looked_up["name"].split()[0]]})
        with one_play(own, server, found.song):
            player.ask("tracklist.add", uris=[song])
            player.ask("playback.play")
            heard_ms = (THRESHOLD_S + 1) * 1000
            until(lambda: player.ask("playback.get_time_position") > heard_ms, seconds=60)
            player.ask("playback.stop")

    assert artist["type"] == "album"
    assert (looked_up["album"]["name"], looked_up["artists"][0]["name"]) == (ALBUM, ARTIST)
    assert song in {track["uri"] for one in hits for track in one.get("tracks", [])}
