"""People who join and sign in over HTTP, each with a browser of their own that keeps cookies."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp

from catalog.kinds import Kind
from tests.support.served import Answer, Client, served
from tests.support.smtp import Office, post_office
from tests.support.working import waiting
from workers.actors import perform

PASSWORD = "zither quince lantern"  # noqa: S105 - everybody's here
#: As cheap as it gets: how much it costs is argon2's matter.
CHEAP = {"password_memory_kib": 8, "password_passes": 1, "password_lanes": 1}


@dataclass
class Browser:
    """What somebody browses with: it keeps cookies, and says which page a form is on."""

    client: Client
    http: aiohttp.ClientSession
    address: str = "203.0.113.7"

    async def ask(
        self,
        method: str,
        path: str,
        fields: dict[str, str] | None = None,
        *,
        json: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        said = {
            "Accept": "*/*" if json is not None or path.startswith("/api/") else "text/html",
            "Origin": self.client.url,
            "X-Forwarded-For": self.address,
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko Firefox/145.0",
            **(headers or {}),
        }
        url = self.client.url + path.removeprefix(self.client.url)
        asked = self.http.request(
            method, url, data=fields, json=json, headers=said, allow_redirects=False
        )
        async with asked as answer:
            names = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, names, await answer.read())

    async def join(self, email: str, *, name: str = "Ada", password: str = PASSWORD) -> Answer:
        fields = {"name": name, "email": email, "password": password}
        return await self.ask("POST", "/join", fields)

    async def sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        return await self.ask("POST", "/sign-in", {"email": email, "password": password})

    async def who(self) -> str | None:
        """Answer the name that this browser is signed in under."""
        answer = await self.ask("GET", "/api/v1/account")
        name: str | None = answer.json["name"] if answer.status == 200 else None
        return name

    def cookie(self, name: str = "refrain_session") -> str | None:
        return next((one.value for one in self.http.cookie_jar if one.key == name), None)


@dataclass
class Town:
    """A house, a post office, and a worker that brings the mail."""

    client: Client
    office: Office
    open_browser: Callable[[], aiohttp.ClientSession]

    def browser(self, address: str = "203.0.113.7") -> Browser:
        return Browser(self.client, self.open_browser(), address)

    async def mail(self, address: str, about: str = "") -> EmailMessage:
        """Have what waits be sent; answer the newest mail to an address, about something."""
        await self.bring()
        return [one for one in self.office.to(address) if about in one["Subject"]][-1]

    async def bring(self) -> None:
        """Try to send each mail once that waits."""
        await perform(self.client.holding, await waiting(self.client.holding, Kind.MAIL))

    async def mails(self, address: str) -> int:
        """Answer how many mails came to an address."""
        await self.bring()
        return len(self.office.to(address))


def said(answer: Answer) -> str:
    """Answer the text of a page."""
    text = re.sub(r"<[^>]*>", " ", answer.body.decode())
    return " ".join(text.split())


def fault(answer: Answer, field: str) -> str | None:
    """Answer the sentence that stands beside a field, to which the field itself refers."""
    page = answer.body.decode()
    found = re.search(rf'<p class="fault" id="(\S+-)?{field}-fault" role="alert">([^<]*)</p>', page)
    if found is None:
        return None
    assert re.search(rf'aria-describedby="(\S+-)?{field}-fault[^"]*"\s+aria-invalid="true"', page)
    return found[2]


@asynccontextmanager
async def town(folder: Path, valkey_url: str, **settings: object) -> AsyncIterator[Town]:
    """Open a house where people join."""
    opened: list[aiohttp.ClientSession] = []

    def open_browser() -> aiohttp.ClientSession:
        # Cookies of a number are kept only by a jar that is told to.
        jar = aiohttp.CookieJar(unsafe=True)
        opened.append(aiohttp.ClientSession(cookie_jar=jar))
        return opened[-1]

    with post_office() as office:
        given = {"redis_url": valkey_url, "smtp_url": f"smtp://{office.url}", **CHEAP, **settings}
        async with served(folder, **given) as client:
            try:
                yield Town(client, office, open_browser)
            finally:
                for one in opened:
                    await one.close()


def tokens(text: str) -> Iterator[str]:
    yield from re.findall(r"token=([A-Za-z0-9_-]+)", text)
