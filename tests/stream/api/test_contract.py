"""The whole interface against its own description (schemathesis), with and without sign-in.

What is well formed may still be refused for what it says, so that valid data is accepted is not
checked; that all else is as described is.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from pathlib import Path

import pytest

from catalog.roles import Role
from tests.support.interface import Interface, interface
from tests.support.masters import ROOT

#: Uploads hear which protocol is spoken before who speaks it; two things there may be none of on
#: a storage or without a provider (501, 503); events never end; what is no message is judged, too.
_CONFIG = """
[checks]
positive_data_acceptance.enabled = false
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "501", "503"]
[checks.negative_data_rejection]
expected-statuses = ["4xx", "501", "503"]
[parameters]
{parameters}
[[operations]]
include-path-regex = "^/api/v1/uploads"
[operations.checks.missing_required_header]
enabled = false
[[operations]]
include-operation-id = "get_events"
enabled = false
[[operations]]
include-operation-id = "validate_message"
[operations.checks.negative_data_rejection]
expected-statuses = ["2xx", "4xx", "503"]
[[operations]]
include-method = ["DELETE"]
include-path-regex = "^/api/v1/(account|sign-ins|tokens).*"
enabled = false
"""
#: Another one tries other operations, with other data.
_SEED = int(os.environ.get("REFRAIN_CHAOS_SEED", "1"))
_SHORT = ("--phases", "examples,coverage", "-n", "2")
_LONG = ("--phases", "examples,coverage,fuzzing,stateful", "-n", "100", "--max-time", "900")


def written(folder: Path, there: Interface) -> Path:
    known = {"path.track": there.track, "path.release": there.release, "path.provider": "manual"}
    lines = [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in known.items()]
    path = folder / "schemathesis.toml"
    path.write_text(_CONFIG.format(parameters="\n".join(lines)))
    return path


async def compared(folder: Path, there: Interface, *options: str, token: str) -> str:
    """Answer what differs; nothing does."""
    config = written(folder, there)
    who = ["-H", f"Authorization: Bearer {token}"] if token else []
    program = Path(sys.executable).with_name("schemathesis")
    told = {"SCHEMATHESIS_HOOKS": "tests.support.schemathesis_hooks", "PYTHONPATH": str(ROOT)}
    run = await asyncio.create_subprocess_exec(
        *(program, "--config-file", config, "run", f"{there.url}/api/openapi.json"),
        *("--continue-on-failure", "--no-shrink", "--warnings", "off", "--seed", str(_SEED)),
        *(*who, *options),
        cwd=folder,
        env={**os.environ, **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    return said.decode() if run.returncode else ""


async def some(there: Interface, number: int) -> list[str]:
    """Answer so many operations, by chance."""
    described = (await there.client.ask("GET", "/api/openapi.json")).json["paths"]
    names = [one["operationId"] for path in described.values() for one in path.values()]
    chosen = random.Random(_SEED).sample(sorted(names), number)
    return [part for name in chosen for part in ("--include-operation-id", name)]


@pytest.fixture
def apart(tmp_path: Path) -> Path:
    folder = tmp_path / "schemathesis"
    folder.mkdir()
    return folder


async def test_some_of_it_is_as_it_is_described(tmp_path: Path, apart: Path) -> None:
    async with interface(tmp_path) as there:
        known = await compared(apart, there, *_SHORT, *await some(there, 24), token=there.token)
        unknown = await compared(apart, there, *_SHORT, *await some(there, 12), token="")

    assert (known, unknown) == ("", "")


@pytest.mark.chaos
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ARTIST, Role.LISTENER, None])
async def test_all_of_it_is_as_it_is_described(
    tmp_path: Path, apart: Path, role: Role | None
) -> None:
    """To a visitor, too, who has no role."""
    async with interface(tmp_path, role or Role.ARTIST) as there:
        differs = await compared(apart, there, *_LONG, token=there.token if role else "")

    # As a message: pytest would show but the ends of it.
    assert not differs, differs
