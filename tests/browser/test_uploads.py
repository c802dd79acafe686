"""Uploads from pages: tus-js-client and Uppy in Chromium, also straight to the storage."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.support import clients
from tests.support.clients import Job
from tests.support.house import House
from tests.support.uploading import LIMIT_BYTES, UPLOADS, Tus, s3_house, song

CHUNK_BYTES = 1 << 19


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, s3_endpoint: str) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("pages")
    limit = str(LIMIT_BYTES)
    with s3_house(folder, s3_endpoint, workers="0", upload_limit_bytes=limit) as opened:
        yield opened


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clients.bundle(tmp_path_factory.mktemp("clients"), "browser")


@pytest.fixture(scope="module")
def browser_page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        yield page


@pytest.fixture
def page(browser_page: Page, script: Path, house: House) -> Page:
    """Answer a page of another site: to browsers, one of another name is."""
    browser_page.goto(house.url.replace("127.0.0.1", "localhost") + "/healthz")
    browser_page.add_script_tag(path=script)
    return browser_page


@pytest.fixture
def tus(house: House) -> Tus:
    return Tus(house)


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    seed = int.from_bytes(hashlib.sha256(request.node.name.encode()).digest()[:4], "big")
    return song(seed, seconds=12, folder=tmp_path)


@pytest.fixture
def job(house: House, file: Path) -> Job:
    return {"endpoint": house.url + UPLOADS, "token": house.artist, "name": file.name}


def run(page: Page, scenario: str, job: Job, file: Path) -> Job:
    data = base64.b64encode(file.read_bytes()).decode()
    happened: Job = page.evaluate(
        "([scenario, job, data]) => uploaded(scenario, job, data)", [scenario, job, data]
    )
    assert "error" not in happened
    return happened


def require_arrived(tus: Tus, url: str, file: Path) -> None:
    document = tus.document(urlsplit(url).path)
    assert document["state"] == "accepted"
    assert document["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert document["filename"] == file.name


@pytest.mark.parametrize(
    "options",
    [{}, {"parallelUploads": 3}, {"protocol": "ietf-draft-05"}],
    ids=["tus", "parallel", "ietf"],
)
def test_tus_js_client_uploads_from_another_site(
    page: Page, tus: Tus, job: Job, file: Path, options: dict[str, object]
) -> None:
    happened = run(page, "whole", {**job, "options": options}, file)

    require_arrived(tus, happened["url"], file)
    # The page may read the track's name, though it is of another site.
    assert happened["track"] == tus.document(urlsplit(happened["url"]).path)["track"]


def test_tus_js_client_pauses_and_goes_on_where_it_was(
    page: Page, tus: Tus, job: Job, file: Path
) -> None:
    happened = run(page, "paused", job, file)

    require_arrived(tus, happened["url"], file)
    assert ["PATCH", str(CHUNK_BYTES), 204] in happened["requests"]


def test_a_page_that_was_closed_is_gone_on_with_by_the_address(
    page: Page, script: Path, tus: Tus, job: Job, file: Path
) -> None:
    stopped = run(page, "stopped", job, file)
    page.reload()
    page.add_script_tag(path=script)

    resumed = run(page, "resumed", {**job, "url": stopped["url"]}, file)

    require_arrived(tus, resumed["url"], file)
    first = next(offset for method, offset, _ in resumed["requests"] if method == "PATCH")
    assert first == str(stopped["offset"])


def test_tus_js_client_aborts_and_nothing_is_kept(
    page: Page, tus: Tus, job: Job, file: Path
) -> None:
    url = run(page, "aborted", job, file)["url"]

    assert tus.ask("HEAD", urlsplit(url).path).status == 410


def test_uppy_pauses_and_goes_on(page: Page, tus: Tus, job: Job, file: Path) -> None:
    happened = run(page, "uppyPaused", job, file)

    assert happened["pauses"] > 0
    require_arrived(tus, happened["url"], file)


def test_uppy_cancels_and_nothing_is_kept(page: Page, tus: Tus, job: Job, file: Path) -> None:
    happened = run(page, "uppyCancelled", job, file)

    assert happened["status"] == 204
    assert tus.ask("HEAD", urlsplit(happened["url"]).path).status == 410


@pytest.mark.parametrize("pauses", [False, True], ids=["at-once", "paused"])
def test_uppy_sends_parts_straight_to_the_storage(  # noqa: PLR0913 - fixtures
    page: Page, script: Path, house: House, job: Job, tmp_path: Path, *, pauses: bool
) -> None:
    file = song(300 + pauses, seconds=36, folder=tmp_path)  # two parts
    cookie = {"name": "refrain_session", "value": house.artist, "url": house.url}
    page.context.add_cookies([cookie])
    page.goto(f"{house.url}/healthz")
    page.add_script_tag(path=script)

    direct = {**job, "name": file.name, "companion": f"{house.url}/api/v1", "pauses": pauses}
    happened = run(page, "uppyStorage", direct, file)

    assert bool(happened["pauses"]) is pauses
    track = happened["location"].rpartition("/")[2]
    assert house.track(track)["title"] == file.stem
