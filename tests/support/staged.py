"""A house in which all is there that the documents speak of: it is the second of December 2026.

It is the house of the demo, which goes on by itself; its date is that of the pages.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncssh
import numpy as np
import soundfile

from stream.offline import sealed
from tests.support.demo import SMALL, Demo, open_demo
from tests.support.earlier_export import small_export
from tests.support.ern import US, deal_43, message_43
from tests.support.house import Document, House, open_house_later
from tests.support.masters import ROOT, tone
from tests.support.payouts import IBANS

_DAY = date(2026, 12, 2)
_LATER = ROOT / "tests" / "support" / "later"
_SETTINGS = {
    "ddex_party_id": US,
    "play_threshold_s": "1",
    "webhooks_to_private": "true",
    "second_factor": "none",
    "sepa_name": "Refrain eG",
    "sepa_iban": IBANS[0],
    "payout_details_days": "0",
    "payout_from_cents": "1",
    "public_moment_s": "0",
    "address_requests_per_minute": "1000000",
    "account_requests_per_minute": "1000000",
    "ticket_secret": "s" * 40,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A house that runs, where its files are, and how a shell finds it."""

    house: House
    folder: Path
    environment: dict[str, str]


@contextmanager
def open_stage(folder: Path) -> Iterator[Staged]:
    """Fill a house, and run it; beside it are one that nobody runs, a sound one, and room for one.

    Of the first many masters were told and never sent, which `fsck` and backups would say.
    """
    days = (_DAY - datetime.now(UTC).date()).days
    with open_demo(folder, SMALL) as demo:
        pass
    shutil.copytree(folder / "house", folder / "still")
    (folder / "house").rename(folder / "data")
    environment = _environment(folder, days) | _names(demo)
    _sound(folder / "sound", days)
    (folder / "earlier").mkdir()
    small_export(folder / "earlier")
    with open_house_later(folder, days_later=days, is_empty=True, **_SETTINGS) as house:
        here = {"URL": house.url, "HOUSE": house.url, "REFRAIN_URL": house.url}
        environment |= here | _own(house, demo, folder)
        _offices(house, demo, environment)
        environment |= _jobs(environment)
        yield Staged(house=house, folder=folder, environment=environment)


def _sound(folder: Path, days: int) -> None:
    """Make a house in which nothing is missing."""
    folder.mkdir()
    with open_house_later(folder, days_later=days, **_SETTINGS) as house:
        house.add(tone(folder / "song.wav", seconds=2))


def _own(house: House, demo: Demo, folder: Path) -> dict[str, str]:
    """Put out two records that sound, and open two plays of the first."""
    mara, noor = demo.people["mara"].token, demo.people["noor"].token
    release, own = _put_out(house, mara, folder, "Sent")
    other, _ = _put_out(house, mara, folder, "Other")
    _as_of_an_earlier_ladder(folder / "data", own)
    plays = [_done(house, "POST", "/api/v1/plays", noor, {"track": own}) for _ in range(2)]
    beats = [{"at_s": 0.1, "position_s": 0, "elapsed_s": 0}]
    body = json.dumps({"play": plays[1]["play"], "beats": beats})
    return {
        "TRACK": own,
        "own": release,
        "own_other": other,
        "PLAY": plays[0]["play"],
        "BODY": body,
        "SEAL": sealed(body.encode(), plays[1]["offline_key"]).removeprefix("v1="),
    }


def _put_out(house: House, token: str, folder: Path, title: str) -> tuple[str, str]:
    """Put out a record of one song; answer it, and its track."""
    number = len(title)
    release = _done(house, "POST", "/api/v1/releases", token, {"title": title})["id"]
    path = f"/api/v1/masters/{title}.wav?release={release}"
    sound = tone(folder / f"{title}.wav", seconds=number).read_bytes()
    track = _done(house, "PUT", path, token, sound)["track"]
    song = {"track": track, "title": title, "isrc": f"QZTST260000{number}"}
    said = {"label": "Kleinlaut", "genres": ["Pop"], "tracks": [song]}
    _done(house, "PATCH", f"/api/v1/releases/{release}", token, said)
    house.await_state(track, "complete")
    _done(house, "POST", f"/api/v1/releases/{release}/publish", token, {})
    return release, track


def _as_of_an_earlier_ladder(data: Path, track: str) -> None:
    """Take a rung from a track, so that made anew it is another: else nothing would be swapped."""
    of = "master_id = (SELECT master_id FROM tracks WHERE id = ?)"
    with closing(sqlite3.connect(data / "refrain.db", timeout=30)) as database, database:
        query = f"DELETE FROM renditions WHERE rung = 'opus-48' AND {of}"  # noqa: S608 - ours
        assert database.execute(query, (UUID(track).hex,)).rowcount == 1


def _offices(house: House, demo: Demo, environment: dict[str, str]) -> None:
    """Do what comes before: a month is closed, a run is off the table, somebody is a member."""
    ada, fan = demo.people["ada"].token, demo.fans[1].token
    _said(environment, "books", "close", "2026-10", "--token", ada)
    _said(environment, "books", "payout", "cancel", demo.places["run"], "--token", ada)
    wanted = {"class": "worker", "name": "Jonas"}
    made = _done(house, "POST", "/api/v1/membership", fan, wanted)
    _said(environment, "members", "admit", made["id"])


def _jobs(environment: dict[str, str]) -> dict[str, str]:
    """Answer jobs of the house that nobody runs: one more is set aside, two wait."""
    still = environment | {"REFRAIN_DATA_DIR": environment["STAGE"] + "/still"}
    lines = _said(still, "jobs", "list", "--json").splitlines()
    states = {one["id"]: one["state"] for one in map(json.loads, lines)}
    waiting = [job for job, state in states.items() if state == "waiting"]
    _said(still, "jobs", "quarantine", waiting[0], "--reason", "asks for 40 GB")
    _about_a_master(Path(still["REFRAIN_DATA_DIR"]), environment["the_job"])
    return {"other_job": waiting[0], "a_job": waiting[1], "last_job": waiting[2]}


def _about_a_master(data: Path, job: str) -> None:
    """Have a job be about a master that is there: what is gone is not tried again."""
    subject = "json_set(payload, '$.subject', (SELECT master_id FROM tracks LIMIT 1))"
    with closing(sqlite3.connect(data / "refrain.db", timeout=30)) as database, database:
        query = f"UPDATE jobs SET payload = {subject} WHERE id = ?"  # noqa: S608 - ours
        assert database.execute(query, (UUID(job).hex,)).rowcount == 1


def _done(house: House, method: str, path: str, token: str, data: bytes | Document) -> Document:
    headers = {"Idempotency-Key": uuid4().hex}
    said = house.ask(method, path, token=token, data=data, headers=headers)
    assert said.status < 300, (path, said.status, said.body)
    return said.json if said.body else {}


def _said(environment: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "refrain", *words]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def _environment(folder: Path, days: int) -> dict[str, str]:
    return {
        **os.environ,
        **{f"REFRAIN_{name.upper()}": text for name, text in _SETTINGS.items()},
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": f"{_LATER}{os.pathsep}{ROOT}",
        "TEST_DAYS_LATER": str(days),
        "REFRAIN_DATA_DIR": str(folder / "data"),
        "STAGE": str(folder),
    }


def _names(demo: Demo) -> dict[str, str]:
    """Answer who and what there is, by the names that scripts call them by."""
    people = {key: one for key, one in demo.people.items() if key.isalpha()}
    return {
        **{key.upper(): one.token for key, one in people.items()},
        **{f"{key}_id": str(one.id) for key, one in people.items()},
        **{f"the_{name}": text for name, text in demo.places.items()},
        "ARTIST": demo.people["mara"].token,
        "LISTENER": demo.people["noor"].token,
        "TOKEN": demo.people["noor"].token,
        "fan_id": str(demo.people["a fan"].id),
        "ACCOUNT": str(demo.people["mara"].id),
    }


def furnish(folder: Path) -> None:
    """Lay out the files that a page may name, each page its own."""
    folder.mkdir()
    chance = np.random.default_rng()
    for name, seconds in (("song", 7.0), ("other", 2.0), ("01", 2.0)):
        _music(folder / f"{name}.flac", chance, seconds)
    (folder / "Music" / "Record").mkdir(parents=True)
    _music(folder / "Music" / "Record" / "01 Song.flac", chance, 2.0)
    (folder / "releases.csv").write_text(
        "file,title,artist,track_title,number\n01.flac,Sheet,Mara Lindqvist,Song,1\n"
    )
    shutil.make_archive(str(folder / "album"), "zip", folder / "Music")
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key()
    for name in ("label.pub", "authorized_keys", "label.key"):
        (folder / name).write_bytes(key)
    message = message_43(["Song"], title="Record")
    for name in ("message.xml", "old.xml"):
        (folder / name).write_bytes(message)
    changed = message_43(["Song"], title="Record (Live)", message_id="M-2", deals=deal_43("R0"))
    (folder / "new.xml").write_bytes(changed)
    empty = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>'
    (folder / "camt053.xml").write_text(empty)
    (folder / "refrain.log").write_text("")
    (folder / "eurofxref-hist.csv").write_text("Date,USD,\n2026-11-20,1.0831,\n")


def _music(path: Path, chance: np.random.Generator, seconds: float) -> None:
    """Write a chord that nobody sent before."""
    at = np.arange(int(seconds * 44_100)) / 44_100
    pitches = chance.uniform(200, 1_500, size=(3, 1))
    chord = 0.1 * np.sin(2 * np.pi * pitches * at).sum(axis=0)
    soundfile.write(path, np.stack([chord, chord], axis=1), 44_100, format="FLAC")
