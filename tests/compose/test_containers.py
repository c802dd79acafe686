"""The image alone and the parts together, really brought up; run by `make compose`."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from tests.support.children import free_port
from tests.support.house import House, until
from tests.support.masters import ROOT, debian_tool, tone


def docker(*arguments: str, **env: str) -> str:
    done = subprocess.run(
        [debian_tool("docker"), *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def is_up(house: House) -> bool:
    try:
        return house.ask("GET", "/readyz").status == 200
    except OSError:
        return False


def house_at(port: int, folder: Path, **tokens: str) -> House:
    people = {"artist": "", "listener": "", "operator": ""} | tokens
    no_process = None
    return House(url=f"http://127.0.0.1:{port}", process=no_process, log=folder / "none", **people)  # type: ignore[arg-type]


def play_once(house: House, folder: Path) -> None:
    """Send a master, wait for it, and hear enough of it for a play."""
    track = house.add(tone(folder / "song.flac", seconds=3))
    play = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track}).json
    house.ask("GET", play["progressive"][0]["url"])
    path = f"/api/v1/plays/{play['play']}"
    for second in range(4):
        data = {"position_s": second, "elapsed_s": second}
        house.ask("POST", f"{path}/heartbeat", token=house.listener, data=data)
        time.sleep(1)
    until(lambda: house.ask("GET", path, token=house.listener).json["verdict"] == "settled")
    assert house.ask("GET", path, token=house.listener).json["price"] == 2


def test_the_image_alone_is_a_whole_house(tmp_path: Path) -> None:
    port, name = free_port(), f"refrain-{uuid4().hex[:8]}"
    docker(
        *("run", "--detach", "--rm", "--name", name, "--publish", f"127.0.0.1:{port}:8780"),
        *("refrain", "refrain", "up", "--json"),
    )
    try:
        line = until(lambda: docker("logs", name).partition("\n")[0], seconds=60)
        said = json.loads(line)
        house = house_at(
            port,
            tmp_path,
            artist=said["artist_token"],
            listener=said["listener_token"],
            operator=said["operator_token"],
        )
        until(lambda: is_up(house))
        play_once(house, tmp_path)
        until(lambda: health(name) == "healthy", seconds=60)
    finally:
        begun = time.monotonic()
        docker("stop", "--time", "30", name)
    assert time.monotonic() - begun < 25


def health(name: str) -> str:
    return docker("inspect", "--format", "{{.State.Health.Status}}", name)


@contextmanager
def composed(port: int) -> Iterator[str]:
    project = f"refrain-{uuid4().hex[:8]}"
    try:
        docker("compose", "-p", project, "up", "--detach", REFRAIN_PORT=str(port))
        yield project
    finally:
        docker("compose", "-p", project, "down", "--volumes", "--timeout", "20")


def test_the_parts_together_carry_a_track(tmp_path: Path) -> None:
    port = free_port()
    with composed(port) as project:

        def account(name: str, role: str, credit: int) -> str:
            command = ("refrain", "account", name, "--role", role, "--credit", str(credit))
            return docker("compose", "-p", project, "exec", "-T", "server", *command)

        until(lambda: is_up(house_at(port, tmp_path)), seconds=120)
        house = house_at(
            port,
            tmp_path,
            artist=account("An Artist", "artist", 0),
            listener=account("A Listener", "listener", 100),
            operator=account("An Operator", "operator", 0),
        )
        workers = docker("compose", "-p", project, "ps", "-q", "worker").split()
        assert len(workers) == 2

        play_once(house, tmp_path)
