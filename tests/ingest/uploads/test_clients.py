"""The clients that people use: tuspy, aiotus, tus-js-client and Uppy in Node."""

import base64
import hashlib
import os
import signal
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import aiotus
import pytest
import yarl
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from tusclient.storage.filestorage import FileStorage

from tests.support import clients
from tests.support.clients import Job
from tests.support.house import House, until
from tests.support.uploading import UPLOADS, Tus, dying_line, song, taken_in

CHUNK_BYTES = 1 << 19


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Answer a master of two megabytes, another one for each test."""
    seed = int.from_bytes(hashlib.sha256(request.node.name.encode()).digest()[:4], "big")
    return song(seed, seconds=12, folder=tmp_path)


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clients.bundle(tmp_path_factory.mktemp("clients"), "node")


@pytest.fixture
def job(upload_house: House, file: Path) -> Job:
    return {
        "endpoint": upload_house.url + UPLOADS,
        "token": upload_house.artist,
        "name": file.name,
    }


def read(file: Path) -> bytes:
    return file.read_bytes()


def require_arrived(tus: Tus, url: str, file: Path) -> None:
    """Require that what is at an address is the file, and became a track."""
    document = tus.document(urlsplit(url).path)
    assert document["state"] == "accepted"
    assert document["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert document["filename"] == file.name
    track = tus.house.track(str(document["track"]))
    assert track["title"] == file.stem


def require_gone(tus: Tus, url: str) -> None:
    assert tus.ask("HEAD", urlsplit(url).path).status == 410


# tuspy


class Stream(BytesIO):
    """What tuspy reads: it leaves files open, and closes streams that it goes on to read."""

    def close(self) -> None:
        pass


@pytest.fixture
def tuspy(upload_house: House) -> TusClient:
    token = f"Bearer {upload_house.artist}"
    return TusClient(upload_house.url + UPLOADS, headers={"Authorization": token})


def test_tuspy_uploads_with_checksums(tuspy: TusClient, tus: Tus, file: Path) -> None:
    uploader = tuspy.uploader(
        file_stream=Stream(read(file)),
        chunk_size=CHUNK_BYTES,
        metadata={"filename": file.name},
        upload_checksum=True,
    )

    uploader.upload()

    require_arrived(tus, uploader.url, file)


def test_tuspy_resumes_by_its_stored_address(
    tuspy: TusClient, tus: Tus, file: Path, tmp_path: Path
) -> None:
    def uploader(storage: FileStorage) -> object:
        return tuspy.uploader(
            file_stream=Stream(read(file)),
            chunk_size=CHUNK_BYTES,
            metadata={"filename": file.name},
            store_url=True,
            url_storage=storage,
        )

    storage = FileStorage(str(tmp_path / "urls.json"))
    first = uploader(storage)
    first.upload(stop_at=CHUNK_BYTES)  # type: ignore[attr-defined]
    storage.close()

    storage = FileStorage(str(tmp_path / "urls.json"))
    second = uploader(storage)
    offset = second.offset  # type: ignore[attr-defined]
    second.upload()  # type: ignore[attr-defined]
    storage.close()

    assert offset == CHUNK_BYTES
    require_arrived(tus, second.url, file)  # type: ignore[attr-defined]


def test_tuspy_hears_that_an_upload_was_given_up(tuspy: TusClient, tus: Tus, file: Path) -> None:
    data = Stream(read(file))
    first = tuspy.uploader(file_stream=data, chunk_size=CHUNK_BYTES)
    first.upload(stop_at=CHUNK_BYTES)
    assert tus.ask("DELETE", urlsplit(first.url).path).status == 204

    with pytest.raises(TusCommunicationError):
        tuspy.uploader(file_stream=data, url=first.url)


# aiotus


async def test_aiotus_uploads(upload_house: House, tus: Tus, file: Path) -> None:
    headers = {"Authorization": f"Bearer {upload_house.artist}"}
    with file.open("rb") as data:
        location = await aiotus.upload(
            upload_house.url + UPLOADS,
            data,
            {"filename": file.name.encode()},
            headers=headers,
            chunksize=CHUNK_BYTES,
        )

    assert location is not None
    require_arrived(tus, str(location), file)
    metadata = await aiotus.metadata(str(location), headers=headers)
    assert metadata == {"filename": file.name.encode()}


async def test_aiotus_uploads_parts_and_joins_them(
    upload_house: House, tus: Tus, file: Path, tmp_path: Path
) -> None:
    headers = {"Authorization": f"Bearer {upload_house.artist}"}
    data = read(file)
    parts = [tmp_path / "first", tmp_path / "second"]
    parts[0].write_bytes(data[: len(data) // 3])
    parts[1].write_bytes(data[len(data) // 3 :])

    with parts[0].open("rb") as first, parts[1].open("rb") as second:
        location = await aiotus.upload_multiple(
            upload_house.url + UPLOADS,
            [first, second],
            {"filename": file.name.encode()},
            headers=headers,
            chunksize=CHUNK_BYTES,
        )

    assert location is not None
    require_arrived(tus, str(location), file)


async def test_aiotus_resumes_and_gives_up(upload_house: House, tus: Tus, file: Path) -> None:
    headers = {"Authorization": f"Bearer {upload_house.artist}"}
    path = tus.create(len(read(file)))
    tus.patch(path, 0, read(file)[:CHUNK_BYTES])
    place = yarl.URL(upload_house.url + path)

    async with aiohttp.ClientSession() as session:
        with file.open("rb") as data:
            offset = await aiotus.core.offset(session, place, headers=headers)
            await aiotus.core.upload_buffer(
                session, place, data, headers=headers, chunksize=CHUNK_BYTES
            )
        assert await aiotus.core.offset(session, place, headers=headers) == len(read(file))

    assert offset == CHUNK_BYTES
    assert tus.document(path)["sha256"] == hashlib.sha256(read(file)).hexdigest()


# tus-js-client


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"chunkSize": None},
        {"uploadDataDuringCreation": True},
        {"parallelUploads": 3},
        {"overridePatchMethod": True},
        {"protocol": "ietf-draft-05"},
        {"protocol": "ietf-draft-05", "uploadDataDuringCreation": True},
    ],
    ids=["chunks", "whole", "at-creation", "parallel", "override", "ietf", "ietf-at-creation"],
)
def test_tus_js_client_uploads(
    tus: Tus, script: Path, job: Job, file: Path, options: dict[str, object]
) -> None:
    if options.get("chunkSize", 0) is None:
        options = {"chunkSize": 1 << 30}

    happened = clients.done(script, "whole", {**job, "options": options}, file)

    assert "error" not in happened
    require_arrived(tus, happened["url"], file)


def test_tus_js_client_uploads_a_stream_whose_length_it_does_not_know(
    tus: Tus, script: Path, job: Job, file: Path
) -> None:
    options = {"uploadLengthDeferred": True}

    happened = clients.done(script, "whole", {**job, "streams": True, "options": options}, file)

    require_arrived(tus, happened["url"], file)


def test_tus_js_client_pauses_and_goes_on_where_it_was(
    tus: Tus, script: Path, job: Job, file: Path
) -> None:
    happened = clients.done(script, "paused", job, file)

    require_arrived(tus, happened["url"], file)
    sent = [(method, offset) for method, offset, _ in happened["requests"]]
    assert sent[:4] == [
        ("POST", None),
        ("PATCH", "0"),
        ("HEAD", None),
        ("PATCH", str(CHUNK_BYTES)),
    ]


def test_another_tus_js_client_resumes_by_the_address(
    tus: Tus, script: Path, job: Job, file: Path
) -> None:
    stopped = clients.done(script, "stopped", job, file)

    resumed = clients.done(script, "resumed", {**job, "url": stopped["url"]}, file)

    assert resumed["url"] == stopped["url"]
    require_arrived(tus, resumed["url"], file)
    first = next(offset for method, offset, _ in resumed["requests"] if method == "PATCH")
    assert first == str(stopped["offset"])


def test_tus_js_client_aborts_and_nothing_is_kept(
    tus: Tus, script: Path, job: Job, file: Path
) -> None:
    require_gone(tus, clients.done(script, "aborted", job, file)["url"])


def test_a_client_that_was_killed_in_the_middle_of_a_request_loses_nothing(
    tus: Tus, script: Path, job: Job, file: Path
) -> None:
    name = base64.b64encode(file.name.encode()).decode()
    path = tus.create(file.stat().st_size, Upload_Metadata=f"filename {name}")
    with dying_line(tus.house, after_bytes=1_000_000) as address:
        sending = {**job, "url": address + path, "options": {"chunkSize": 1 << 30}}
        with clients.begun(script, "resumed", sending, file) as killed:
            until(lambda: taken_in(tus.house, path) > 900_000)
            os.kill(killed.pid, signal.SIGKILL)

        # To the server the old request still hangs.
        resuming = {**job, "url": tus.house.url + path}
        happened = clients.done(script, "resumed", resuming, file)

    require_arrived(tus, happened["url"], file)
    first = next(offset for method, offset, _ in happened["requests"] if method == "PATCH")
    assert int(first) > 900_000


# Uppy


def test_uppy_pauses_and_goes_on(tus: Tus, script: Path, job: Job, file: Path) -> None:
    happened = clients.done(script, "uppyPaused", job, file)

    assert happened["pauses"] > 0
    require_arrived(tus, happened["url"], file)


def test_uppy_cancels_and_nothing_is_kept(tus: Tus, script: Path, job: Job, file: Path) -> None:
    happened = clients.done(script, "uppyCancelled", job, file)

    assert happened["status"] == 204
    require_gone(tus, happened["url"])
