"""Containers as an operator has them: one image, alone and in parts, spoken to by `docker`."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.support.children import free_port
from tests.support.house import Document, House, until
from tests.support.masters import ROOT, debian_tool

IMAGE = "refrain"
_BLOCK = 1 << 16


def docker(*arguments: str, stdin: str = "", **env: str) -> str:
    """Answer what `docker` says.

    Raises:
        AssertionError: it ended with another status than 0; all that it said.

    """
    done = subprocess.run(
        [debian_tool("docker"), *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def inspected(name: str, form: str) -> str:
    """Answer a detail of a container or an image."""
    return docker("inspect", "--format", form, name)


def is_up(house: House) -> bool:
    """Tell whether it answers, and all that it needs does."""
    try:
        return house.ask("GET", "/readyz").status == 200
    except OSError:
        return False


def house_at(port: int, folder: Path, **tokens: str) -> House:
    """Answer a house that runs in containers; it has no process that we could end."""
    people = {"artist": "", "listener": "", "operator": ""} | tokens
    no_process = None
    return House(url=f"http://127.0.0.1:{port}", process=no_process, log=folder / "none", **people)  # type: ignore[arg-type]


def heard(house: House, track: str, *, seconds: int = 4) -> Document:
    """Hear enough of a short track for a play; answer what became of it."""
    play = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track}).json
    house.ask("GET", play["progressive"][0]["url"])
    path = f"/api/v1/plays/{play['play']}"
    for second in range(seconds):
        data = {"position_s": second, "elapsed_s": second}
        house.ask("POST", f"{path}/heartbeat", token=house.listener, data=data)
        time.sleep(1)
    answer: Document = until(
        lambda: (
            (found := house.ask("GET", path, token=house.listener).json)["verdict"] == "settled"
            and found
        ),
        seconds=60,
    )
    return answer


def streamed(url: str, *, bytes_per_s: int) -> str:
    """Hear a file to its end, no faster than so; answer its digest.

    Raises:
        AssertionError: it broke off.

    """
    digest, begun, got = hashlib.sha256(), time.monotonic(), 0
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own server
        while block := answer.read(_BLOCK):
            digest.update(block)
            got += len(block)
            time.sleep(max(0.0, begun + got / bytes_per_s - time.monotonic()))
        assert got == int(answer.headers["Content-Length"])
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A house in parts, with nginx in front of two servers."""

    project: str
    direct: int = field(default_factory=free_port)
    front: int = field(default_factory=free_port)

    @property
    def env(self) -> dict[str, str]:
        """Answer what its compose file is read with."""
        return {
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_PROFILES": "nginx",
            "REFRAIN_PORT": str(self.direct),
            "REFRAIN_HTTP_PORT": str(self.front),
        }

    def compose(self, *arguments: str, **more: str) -> str:
        """Answer what Compose says of it."""
        return docker("compose", *arguments, **self.env, **more)

    def up(self, *arguments: str) -> None:
        """Start what does not run, and wait until all of it is healthy."""
        # A service that has done its work has ended, which `--wait` takes for a failure.
        self.compose("up", "--detach", *arguments)
        until(lambda: not self._unhealthy(), seconds=300)

    def _unhealthy(self) -> list[str]:
        return [name for name, state in self.states().items() if state not in {"", "healthy"}]

    def states(self) -> dict[str, str]:
        """Answer the containers that run, and what is said of their health."""
        lines = self.compose("ps", "--format", "json").splitlines()
        found: list[dict[str, Any]] = [json.loads(line) for line in lines]
        return {one["Name"]: one["Health"] for one in found}

    def containers(self, service: str) -> Sequence[str]:
        """Answer the containers of a service that run."""
        return self.compose("ps", "--quiet", service).split()

    def account(self, name: str, role: str, credit: int = 0) -> str:
        """Make an account; answer its token."""
        command = ("refrain", "account", name, "--role", role, "--credit", str(credit))
        return self.compose("exec", "-T", "server", *command)


@contextmanager
def composed() -> Iterator[Composed]:
    """Answer a house in parts that is not up yet; nothing of it stays."""
    house = Composed(project=f"refrain-{uuid4().hex[:8]}")
    try:
        yield house
    finally:
        house.compose("down", "--volumes", "--timeout", "5")
