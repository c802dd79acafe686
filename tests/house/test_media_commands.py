import json
import subprocess
import sys
from pathlib import Path

from tests.support.masters import tone


def media(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    argv = [sys.executable, "-m", "refrain", "media", *arguments]
    return subprocess.run(argv, capture_output=True, check=False)


def test_a_master_is_measured(tmp_path: Path) -> None:
    waveform = tmp_path / "peaks.json"

    done = media("measure", tone(tmp_path / "a.flac", seconds=4), "--waveform", waveform)

    said = json.loads(done.stdout)
    assert (said["samples"], said["codec"], said["is_lossless"]) == (4 * 44_100, "flac", True)
    assert -20 < said["loudness"]["integrated_lufs"] < -5
    assert (said["quality"]["depth_bits"], said["quality"]["is_mono"]) == (16, False)
    assert json.loads(waveform.read_text())["sample_rate"] == 44_100


def test_chosen_rungs_are_encoded(tmp_path: Path) -> None:
    master, out = tone(tmp_path / "a.wav"), tmp_path / "out"

    done = media("encode", master, "--out", out, "--rung", "flac", "--rung", "opus-48")

    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["rung"] for one in said] == ["flac", "opus-48"]
    assert [Path(one["file"]).stat().st_size for one in said] == [one["bytes"] for one in said]


def test_what_cannot_be_is_a_sentence_and_an_exit_status(tmp_path: Path) -> None:
    poem = tmp_path / "poem.wav"
    poem.write_text("no music " * 50)
    master = tone(tmp_path / "a.wav")

    for done, says in (
        (media("measure", poem), b"not-audio"),
        (media("encode", master, "--out", tmp_path, "--rung", "mp3-1"), b"rung-unknown"),
    ):
        assert done.returncode == 1
        assert says in done.stderr
        assert b"Traceback" not in done.stderr
