"""Reports of sales over the interface: who keeps the books says who gets them; whose music sees."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accounting.closing import close
from catalog.people import issue_token
from catalog.roles import Role
from tests.stream.test_people_pages import browser
from tests.stream.test_treasury_pages import HIDDEN
from tests.support.books import artists_part, book_play, song
from tests.support.catalog import NOON
from tests.support.served import Answer, Client, served
from tests.workers.test_reporting import CLOSED, EARLY, THEIRS, ZONE, work

TEMPLATE = {
    "columns": [{"name": "Song", "field": "title"}, {"name": "Amount", "field": "amount"}],
    "places": 6,
}


@dataclass
class House:
    """A house in which somebody earned something in March, which is closed."""

    client: Client
    artist_id: str
    artist: str
    ada: str

    async def ask(self, method: str, path: str, *, token: str, **data: Any) -> Answer:  # noqa: ANN401
        return await self.client.ask(
            *(method, f"/api/v1/reports{path}"),
            token=token,
            data=data or None,
            Idempotency_Key=str(uuid4()),
        )

    async def told(self, **more: Any) -> str:  # noqa: ANN401 - whatever it is
        """Have the artist told; answer who is."""
        said = {"account": self.artist_id, "name": "Kleinlaut", "dpid": THEIRS, "form": "csv"}
        answer = await self.ask(
            *("POST", "/recipients"), token=self.ada, template=TEMPLATE, **said, **more
        )
        assert answer.status == 201, answer.body
        return str(answer.json["id"])


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with served(tmp_path, books_zone=ZONE) as client:
        database = client.holding.tools.database
        of = await song(database)
        await database.run(lambda s: book_play(s, of, step=9, at=EARLY))
        await close(database, "2026-03", zone=ZONE, clock=lambda: CLOSED)
        async with database.begin() as session:
            artist = await issue_token(session, of.artist, label="test", now=NOON)
        ada = await client.artist(Role.TREASURER)
        yield House(client=client, artist_id=str(of.artist.id), artist=artist, ada=ada)


def code_of(answer: Answer) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


async def test_a_report_is_asked_for_made_and_fetched_by_whose_music_it_is(house: House) -> None:
    recipient = await house.told()
    asked = await house.ask("POST", "", token=house.ada, recipient=recipient, month="2026-03")
    assert (asked.status, asked.json["state"], asked.json["href"]) == (201, "due", None)
    again = await house.ask("POST", "", token=house.ada, recipient=recipient, month="2026-03")
    assert (again.status, code_of(again)) == (409, "report-still-due")
    await work(house.client.holding)

    [own] = (await house.ask("GET", "", token=house.artist)).json["items"]

    assert (own["state"], own["number"], own["month"]) == ("made", 1, "2026-03")
    assert own["sums"]["currencies"]["EUR"]["total"] == artists_part(9)
    file = await house.ask("GET", f"/{own['id']}/file", token=house.artist)
    assert file.headers["content-disposition"] == f'attachment; filename="{own["filename"]}"'
    assert file.headers["cache-control"] == "no-store"
    rows = list(csv.reader(io.StringIO(file.body.decode())))
    assert rows[0] == ["Song", "Amount"]
    assert rows[1][1] == f"0.{artists_part(9)}"
    second = await house.ask("POST", "", token=house.ada, recipient=recipient, month="2026-03")
    assert (second.json["number"], second.json["replaces"]) == (2, own["message_id"])


async def test_nobody_sees_reports_of_others_but_who_keeps_the_books(house: House) -> None:
    recipient = await house.told()
    asked = await house.ask("POST", "", token=house.ada, recipient=recipient, month="2026-03")
    await work(house.client.holding)
    other, path = await house.client.artist(), f"/{asked.json['id']}"

    assert (await house.ask("GET", "", token=other)).json["items"] == []
    assert (await house.ask("GET", path, token=other)).status == 404
    assert (await house.ask("GET", f"{path}/file", token=other)).status == 404
    assert (await house.ask("GET", "?everybody=true", token=other)).status == 403
    assert (await house.ask("GET", "/recipients", token=house.artist)).status == 403
    assert (await house.ask("GET", f"{path}/file", token=house.ada)).status == 200
    [one] = (await house.ask("GET", "?everybody=true", token=house.ada)).json["items"]
    assert one["id"] == asked.json["id"]


async def test_who_gets_reports_is_changed_and_the_key_is_shown(house: House) -> None:
    recipient = await house.told()
    key = (await house.ask("GET", "/key", token=house.ada)).json
    host_key = " ".join(key["public"].split()[:2])
    place = {"host": "sftp.label.example", "user": "house", "host_key": host_key}
    said = {"account": house.artist_id, "name": "K", "dpid": THEIRS, "form": "financial"}

    changed = await house.ask(
        "PUT", f"/recipients/{recipient}", token=house.ada, place=place, **said
    )

    assert changed.status == 200
    assert changed.json["place"] == {**place, "port": 22, "folder": "."}
    assert key["fingerprint"].startswith("SHA256:")
    listed = (await house.ask("GET", "/recipients", token=house.ada)).json["items"]
    assert [one["id"] for one in listed] == [recipient]


async def test_a_report_that_failed_is_made_again(house: House) -> None:
    said = {"account": house.artist_id, "name": "K", "dpid": THEIRS, "form": "financial"}
    recipient = await house.told()
    await house.ask("PUT", f"/recipients/{recipient}", token=house.ada, **said)
    asked = await house.ask("POST", "", token=house.ada, recipient=recipient, month="2026-03")
    await work(house.client.holding)
    path = f"/{asked.json['id']}"
    failed = (await house.ask("GET", path, token=house.ada)).json
    assert failed["state"] == "failed"
    assert "REFRAIN_DDEX_PARTY_ID" in failed["reason"]
    await house.ask(
        "PUT", f"/recipients/{recipient}", token=house.ada, **{**said, "form": "csv"},
        template=TEMPLATE,
    )  # fmt: skip

    again = await house.ask("POST", f"{path}/sending", token=house.ada)
    await work(house.client.holding)

    assert (again.json["state"], again.json["reason"]) == ("due", None)
    assert (await house.ask("GET", path, token=house.ada)).json["state"] == "made"
    goes_nowhere = await house.ask("POST", f"{path}/sending", token=house.ada)
    assert (goes_nowhere.status, code_of(goes_nowhere)) == (409, "report-goes-nowhere")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"dpid": "x"}, "report-recipient-unfit"),
        ({"account": None, "form": "financial", "template": None}, "report-recipient-unfit"),
        ({"template": {"columns": []}}, "report-template-unfit"),
        ({"template": {"columns": [{"name": "A", "field": "x.y"}]}}, "report-template-unfit"),
        ({"place": {"host": "a b", "user": "u", "host_key": "k"}}, "report-place-unfit"),
        ({"place": {"host": "a", "user": "u;v", "host_key": "k"}}, "report-place-unfit"),
        ({"place": {"host": "a", "user": "u", "host_key": "ssh-rsa !"}}, "key-invalid"),
        ({"account": "294501d8-15e7-413b-b9ae-a095d4bddaf3"}, "account-unknown"),
    ],
)
async def test_what_no_report_can_be_made_for_is_refused(
    house: House, said: dict[str, Any], code: str
) -> None:
    whole = {"account": house.artist_id, "name": "K", "dpid": THEIRS, "form": "csv"}

    answer = await house.ask(
        "POST", "/recipients", token=house.ada, **{**whole, "template": TEMPLATE, **said}
    )

    assert code_of(answer) == code
    assert answer.status in {404, 422}


async def test_the_page_shows_who_is_told_and_what_became_of_each_report(house: House) -> None:
    recipient = await house.told()
    await house.ask("GET", "/key", token=house.ada)
    ada = await browser(house.client, Role.TREASURER)
    path = f"/office/reports/recipients/{recipient}/ask?month=2026-03"
    question = await ada.see(path)
    asked = await ada.sent(path.partition("?")[0], dict(HIDDEN.findall(question.html)))
    no_month = await ada.send(path.partition("?")[0], {"key": str(uuid4()), "month": "March"})
    await work(house.client.holding)

    seen = await ada.see("/office/reports")

    assert "March 2026" in question.text
    assert "will be made and sent in a moment" in asked.text
    assert (no_month.status, "A period is a month" in no_month.text) == (400, True)
    assert "Kleinlaut" in seen.text
    assert "a table of their own" in seen.text
    assert "ssh-ed25519" in seen.text
    [file] = re.findall(r"/api/v1/reports/[0-9a-f-]{36}/file", seen.html)
    assert (await ada.see(file)).status == 200
    assert "Send again" not in seen.text  # it goes nowhere: it is fetched
    again = await ada.see(path)
    assert "It replaces number 1" in again.text


async def test_a_report_that_could_not_be_made_is_sent_from_the_page(house: House) -> None:
    said = {"account": house.artist_id, "name": "K", "dpid": THEIRS, "form": "financial"}
    recipient = await house.told()
    await house.ask("PUT", f"/recipients/{recipient}", token=house.ada, **said)
    await house.ask("POST", "", token=house.ada, recipient=recipient, month="2026-03")
    await work(house.client.holding)
    ada = await browser(house.client, Role.TREASURER)
    seen = await ada.see("/office/reports")
    [path] = re.findall(r"/office/reports/[0-9a-f-]{36}/send", seen.html)

    question = await ada.see(path)
    sent = await ada.sent(path, dict(HIDDEN.findall(question.html)))

    assert "REFRAIN_DDEX_PARTY_ID" in seen.text
    assert "It is made once more, and then sent." in question.text
    assert "It goes out once more, in a moment." in sent.text
    assert "to be made" in sent.text
