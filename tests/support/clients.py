"""The uploading clients of npm, bundled with what our tests do with them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.web import MODULES, module, node, run_node

_HERE = Path(__file__).parent

Job = dict[str, Any]


def bundle(folder: Path, platform: str) -> Path:
    """Bundle what runs on `node` or in a `browser`."""
    for package in ("tus-js-client", "@uppy/core", "@uppy/tus", "@uppy/aws-s3"):
        module(*package.split("/"))
    made = folder / f"uploads.{'cjs' if platform == 'node' else 'js'}"
    run_node(_HERE / "bundle.mjs", MODULES, _HERE / f"uploads.{platform}.js", platform, made)
    return made


@contextmanager
def begun(script: Path, scenario: str, job: Job, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a scenario in a Node of its own, which is killed at the end."""
    argv = [node(), script, scenario, json.dumps(job), file]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as running:
        try:
            yield running
        finally:
            running.kill()


def done(script: Path, scenario: str, job: Job, file: Path) -> Job:
    """Run a scenario to its end, and answer what happened."""
    with begun(script, scenario, job, file) as running:
        said, _ = running.communicate(timeout=60)
    happened: Job = json.loads(said)
    return happened
