"""A mail server that keeps what it takes, and answers as it is told to."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.house import until


@dataclass
class Office:
    """Where mail arrives."""

    url: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    #: What is answered to an address, and to what is sent there; once taken it is as ever.
    to_address: dict[str, str] = field(default_factory=dict)
    to_content: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if answer := self.to_address.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        if self.to_content:
            return self.to_content.pop(0)
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [one for one in self.taken if one["To"] == address]

    def last(self, address: str, number: int = 1) -> EmailMessage:
        """Answer the newest of `number` mails to an address, as soon as it is there."""
        found: list[EmailMessage] = until(
            lambda: len(found := self.to(address)) >= number and found, seconds=60
        )
        assert len(found) == number
        return found[-1]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"^https?://\S+\?token=\S+$", text_of(mail), re.MULTILINE)
    assert found, text_of(mail)
    return found[0]


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"^[0-9]{4} [0-9]{4}$", text_of(mail), re.MULTILINE)
    assert found, text_of(mail)
    return found[0]


@contextmanager
def post_office(*, password: str = "") -> Iterator[Office]:
    """Take mail on a port of this machine; with a password, from who says it."""
    office = Office()
    loop = asyncio.new_event_loop()

    def known(*arguments: Any) -> AuthResult:  # noqa: ANN401 - the library's
        said = arguments[-1]
        is_right = isinstance(said, LoginPassword) and said.password == password.encode()
        return AuthResult(success=is_right, handled=False)

    def server() -> SMTP:
        authenticator = known if password else None
        return SMTP(
            office,
            hostname="mail.test",
            auth_require_tls=False,
            authenticator=authenticator,
            loop=loop,
        )

    async def listen() -> asyncio.Server:
        return await loop.create_server(server, "127.0.0.1", 0)

    async def end(listening: asyncio.Server) -> None:
        listening.close()
        others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    try:
        office.url = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(end(listening), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
