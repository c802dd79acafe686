"""What containers are made of fits the code, as far as can be told without a Docker."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.kinds import Lane
from tests.support.masters import ROOT, debian_tool
from transcode.graphs import ENCODERS
from transcode.source import CONTAINERS, DECODERS
from workers.lanes import parse_lanes

CONTAINERS_DIR = ROOT / "containers"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
#: Those that do their work once.
ONCE = {"secrets", "migrate", "bucket"}


def enabled(kind: str) -> set[str]:
    """Answer what of a kind the image's ffmpeg is built with."""
    said = (CONTAINERS_DIR / "ffmpeg" / "build").read_text()
    return {
        name for names in re.findall(rf"--enable-{kind}=(\S+)", said) for name in names.split(",")
    }


def test_the_ffmpeg_of_the_image_has_what_masters_and_renditions_want() -> None:
    # An external decoder of Vorbis is asked for where ffmpeg has one; its own does as well.
    wanted = {name for name in DECODERS if not name.startswith("pcm_")} - {"libvorbis"}

    assert enabled("demuxer") == set(CONTAINERS.split(","))
    assert wanted <= enabled("decoder")
    assert "pcm_*" in enabled("decoder")
    assert set(ENCODERS.values()) <= enabled("encoder")
    assert enabled("protocol") == {"file", "pipe"}


def test_the_ffmpeg_of_the_image_has_every_filter_of_the_graphs() -> None:
    graphs = (ROOT / "transcode" / "graphs.py").read_text()
    used = set(re.findall(r'filter(?:_multi_output)?\("(\w+)"', graphs)) | {"concat"}

    assert len(used) > 8
    assert used <= enabled("filter")


def test_workers_and_scheduler_together_do_every_lane() -> None:
    told = [SERVICES[name]["command"] for name in ("worker", "scheduler")]

    lanes = [set(parse_lanes(words[words.index("--lanes") + 1], cores=1)) for words in told]

    assert set.union(*lanes) == set(Lane)
    assert not set.intersection(*lanes)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_starts_again_and_has_limits(name: str) -> None:
    service = SERVICES[name]

    assert service["restart"] == ("on-failure" if name in ONCE else "unless-stopped")
    assert name in ONCE or "memory" in service["deploy"]["resources"]["limits"]
    assert service["networks"]


def test_what_is_ours_has_no_power_over_the_machine() -> None:
    ours = {name: one for name, one in SERVICES.items() if "refrain}" in one["image"]}

    assert {"server", "second", "worker", "scheduler", "migrate"} <= set(ours)
    for name, service in ours.items():
        assert service["read_only"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert name == "secrets" or service["cap_drop"] == ["ALL"]


def test_secrets_are_made_once_and_are_nobody_elses(tmp_path: Path) -> None:
    made = [shutil.which("sh") or "sh", CONTAINERS_DIR / "make-secrets", tmp_path]
    if os.geteuid() != 0:
        pytest.skip("only root gives files to another user")
    subprocess.run(made, check=True, env={"PATH": os.defpath, "POSTGRES_PASSWORD": "refrain"})
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}

    subprocess.run(made, check=True, env={"PATH": os.defpath})

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == first
    assert first["database-url"] == "postgresql+asyncpg://refrain:refrain@database/refrain\n"
    assert len(first["s3-secret"].strip()) == 48
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert {path.stat().st_uid for path in tmp_path.iterdir()} == {10_001}


def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "prometheus.yml").write_text((CONTAINERS_DIR / "prometheus.yml").read_text())
    (tmp_path / "alerts.yml").write_text((ROOT / "docs" / "fleet" / "alerts.yml").read_text())

    argv = [debian_tool("promtool"), "check", "config", tmp_path / "prometheus.yml"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "SUCCESS" in done.stdout
