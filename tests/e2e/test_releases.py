import io
from pathlib import Path

import mutagen.flac
from PIL import Image

from tests.support.archives import packed
from tests.support.house import House, until
from tests.support.masters import tone


def album(folder: Path) -> bytes:
    """Pack two tracks whose names say little, and whose tags say all."""
    files = {}
    for number, hertz_of in ((1, 440), (2, 441)):
        path = tone(folder / f"{number}.flac", seconds=1 + number / 10)
        tags = mutagen.flac.FLAC(path)
        tags["title"], tags["artist"], tags["album"] = f"Song {3 - number}", "Singer", "Record"
        tags["tracknumber"], tags["composer"] = str(3 - number), "Ada"
        cover = mutagen.flac.Picture()
        cover.type, cover.data = 3, picture()
        tags.add_picture(cover)
        tags.save()
        files[f"x/{hertz_of}.flac"] = path.read_bytes()
    return packed(files)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1500, 1500), "teal").save(file, "PNG")
    return file.getvalue()


def test_an_archive_goes_all_the_way_to_a_release_that_all_can_hear(
    house: House, tmp_path: Path
) -> None:
    sent = house.ask("PUT", "/api/v1/masters/album.zip", token=house.artist, data=album(tmp_path))
    assert sent.status == 202, sent.body
    address = f"/api/v1/releases/{sent.json['release']}"

    draft = until(
        lambda: (
            (found := house.ask("GET", address, token=house.artist).json)["may_publish"] and found
        ),
        seconds=120,
    )

    assert (draft["title"], draft["artist"]) == ("Record", "Singer")
    assert [one["title"] for one in draft["tracks"]] == ["Song 1", "Song 2"]
    [credit] = draft["tracks"][0]["credits"]
    assert (credit["role"], credit["name"], credit["kind"]) == ("composer", "Ada", "composer")
    assert (draft["artwork"]["state"], draft["artwork"]["width"]) == ("ready", 1500)
    track = draft["tracks"][0]["track"]
    play = {"track": track}
    assert house.ask("POST", "/api/v1/plays", token=house.listener, data=play).status == 404
    assert house.ask("POST", "/api/v1/plays", token=house.artist, data=play).status == 201

    published = house.ask("POST", f"{address}/publish", token=house.artist)

    assert (published.status, published.json["state"]) == (200, "published")
    assert house.ask("POST", "/api/v1/plays", token=house.listener, data=play).status == 201
    shown = house.ask("GET", f"{address}/artwork/320", headers={"Accept": "image/webp"})
    assert (shown.status, shown.headers["content-type"]) == (200, "image/webp")

    assert house.ask("DELETE", f"/api/v1/tracks/{track}", token=house.artist).status == 204

    assert house.ask("POST", "/api/v1/plays", token=house.listener, data=play).status == 404
    assert len(house.ask("GET", address).json["tracks"]) == 1
    assert "broken" not in house.log.read_text()
