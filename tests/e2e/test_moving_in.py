"""An earlier house moves into a running one; who was at the sixth play goes on at the seventh."""

from __future__ import annotations

import json
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.support.commands import Done, refrain
from tests.support.earlier_export import SAID, album, small_export, track
from tests.support.house import Document, House, until


def told(done: Done) -> dict[str, Document]:
    """Answer what became of each table."""
    lines = [json.loads(line) for line in done.said.splitlines()]
    return {one["table"]: one for one in lines if "came" in one}


def signed_in(house: House, email: str) -> dict[str, str]:
    """Answer what a browser sends with each request of somebody who gave their password."""
    headers = {"Origin": house.url, "Content-Type": "application/json"}
    body = json.dumps({"email": email, "password": SAID}).encode()
    request = Request(f"{house.url}/api/v1/account/sign-in", body, headers)  # noqa: S310 - ours
    with urlopen(request, timeout=60) as answer:  # noqa: S310 - see above
        cookies = answer.headers.get_all("Set-Cookie")
    return {"Origin": house.url, "Cookie": "; ".join(one.partition(";")[0] for one in cookies)}


def heard(house: House, who: dict[str, str]) -> tuple[Document, Document]:
    """Hear the track until it is a play; answer how it was opened, and what it came to."""
    asked: Document = {"track": str(track(1))}
    opened = house.ask("POST", "/api/v1/plays", data=asked, headers=who)
    assert opened.status == 201, opened.body
    play: Document = opened.json
    path = f"/api/v1/plays/{play['play']}"
    house.ask("GET", play["progressive"][0]["url"])
    for at_s in (0.0, 0.6, 1.2):
        beat: Document = {"position_s": at_s, "elapsed_s": at_s}
        assert house.ask("POST", f"{path}/heartbeat", data=beat, headers=who).status == 200
        time.sleep(0.6)

    def settled() -> Document | None:
        found: Document = house.ask("GET", path, headers=who).json
        return found if found["verdict"] == "settled" else None

    return play, until(settled)


def test_who_was_at_the_sixth_play_pays_for_the_seventh(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRAIN_DATA_DIR", str(house.log.parent / "data"))
    export, media = small_export(tmp_path)
    command = ("import", "earlier", export, "--media", media, "--json")

    planned = refrain(*command)
    brought = refrain(*command, "--apply")

    assert (planned.status, brought.status) == (0, 0), brought
    assert told(planned)["masters"]["came"] == told(brought)["masters"]["came"] == 1
    house.await_state(str(track(1)), "complete")
    published = told(refrain(*command, "--apply", "--publish"))
    assert published["published"]["came"] == published["masters"]["there"] == 1
    ben = signed_in(house, "ben@example.org")
    play, came_to = heard(house, ben)
    assert (play["step"], play["price"], play["balance"]) == (7, 128, 1_000)
    assert (came_to["step"], came_to["price"], came_to["balance"]) == (7, 128, 872)
    resolved = house.ask("GET", "/api/v3/resolve/track/1001").json["data"]
    assert resolved["id"] == str(track(1))
    assert house.ask("GET", f"/api/v3/trackgroups/{album(1)}").json["data"]["title"] == "Dawn"
    assert refrain("books", "verify", "--jobs", "1").status == 0
