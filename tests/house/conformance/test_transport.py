from __future__ import annotations

from pathlib import Path

import pytest

from base.errors import Unavailable
from refrain.conformance.exchanges import ask
from refrain.conformance.fetch import open_http
from refrain.conformance.findings import Finding
from refrain.conformance.folder import FolderResources
from refrain.conformance.resources import Unreadable
from refrain.conformance.transport_rules import (
    check_object,
    check_playlist_answer,
    check_redirects,
)
from refrain.conformance.verify import verify
from tests.support.misbehaving import served
from tests.support.streams import clauses
from transcode.tools import Tools


async def judged(folder: Path, wrong: str) -> list[Finding]:
    (folder / "a.mp4").write_bytes(bytes(range(256)) * 100)
    async with served(folder, wrong=wrong) as url, open_http(folder) as resources:
        stored = await resources.store(f"{url}a.mp4")
        said = await ask(resources, stored, "a.mp4")
    return [*check_object(said), *check_redirects(stored.answer, "a.mp4")]


async def test_a_server_that_does_all_right_has_no_findings(tmp_path: Path) -> None:
    assert await judged(tmp_path, "") == []


@pytest.mark.parametrize(
    ("wrong", "clause"),
    [
        ("redirects", "Apple 8.18"),
        ("weak tag", "RFC 9110 8.8.3"),
        ("no tag", "RFC 9110 8.8.3"),
        ("no accept-ranges", "RFC 9110 14.3"),
        ("no head", "RFC 9110 9.3.2"),
        ("head of another length", "RFC 9110 8.6"),
        ("if-range ignored", "RFC 9110 13.1.5"),
        ("if-range never", "RFC 9110 13.1.5"),
        ("no ranges", "RFC 9110 15.3.7"),
        ("no ranges", "RFC 9110 15.5.17"),
        ("no ranges", "RFC 9110 14.1.2"),
        ("no clamping", "RFC 9110 14.1.2"),
        ("no 416", "RFC 9110 15.5.17"),
        ("416 without a length", "RFC 9110 15.5.17"),
        ("no content-range", "RFC 9110 15.3.7"),
        ("content-range of another", "RFC 9110 15.3.7"),
        ("over-reading", "RFC 9110 15.3.7"),
        ("other bytes", "RFC 9110 15.3.7"),
    ],
)
async def test_a_server_that_misbehaves_is_found_out(
    tmp_path: Path, wrong: str, clause: str
) -> None:
    assert clause in clauses(await judged(tmp_path, wrong))


async def test_playlists_are_to_be_gzipped(tmp_path: Path) -> None:
    (tmp_path / "a.m3u8").write_text("#EXTM3U\n")
    for wrong, expected in (("", set()), ("no gzip", {"Apple 10.1"})):
        async with served(tmp_path, wrong=wrong) as url, open_http(tmp_path) as resources:
            answer = await resources.get(f"{url}a.m3u8", headers={"Accept-Encoding": "gzip"})

        assert answer.body == b"#EXTM3U\n"
        assert clauses(check_playlist_answer(answer, "a.m3u8", "a.m3u8")) == expected
        assert clauses(check_playlist_answer(answer, "a", "a")) == expected


async def test_a_playlist_of_another_type_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("#EXTM3U\n")
    async with served(tmp_path) as url, open_http(tmp_path) as resources:
        answer = await resources.get(f"{url}a.txt")

    assert "RFC 8216bis 4" in clauses(check_playlist_answer(answer, "a.txt", "a.txt"))


async def test_what_is_too_much_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.m3u8").write_text("#EXTM3U\n")
    for wrong in ("a bomb", "redirects for ever", "redirects to a file"):
        async with served(tmp_path, wrong=wrong) as url, open_http(tmp_path) as resources:
            with pytest.raises(Unreadable):
                await resources.get(f"{url}a.m3u8", headers={"Accept-Encoding": "gzip"})


@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "ftp://example.org/a", "data:text/plain,a", "http://["]
)
async def test_a_uri_of_the_web_stays_on_the_web(tmp_path: Path, uri: str) -> None:
    async with open_http(tmp_path) as resources:
        with pytest.raises(Unreadable):
            resources.resolve("http://example.org/a/index.m3u8", uri)


@pytest.mark.parametrize(
    "uri",
    ["../secret", "/etc/passwd", "file:///etc/passwd", "http://example.org/a", "link", "%2e%2e/a"],
)
async def test_a_uri_of_a_folder_stays_in_the_folder(tmp_path: Path, uri: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "secret")

    with pytest.raises(Unreadable):
        FolderResources(tmp_path / "folder").resolve("index.m3u8", uri)


async def test_a_stream_without_fault_has_no_findings_on_the_web(
    stream: Path, tools: Tools
) -> None:
    async with served(stream) as url:
        report = await verify(f"{url}index.m3u8?token=secret", tools=tools)

    assert report.findings == ()
    assert "secret" not in report.target
    assert len(report.facts) == 6


async def test_redirected_media_are_found_out_in_a_stream(stream: Path, tools: Tools) -> None:
    async with served(stream, wrong="redirects") as url:
        report = await verify(f"{url}aac.m3u8", tools=tools)

    assert "Apple 8.18" in clauses(report.findings)


async def test_what_is_encoded_unasked_is_read_as_far_as_it_can_be(
    stream: Path, tools: Tools
) -> None:
    async with served(stream, wrong="always gzip") as url:
        report = await verify(f"{url}aac.m3u8", tools=tools)

    assert "RFC 8216bis 4.4.4.5" in clauses(report.findings)


async def test_what_does_not_answer_is_unreadable(tmp_path: Path, tools: Tools) -> None:
    async with served(tmp_path) as url:
        with pytest.raises(Unavailable):
            await verify(f"{url}nothing.m3u8", tools=tools)
    with pytest.raises(Unavailable):
        await verify("http://127.0.0.1:9/index.m3u8", tools=tools)
