from pathlib import Path

import pytest

from tests.support.commands import refrain
from tests.support.house import open_house
from tests.support.masters import tone


def test_the_same_way_on_postgresql_and_s3(
    tmp_path: Path, postgres_url: str, s3_url: str, valkey_url: str
) -> None:
    settings = {"database_url": postgres_url, "storage_url": s3_url, "redis_url": valkey_url}
    with open_house(tmp_path, demo="true", **settings) as house:
        track = house.add(tone(tmp_path / "song.flac", seconds=2))
        play = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track}).json
        flac = next(one for one in play["progressive"] if one["rung"] == "flac")

        part = house.ask("GET", flac["url"], headers={"Range": "bytes=100-299"})

        assert (part.status, len(part.body)) == (206, 200)
        assert part.body == house.ask("GET", flac["url"]).body[100:300]
        assert len(house.track(track)["renditions"]) == 11
        assert house.ask("GET", f"/api/v1/tracks/{track}/waveform.json").status == 200
        assert not (tmp_path / "data" / "objects").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("log_level", "loud"), ("workers", "many"), ("ticket_secret", "too short")],
)
def test_a_setting_that_cannot_be_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    variable = f"REFRAIN_{name.upper()}"
    monkeypatch.setenv(variable, value)

    done = refrain("migrate")

    assert done.status == 2
    assert variable in done.errors
    assert "Traceback" not in done.errors


def test_a_house_whose_storage_cannot_be_says_so_and_ends(tmp_path: Path) -> None:
    wrong = {"storage_url": "ftp://nowhere", "workers": "0"}

    with pytest.raises(AssertionError), open_house(tmp_path, **wrong):
        pass

    log = (tmp_path / "house.log").read_text()
    assert "unknown-storage" in log
    assert "Traceback" not in log
