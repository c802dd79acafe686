"""A template becomes an answer, with the headers that every page has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from accounting.books import balance_of
from base.database import Session
from catalog.callers import Caller
from catalog.email_addresses import email_of
from catalog.permissions import Permission
from stream.keys import ASSETS

_TEMPLATES = Path(__file__).parent / "templates"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self' blob:; worker-src blob:; "
    "base-uri 'none'; frame-ancestors 'none'"
)

environment = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _credits(millicredits: int) -> str:
    return f"{millicredits // 1000}.{millicredits % 1000:03}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


environment.filters["credits"] = _credits
environment.filters["clock"] = _clock


def page(
    request: web.Request,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    forms_lead_to: Sequence[str] = (),
) -> web.Response:
    """Answer a page; nobody keeps it, as it shows who is signed in.

    Its forms lead to our own pages, and to these origins where they are sent on.
    """
    text = rendered(request.app, template, context)
    return page_of(text, status=status, forms_lead_to=forms_lead_to)


def rendered(app: web.Application, template: str, context: dict[str, Any]) -> str:
    """Answer the text of a page."""
    return environment.get_template(template).render(assets=app[ASSETS], **context)


def page_of(text: str, *, status: int = 200, forms_lead_to: Sequence[str] = ()) -> web.Response:
    """Answer a page that was rendered."""
    response = web.Response(text=text, content_type="text/html", status=status)
    leading = " ".join(("form-action 'self'", *forms_lead_to))
    response.headers["Content-Security-Policy"] = f"{_POLICY}; {leading}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    response.enable_compression()
    return response


async def account_of(
    session: Session, account: Caller | None, *, now: datetime
) -> dict[str, Any] | None:
    """Answer what the head of a page says of who is signed in."""
    if account is None:
        return None
    payer = account.personal_id(Permission.WALLET_READ)
    balance = None if payer is None else await balance_of(session, payer, now=now)
    email = await email_of(session, account.person_id)
    return {
        "name": account.name,
        "roles": sorted(account.roles),
        "balance_millicredits": balance,
        "lacks_factor": bool(account.withheld),
        "is_unconfirmed": email is not None and email.verified_at is None,
    }
