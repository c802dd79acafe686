"""The suite against a server that is not ours, of Debian: it finds what is known to be wrong there.

Supysonic is a Subsonic of version 1.10, and no OpenSubsonic. What it does not claim is skipped;
what it does claim and does otherwise than described fails, here and nowhere else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lxml import etree

from tests.support.children import free_port
from tests.support.house import until
from tests.support.masters import ROOT, debian_tool
from tests.support.opensubsonic.described import described_calls
from tests.support.opensubsonic.own_house import masters

_SETTINGS = """
[base]
database_uri = sqlite:///{folder}/supysonic.db
[webapp]
cache_dir = {folder}/cache
log_file = {folder}/supysonic.log
mount_webui = off
[daemon]
socket = {folder}/supysonic.sock
run_watcher = no
"""
_USER, _PASSWORD = "ada", "secret"
#: What is held of whichever server; the others are about a house of ours.
_HELD = ("test_calls", "test_entry", "test_keeping", "test_lists", "test_media")
#: Moments without a zone; whole numbers as texts or fractions; members that have to be there.
_NOT_AS_DESCRIBED = {
    *("getAlbum", "getAlbumList", "getAlbumList2", "getArtist", "getMusicDirectory"),
    *("getMusicFolders", "getNowPlaying", "getRandomSongs", "getSong"),
    *("getSongsByGenre", "getUser", "getUsers", "search3"),
    # It wants what may be left out; and a second program.
    *("getLyrics", "getScanStatus"),
}
#: A number that is none of its own is an error within, and not that there is no such thing.
_UNKNOWN = {
    *("download", "getAlbum", "getArtist", "getCoverArt", "getMusicDirectory", "getSong"),
    *("scrobble", "setRating", "stream"),
}
_KNOWN = {
    *(f"test_it_is_answered_as_described_however_it_is_asked_for[{n}]" for n in _NOT_AS_DESCRIBED),
    *(f"test_what_there_is_not_is_said_to_be_not_there[{name}]" for name in _UNKNOWN),
    "test_what_cannot_be_sent_is_told_as_a_document",
    "test_the_server_says_that_it_is_an_opensubsonic",
    "test_no_name_breaks_the_way_in[long]",
    # Whatever is said is called, a program of whoever wrote the address included.
    *(f"test_no_function_is_called_whose_name_is_none[{said}]" for said in ("program", "tag")),
    *(f"test_no_function_is_called_whose_name_is_none[{said}]" for said in ("words", "long")),
    "test_no_function_is_called_whose_name_is_none[letter]",
    # XML that nobody can read.
    "test_what_a_playlist_is_called_comes_back_in_every_form[beyond XML]",
    # An album once for each of its songs.
    "test_pages_of_albums_make_the_whole[albumList-alphabeticalByArtist]",
}
#: The cover of a folder is one of its songs', whichever comes first.
_BY_CHANCE = {"test_xml_and_a_function_say_what_json_says[getAlbumList]"}


@contextmanager
def supysonic(folder: Path) -> Iterator[str]:
    """Run it with an album of ours; answer its address."""
    server, tool = debian_tool("supysonic-server"), debian_tool("supysonic-cli")
    debian_tool("gunicorn")
    settings, music, port = folder / ".config/supysonic", folder / "music", free_port()
    album = music / "Larks" / "Dawn"
    for made in (settings, album):
        made.mkdir(parents=True)
    (settings / "supysonic.conf").write_text(_SETTINGS.format(folder=folder))
    masters(album)
    environment = {"HOME": str(folder), "PATH": os.environ.get("PATH", os.defpath)}
    for told in (
        ("user", "add", _USER, "-p", _PASSWORD),
        ("user", "setroles", "-A", _USER),
        ("folder", "add", "music", str(music)),
        ("folder", "scan", "-f", "--foreground", "music"),
    ):
        subprocess.run([tool, *told], env=environment, check=True, capture_output=True)
    with (folder / "server.log").open("wb") as log:
        arguments = ["-S", "gunicorn", "-h", "127.0.0.1", "-p", str(port), "--threads", "4"]
        running = subprocess.Popen(
            [server, *arguments], env=environment, cwd=folder, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: running.poll() is not None or _is_there(url), seconds=60)
        assert running.poll() is None, (folder / "server.log").read_text()
        yield url
    finally:
        running.terminate()
        running.wait(timeout=30)


def _is_there(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/rest/ping", timeout=10):  # noqa: S310 - our own
            return True
    except OSError:
        return False


def _held_against(url: str, folder: Path) -> tuple[set[str], Counter[str]]:
    """Run the suite on a server; answer which tests failed, and how many ended how."""
    report = folder / "report.xml"
    files = [str(ROOT / "tests" / "opensubsonic" / f"{name}.py") for name in _HELD]
    named = ["--server", url, "--user", _USER, "--password", _PASSWORD]
    quiet = ["-q", "-n0", "-p", "no:cacheprovider", "--tb=short", f"--basetemp={folder}/suite"]
    subprocess.run(
        [sys.executable, "-m", "pytest", *quiet, f"--junitxml={report}", *files, *named],
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=300,
    )
    ended: Counter[str] = Counter()
    failed = set()
    for case in etree.parse(report).iter("testcase"):
        how = str(case[0].tag) if len(case) else "passed"
        ended[how] += 1
        if how not in {"passed", "skipped"}:
            failed.add(str(case.get("name")))
    return failed, ended


@pytest.mark.chaos
def test_the_suite_finds_what_a_server_of_others_does_otherwise_and_nothing_else(
    named_server: str, tmp_path: Path
) -> None:
    if named_server or not described_calls():
        pytest.skip("needs the description, and that no other server is held against it")

    with supysonic(tmp_path) as url:
        failed, ended = _held_against(url, tmp_path)

    assert failed - _BY_CHANCE == _KNOWN
    assert ended["error"] == 0
    assert ended["passed"] > 150
