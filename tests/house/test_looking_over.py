"""The command that looks over a store."""

import json
import os
from pathlib import Path

import pytest

from tests.support.commands import refrain


@pytest.fixture
def data(tmp_path: Path, migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert migrated_sqlite_url.endswith(f"{tmp_path}/refrain.db")
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(tmp_path))
    return tmp_path


def test_a_store_without_a_flaw_is_status_0_and_says_what_was_looked_at(data: Path) -> None:
    (data / "objects").mkdir()

    done = refrain("fsck", "--json")

    assert (done.status, json.loads(done.said)["findings"]) == (0, 0)


def test_each_finding_is_a_line_and_any_is_status_1(data: Path) -> None:
    key = f"renditions/ab/{'ab' * 32}.mp4"
    path = data / "objects" / key
    path.parent.mkdir(parents=True)
    path.write_bytes(b"nobody's")

    os.utime(path, (0, 0))

    done = refrain("fsck", "--json")

    finding, summary = map(json.loads, done.said.splitlines())
    assert done.status == 1
    assert (finding["code"], finding["subject"]) == ("object-unneeded", key)
    assert summary["codes"] == {"object-unneeded": 1}
    told = refrain("fsck", "--repair", "--sample", "0")
    assert (told.status, "mended" in told.said) == (1, True)
    assert refrain("fsck").status == 0
    assert path.exists()
