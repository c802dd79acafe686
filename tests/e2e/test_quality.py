"""The report that an artist learns from, seconds after the last byte."""

import json
from pathlib import Path

import pytest
import soundfile

from tests.support.house import House
from tests.support.masters import tone


def flat_topped(path: Path) -> Path:
    """Clip a moment one second in."""
    frames, rate = soundfile.read(path)
    frames[rate : rate + 50] = 1.0
    soundfile.write(path, frames, rate, subtype="PCM_16")
    return path


def test_a_master_has_a_report_and_pictures_for_its_artist_alone(
    house: House, tmp_path: Path
) -> None:
    track = house.add(flat_topped(tone(tmp_path / "reported.wav", seconds=2.1)))
    root = f"/api/v1/tracks/{track}"

    report = house.ask("GET", f"{root}/quality", token=house.artist).json
    picture = house.ask("GET", report["pictures"]["spectrogram"], token=house.artist)
    overview = house.ask("GET", report["pictures"]["overview"], token=house.artist)
    page = house.ask("GET", f"/tracks/{track}/quality", token=house.artist)

    assert report["source"]["filename"] == "reported.wav"
    assert report["loudness"]["true_peak_dbtp"] > -0.1
    (clipped,) = [one for one in report["findings"] if one["code"] == "clipped"]
    assert (clipped["severity"], clipped["at"][0][0]) == ("warning", pytest.approx(1, abs=0.001))
    assert b'data-code="clipped"' in page.body
    assert picture.body.startswith(b"\x89PNG")
    assert "private" in picture.headers["cache-control"]
    assert json.loads(overview.body)["loudness"]["momentary_lufs"]
    assert page.status == 200
    assert b'<path class="momentary" d="M' in page.body
    for path in (f"{root}/quality", report["pictures"]["spectrogram"], f"/tracks/{track}/quality"):
        assert house.ask("GET", path, token=house.listener).status == 403


def test_a_master_that_was_refused_says_why_as_a_finding(house: House, tmp_path: Path) -> None:
    path = tone(tmp_path / "cut.flac", seconds=2.2)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    track = house.put(path).json["track"]
    house.await_state(track, "rejected")
    report = house.ask("GET", f"/api/v1/tracks/{track}/quality", token=house.artist).json

    (finding,) = report["findings"]
    assert (finding["code"], finding["severity"]) == ("truncated", "error")
    assert finding["at"][0] == pytest.approx([1.1, 2.2], abs=0.2)


def test_a_name_is_no_html(house: House, tmp_path: Path) -> None:
    path = tone(tmp_path / "<script>alert(1)<_script>.wav", seconds=1.9)

    track = house.put(path).json["track"]
    page = house.ask("GET", f"/tracks/{track}/quality", token=house.artist)
    house.await_state(track, "complete")

    assert b"<script>alert" not in page.body
    assert b"&lt;script&gt;alert" in page.body
