"""Multipart uploads straight to a real object storage, at signed addresses."""

import hashlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.house import Answer, Document, House
from tests.support.uploading import bytes_of, s3_house

MULTIPART = "/api/v1/s3/multipart"
PART_BYTES = 5 << 20


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, s3_endpoint: str) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("direct")
    with s3_house(folder, s3_endpoint, workers="0", upload_limit_bytes="12000000") as opened:
        yield opened


def ask(house: House, method: str, path: str = "", data: Document | None = None) -> Answer:
    return house.ask(method, MULTIPART + path, token=house.artist, data=data)


def begin(house: House, name: str = "Song.wav", **metadata: str) -> str:
    wanted = {"filename": name, "type": "audio/wav", "metadata": {"name": name, **metadata}}
    begun = ask(house, "POST", data=wanted).json
    assert begun["key"]
    upload: str = begun["uploadId"]
    return upload


def put(house: House, upload: str, number: int, data: bytes) -> Document:
    """Put a part where the house says, and answer it as the client knows it."""
    url = ask(house, "GET", f"/{upload}/{number}?key={upload}").json["url"]
    request = urllib.request.Request(url, data=data, method="PUT")  # noqa: S310 - our own
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
        return {"PartNumber": number, "ETag": answer.headers["ETag"]}


def complete(house: House, upload: str, *parts: Document) -> Answer:
    return ask(house, "POST", f"/{upload}/complete?key={upload}", {"parts": list(parts)})


def test_parts_become_a_master_with_its_hash(house: House, tmp_path: Path) -> None:
    data = bytes_of(201, seconds=32, folder=tmp_path)
    upload = begin(house, "Direct Song.wav")
    second = put(house, upload, 2, data[PART_BYTES:])
    first = put(house, upload, 1, data[:PART_BYTES])

    listed = ask(house, "GET", f"/{upload}?key={upload}").json
    done = complete(house, upload, first, second)
    again = complete(house, upload, first, second)

    assert [(one["PartNumber"], one["Size"]) for one in listed] == [
        (1, PART_BYTES),
        (2, len(data) - PART_BYTES),
    ]
    assert done.status == 200
    assert done.json["sha256"] == hashlib.sha256(data).hexdigest()
    assert done.json["location"] == f"/api/v1/tracks/{done.json['track']}"
    assert again.json == done.json
    assert house.track(done.json["track"])["title"] == "Direct Song"
    document = house.ask("GET", f"/api/v1/uploads/{upload}", token=house.artist).json
    assert (document["way"], document["state"]) == ("s3", "accepted")


def test_a_part_can_be_sent_again(house: House, tmp_path: Path) -> None:
    data = bytes_of(202, folder=tmp_path)
    upload = begin(house)
    wrong = put(house, upload, 1, b"not yet")
    right = put(house, upload, 1, data)

    refused = complete(house, upload, wrong)
    done = complete(house, upload, right)

    assert (refused.status, refused.json["type"]) == (409, "urn:refrain:problem:part-missing")
    assert done.json["sha256"] == hashlib.sha256(data).hexdigest()


def test_what_was_given_up_is_gone(house: House) -> None:
    upload = begin(house)
    part = put(house, upload, 1, b"some bytes")

    assert ask(house, "DELETE", f"/{upload}?key={upload}").status == 200

    for answer in (
        ask(house, "GET", f"/{upload}?key={upload}"),
        ask(house, "GET", f"/{upload}/2?key={upload}"),
        complete(house, upload, part),
    ):
        assert answer.status == 410


def test_too_large_is_a_413_and_the_upload_stays(house: House, tmp_path: Path) -> None:
    upload = begin(house)
    song = put(house, upload, 1, bytes_of(203, seconds=36, folder=tmp_path))
    more = put(house, upload, 2, bytes(6_000_000))

    assert complete(house, upload, song, more).status == 413
    assert complete(house, upload, song).status == 200


def test_what_is_no_music_is_refused_when_it_is_complete(house: House) -> None:
    upload = begin(house)
    part = put(house, upload, 1, b"Roses are red\n" * 20)

    refused = complete(house, upload, part)

    assert refused.status == 415
    document = house.ask("GET", f"/api/v1/uploads/{upload}", token=house.artist).json
    assert document["state"] == "refused"
    assert document["refusal"]["detail"] == refused.json["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/00000000-0000-4000-8000-000000000000", 404),
        ("/none", 404),
        ("/{upload}/0", 400),
        ("/{upload}/10001", 400),
        ("/{upload}/99999999999999999999", 400),
    ],
)
def test_what_is_not_there_is_said(house: House, path: str, status: int) -> None:
    assert ask(house, "GET", path.format(upload=begin(house))).status == status


def test_bodies_are_read_with_care(house: House) -> None:
    upload = begin(house)

    for parts in ([], [{"PartNumber": 0, "ETag": "x"}], [{"ETag": "x"}]):
        assert complete(house, upload, *parts).status == 422
    assert house.ask("POST", MULTIPART, token=house.artist, data=b"[").status == 415
    assert house.ask("POST", MULTIPART, data={"filename": "x"}).status == 401


def test_a_file_in_one_piece_is_refused_with_what_to_do(house: House) -> None:
    answer = house.ask("GET", "/api/v1/s3/params?filename=song.wav", token=house.artist)

    assert answer.status == 501
    assert "shouldUseMultipart" in answer.json["detail"]


def test_a_storage_on_disk_says_that_it_takes_nothing_from_outside(upload_house: House) -> None:
    answer = ask(upload_house, "POST", data={"filename": "song.wav"})

    assert (answer.status, answer.json["type"]) == (501, "urn:refrain:problem:no-direct-upload")
