"""The door to mail: letters are handed to an SMTP server, or kept as files where there is none.

What goes wrong is told by who can mend it: what a server may take later, and what it refuses of us,
is `Unavailable`; an address that it will never deliver to is `Refused`.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib
import structlog

from base.errors import Refused, Unavailable
from base.settings import Settings

log = structlog.get_logger()

_TIMEOUT_S = 30.0
_FOR_GOOD = 500
_OURSELVES = {"localhost", "127.0.0.1", "::1"}
_DIRECT_TLS, _SUBMISSION = 465, 587


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to one address; `id` stays the same when it is sent again."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    at: datetime


async def send(letter: Letter, *, settings: Settings) -> None:
    """Hand a letter over.

    Raises:
        Refused: `mail-undeliverable`: the server will never take it for this address.
        Unavailable: `mail-not-taken`: it may take it later, or once we are set up right.

    """
    message = message_of(letter, sender=settings.mail_from)
    url = settings.smtp_url.get_secret_value()
    if url:
        await _hand_over(message, urlsplit(url))
    else:
        path = settings.data_dir / "mail" / f"{letter.at:%Y-%m-%dT%H%M%S}-{letter.id}.eml"
        await asyncio.to_thread(_keep, path, bytes(message))
        log.info("mail kept as a file, as no SMTP server is set", path=str(path))


def message_of(letter: Letter, *, sender: str) -> EmailMessage:
    """Write a letter as RFC 5322 has it, in plain text and HTML."""
    name, _, address = sender.rpartition("<")
    local, _, domain = address.rstrip("> ").rpartition("@")
    to_local, _, to_domain = letter.to.rpartition("@")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=name.strip(' "'), username=local, domain=domain)
    message["To"] = Address(username=to_local, domain=to_domain)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    # Nobody's vacation shall answer it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


async def _hand_over(message: EmailMessage, url: SplitResult) -> None:
    host = url.hostname or "localhost"
    is_direct = url.scheme == "smtps"
    try:
        await aiosmtplib.send(
            message,
            hostname=host,
            port=url.port or (_DIRECT_TLS if is_direct else _SUBMISSION),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=is_direct,
            # A password is not said in the clear to a machine elsewhere.
            start_tls=True if url.username and host not in _OURSELVES and not is_direct else None,
            tls_context=None if host not in _OURSELVES else _unchecked(),
            timeout=_TIMEOUT_S,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        refused = error.recipients[0]
        raise _verdict(refused.code, refused.message, host, is_about_it=True) from error
    except aiosmtplib.SMTPResponseException as error:
        is_about_it = isinstance(error, aiosmtplib.SMTPDataError)
        raise _verdict(error.code, error.message, host, is_about_it=is_about_it) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable("mail-not-taken", f"{host} takes no mail now: {error}") from error


def _verdict(code: int, said: str, host: str, *, is_about_it: bool) -> Refused | Unavailable:
    """Tell a letter that is refused for good from what time, or our operator, can mend."""
    told = " ".join(said.split()).rstrip(".")
    sentence = f"The mail server {host} answered {code}: {told}."
    if is_about_it and code >= _FOR_GOOD:
        return Refused("mail-undeliverable", sentence, status=422)
    return Unavailable("mail-not-taken", sentence)


def _unchecked() -> ssl.SSLContext:
    """Nobody listens between us and this machine, and what runs here has no certificate."""
    # Nothing is checked, and so no authorities are read, which takes longer than the mail.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)
