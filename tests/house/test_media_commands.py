import json
import subprocess
import sys
from pathlib import Path

from tests.support.commands import Done, refrain
from tests.support.masters import tone


def media(*arguments: str | Path) -> Done:
    return refrain("media", *arguments)


def test_a_master_is_measured(tmp_path: Path) -> None:
    waveform = tmp_path / "peaks.json"

    done = media("measure", tone(tmp_path / "a.flac", seconds=4), "--waveform", waveform)

    said = json.loads(done.said)
    assert (said["samples"], said["codec"], said["is_lossless"]) == (4 * 44_100, "flac", True)
    assert -20 < said["loudness"]["integrated_lufs"] < -5
    assert (said["quality"]["depth_bits"], said["quality"]["is_mono"]) == (16, False)
    assert json.loads(waveform.read_text())["sample_rate"] == 44_100


def test_tracks_are_measured_together_and_seen_from_further_away(tmp_path: Path) -> None:
    waveform = tmp_path / "peaks.json"
    tracks = [
        tone(tmp_path / f"{rate}.wav", seconds=5, rate=rate, subtype=subtype)
        for rate, subtype in ((44_100, "PCM_16"), (96_000, "PCM_24"))
    ]

    done = media("measure", "--album", "--waveform", waveform, "--zoom", "1024", *tracks)

    one, two, album = [json.loads(line) for line in done.said.splitlines()]
    assert one["fingerprint"]
    assert len(one["peaks"]) == 2
    either = sorted(each["loudness"]["integrated_lufs"] for each in (one, two))
    assert album["album"] == 2
    assert either[0] <= album["loudness"]["integrated_lufs"] <= either[1]
    assert json.loads(waveform.read_text())["samples_per_pixel"] == 1024


def test_the_bench_measures_a_master_beside_its_references(tmp_path: Path) -> None:
    master = tone(tmp_path / "a.wav", seconds=4)

    # A process of its own: its memory is measured.
    argv = [sys.executable, "-m", "refrain", "bench", "media", master]
    done = subprocess.run(argv, capture_output=True, check=False)

    said = {one["metric"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert set(said) == {
        *("measure_speed", "measure_wall", "measure_cpu", "measure_memory"),
        *("first_sound", "first_rungs_wall"),
        *("ladder_encode_wall", "ladder_wall", "ladder_cpu", "ladder_memory"),
    }
    assert 20 < said["measure_memory"]["value"] < 400
    assert done.returncode == (0 if all(one["ok"] for one in said.values()) else 1)


def test_chosen_rungs_are_encoded(tmp_path: Path) -> None:
    master, out = tone(tmp_path / "a.wav"), tmp_path / "out"

    done = media("encode", master, "--out", out, "--rung", "flac", "--rung", "opus-48")

    said = [json.loads(line) for line in done.said.splitlines()]
    assert [one["rung"] for one in said] == ["flac", "opus-48"]
    assert [Path(one["file"]).stat().st_size for one in said] == [one["bytes"] for one in said]


def test_what_cannot_be_is_a_sentence_and_an_exit_status(tmp_path: Path) -> None:
    poem = tmp_path / "poem.wav"
    poem.write_text("no music " * 50)
    master = tone(tmp_path / "a.wav")

    for done, says in (
        (media("measure", poem), "not-audio"),
        (media("encode", master, "--out", tmp_path, "--rung", "mp3-1"), "rung-unknown"),
        (
            media("measure", master, "--waveform", tmp_path / "a.dat", "--zoom", "7"),
            "zoom-unknown",
        ),
    ):
        assert done.status == 1
        assert says in done.errors
        assert "Traceback" not in done.errors


def test_an_album_is_packaged_into_folders_that_verify(tmp_path: Path) -> None:
    masters = [tone(tmp_path / "one.wav", seconds=1.5), tone(tmp_path / "two.flac", seconds=2.5)]

    done = media("package", *masters, "--album", "--out", tmp_path / "site")
    twice = media("package", masters[0], tmp_path / "one.wav", "--out", tmp_path / "twice")

    said = [json.loads(line) for line in done.said.splitlines()]
    assert [Path(one["folder"]).name for one in said] == ["one", "two"]
    for one in said:
        folder = Path(one["folder"])
        assert {path.suffix for path in folder.iterdir()} == {
            ".mp4",
            ".m3u8",
            ".mpd",
            ".m4a",
            ".mp3",
        }
        assert b"alou" in (folder / "flac.mp4").read_bytes()[:2000]
        checked = json.loads(media("verify", folder, "--json").said)
        assert checked["errors"] == 0, checked["findings"]
    assert (twice.status, "same-name" in twice.errors) == (1, True)
