"""Who sent a master hears what becomes of it: on a stream that resumes, and by webhook."""

import base64
import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.house import Document, House, until
from tests.support.masters import tone
from tests.support.uploading import head, line


@contextmanager
def listening(house: House, path: str, *, after: int | None = None) -> Iterator[Iterator[Document]]:
    """Answer what a client hears, as it comes: its name, its number, its data."""
    address = urlsplit(house.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    headers = {"Authorization": f"Bearer {house.artist}"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    try:
        yield heard(answer)
    finally:
        connection.close()


def heard(answer: http.client.HTTPResponse) -> Iterator[Document]:
    fields: dict[str, str] = {}
    for said in answer:
        name, _, value = said.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            number = fields.get("id")
            yield {
                "event": fields["event"],
                "number": number and int(number),
                "data": json.loads(fields["data"]),
            }
            fields = {}


def until_complete(events: Iterator[Document]) -> list[Document]:
    found, deadline = [], time.monotonic() + 180
    for event in events:
        found.append(event)
        if event["event"] == "track.complete":
            return found
        assert time.monotonic() < deadline, found
    raise AssertionError(f"the stream ended after {found}")


def test_an_artist_hears_of_every_step_and_of_each_rendition(house: House, tmp_path: Path) -> None:
    with listening(house, "/api/v1/events") as events:
        track = house.put(tone(tmp_path / "told.wav", seconds=3.5)).json["track"]
        found = [one for one in until_complete(events) if one["data"].get("track") == track]

    lasting = [one for one in found if one["number"] is not None]
    assert [one["event"] for one in lasting] == [
        "track.received",
        "track.examining",
        "track.playable",
        "track.measured",
        "track.renditions",
        "track.renditions",
        "track.complete",
    ]
    numbers = [one["number"] for one in lasting]
    assert numbers == sorted(numbers)
    progress = [one["data"] for one in found if one["event"] == "progress"]
    assert {one["phase"] for one in progress} == {"examining", "encoding"}
    encoding = [one for one in progress if one["phase"] == "encoding"]
    assert encoding[-1]["part"] == 1.0
    assert {"aac-256", "opus-160", "flac"} <= encoding[-1]["rungs"].keys()


def test_an_artist_hears_of_an_upload_while_it_comes_and_why_it_was_refused(house: House) -> None:
    poem = b"Roses are red\n" * 20
    fields = {"Content_Length": str(len(poem))}

    with listening(house, "/api/v1/events") as events, line(house) as connection:
        connection.sendall(head(house, "PUT", "/api/v1/masters/poem.wav", **fields) + poem[:100])
        coming = next(events)
        connection.sendall(poem[100:])
        refused = next(events)

    upload = coming["data"]["upload"]
    assert (coming["event"], coming["number"]) == ("upload.progress", None)
    assert coming["data"] == {
        "upload": upload,
        "filename": "poem.wav",
        "received": 100,
        "length": len(poem),
    }
    assert refused["event"] == "upload.refused"
    assert refused["number"] is not None
    assert refused["data"]["upload"] == upload
    assert "text, not audio" in refused["data"]["reason"]


def test_who_comes_back_hears_what_was_missed_and_nothing_twice(
    house: House, tmp_path: Path
) -> None:
    track = house.add(tone(tmp_path / "missed.wav", seconds=1.1))
    path = f"/api/v1/events?track={track}"
    with listening(house, path) as events:
        everything = until_complete(events)
    third = everything[2]["number"]

    with listening(house, path, after=third) as events:
        rest = until_complete(events)

    assert rest == everything[3:]
    assert everything[0]["event"] == "track.received"


def test_a_stranger_hears_nothing_of_a_track(house: House, tmp_path: Path) -> None:
    track = house.put(tone(tmp_path / "mine.wav", seconds=1.2)).json["track"]

    assert house.ask("GET", f"/api/v1/events?track={track}").status == 401
    assert house.ask("GET", "/api/v1/events", token=house.listener).status == 403
    house.await_state(track, "complete")


class Receiver(BaseHTTPRequestHandler):
    """Takes the second delivery of everything; the first finds it unwell."""

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Inbox)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message_id = self.headers["webhook-id"]
        is_first = message_id not in server.seen
        server.seen.add(message_id)
        if not is_first:
            server.taken.append((dict(self.headers.items()), body))
        self.send_response(500 if is_first else 204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        del args


class Inbox(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.seen: set[str] = set()
        self.taken: list[tuple[dict[str, str], bytes]] = []


@contextmanager
def inbox() -> Iterator[Inbox]:
    with Inbox() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_a_webhook_is_told_again_until_it_takes_it_and_can_prove_who_spoke(
    house: House,
) -> None:
    with inbox() as receiver:
        url = f"http://127.0.0.1:{receiver.server_port}/hook"
        made = house.ask(
            "POST", "/api/v1/webhooks", token=house.artist, data={"url": url, "kinds": ["ping"]}
        ).json
        one = f"/api/v1/webhooks/{made['id']}"

        assert house.ask("POST", f"{one}/ping", token=house.artist).status == 202
        until(lambda: receiver.taken, seconds=60)

        headers, body = receiver.taken[0]
        key = base64.b64decode(made["secret"].removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{wanted}"
        assert json.loads(body)["type"] == "ping"
        [known] = house.ask("GET", "/api/v1/webhooks", token=house.artist).json["webhooks"]
        assert "secret" not in known
        until(
            lambda: house.ask("GET", "/api/v1/webhooks", token=house.artist).json["webhooks"][0][
                "delivered_at"
            ]
        )
        assert house.ask("DELETE", one, token=house.artist).status == 204
        assert house.ask("DELETE", one, token=house.artist).status == 404


def test_a_webhook_is_an_address_of_the_web(house: House) -> None:
    for url in ("file:///etc/passwd", "gopher://a.test", "no address"):
        answer = house.ask("POST", "/api/v1/webhooks", token=house.artist, data={"url": url})
        assert answer.status == 422
