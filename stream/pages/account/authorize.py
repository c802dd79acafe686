"""Where an application sends people: they sign in, are asked, and go back to it.

What an application did wrong is told to it by the way back, as the RFCs say; but whoever is sent
here by nobody we know, or with a way back that nobody registered, sees a page and goes nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidRequestError, OAuth2Error
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError

from base.bridge import bridged
from catalog.oidc_clients import client_of
from catalog.oidc_consents import agree, agreed_scopes
from catalog.people import caller_with
from stream.identity.oidc.clients import Client
from stream.identity.oidc.documents import AUTHORIZE
from stream.identity.oidc.grants import provider_for
from stream.identity.oidc.id_tokens import said_in
from stream.identity.oidc.keys import OPENID_KEYS
from stream.identity.oidc.messages import Message, form_of, parameters_of
from stream.identity.oidc.moments import moment_of
from stream.identity.oidc.provider import Moment, Provider
from stream.identity.oidc.redirects import is_assured, origin_of, shown
from stream.identity.oidc.scopes import words_for
from stream.identity.oidc.steps import Standing, Step, Wish, next_step, wish_of
from stream.identity.oidc.visitor import Visitor, visitor_or_none
from stream.pages.language import N_, saying, told
from stream.pages.render import account_in, page

RESUME, CONSENT = "/oauth/resume", "/oauth/consent"
_ERRORS = {
    Step.LOGIN_REQUIRED: LoginRequiredError,
    Step.CONSENT_REQUIRED: ConsentRequiredError,
}
_LINKS = (
    ("client_uri", N_("About it")),
    ("policy_uri", N_("What it does with what it knows")),
    ("tos_uri", N_("Its terms")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of an application that we know, with a way back that is its own."""

    parameters: dict[str, str]
    client: Client
    back: str
    moment: Moment

    @property
    def provider(self) -> Provider:
        """The server that decides."""
        return provider_for(self.moment)


async def get_authorize(request: web.Request) -> web.StreamResponse:
    """Take somebody whom an application sent."""
    return await _answer(request, request.rel_url.raw_query_string, decision="")


async def post_authorize(request: web.Request) -> web.StreamResponse:
    """Take the same from a form of another page: it comes again, with what its browser keeps."""
    try:
        said = await form_of(request)
    except OAuth2Error as error:
        return _wrong(request, error.description)
    return _to(f"{AUTHORIZE}?{urlencode(said)}")


async def post_consent(request: web.Request) -> web.StreamResponse:
    """Take what somebody decided."""
    form = await request.post()
    decision = str(form.get("decision", ""))
    return await _answer(request, str(form.get("request", "")), decision=decision)


async def get_resume(request: web.Request) -> web.StreamResponse:
    """Go on after somebody signed in, by a step of the browser's own.

    Browsers let no form lead to another house, however many redirects are between; a page ends
    what the form began.
    """
    following = f"{AUTHORIZE}?{request.rel_url.raw_query_string}"
    context = {"account": None, "is_known": False, "following": following}
    response = page(request, "account/resume.html", context)
    response.headers["Refresh"] = f"0; url={following}"
    return response


async def _answer(request: web.Request, query: str, *, decision: str) -> web.StreamResponse:
    visitor = await visitor_or_none(request)
    try:
        parameters = parameters_of(query)
    except OAuth2Error as error:
        return _wrong(request, error.description)
    async with moment_of(request) as moment:
        row = await client_of(moment.session, parameters.get("client_id", ""))
        if row is None:
            return _wrong(request, "The application that sent you here is not known to us.")
        back = _way_back(Client(row), parameters.get("redirect_uri"))
        if back is None:
            return _wrong(
                request,
                f"{row.name} asked to have you sent to an address that it has not registered.",
            )
        asked = Asked(parameters=parameters, client=Client(row), back=back, moment=moment)
        try:
            return await _decided(request, asked, visitor, decision=decision)
        except OAuth2Error as error:
            return _told(asked, error)


async def _decided(
    request: web.Request, asked: Asked, visitor: Visitor | None, *, decision: str
) -> web.StreamResponse:
    wish = _wish(asked, await _subject_hinted(request, asked))
    message = Message("GET", asked.parameters, "")
    provider = asked.provider
    grant = await bridged(lambda: provider.get_consent_grant(message))
    wanted = frozenset(message.scope.split())
    step = next_step(wish, await _standing(asked, visitor), wanted, now=asked.moment.now)
    if error := _ERRORS.get(step):
        raise error
    if visitor is None or step is Step.SIGN_IN:
        return _to_sign_in(asked, is_known=visitor is not None)
    if decision == "deny":
        raise AccessDeniedError("They do not want to.")
    if step is Step.ASK and decision != "allow":
        return await _ask(request, asked, visitor, wanted=wanted)
    if decision == "allow":
        await _agree(asked, visitor, wanted)
    made = await bridged(lambda: provider.create_authorization_response(message, visitor, grant))
    return _to(_signed(made.headers["Location"], asked.moment.issuer))


async def _subject_hinted(request: web.Request, asked: Asked) -> str | None:
    """Answer whom an ID token is about that the application shows; it may have run out."""
    hint = asked.parameters.get("id_token_hint", "")
    if not hint:
        return None
    keys = await request.app[OPENID_KEYS].published()
    said = said_in(hint, keys, issuer=asked.moment.issuer)
    if said is None or said.get("aud") != asked.client.row.id:
        raise InvalidRequestError("id_token_hint is no ID token that we gave this application.")
    return str(said["sub"])


def _wish(asked: Asked, subject: str | None) -> Wish:
    said = asked.parameters
    for name in ("request", "request_uri", "registration"):
        if said.get(name):
            raise InvalidRequestError(error=f"{name}_not_supported")
    if said.get("response_type") != "code":
        raise InvalidRequestError("Ask for response_type=code.", error="unsupported_response_type")
    if said.get("response_mode", "query") != "query":
        raise InvalidRequestError("Ask for response_mode=query.")
    try:
        return wish_of(
            said.get("prompt", ""),
            said.get("max_age", ""),
            said.get("since", ""),
            subject=subject,
        )
    except ValueError as error:
        raise InvalidRequestError(f"{error}.") from None


async def _standing(asked: Asked, visitor: Visitor | None) -> Standing | None:
    if visitor is None:
        return None
    row, session = asked.client.row, asked.moment.session
    return Standing(
        subject=str(visitor.account_id),
        authenticated_at=visitor.authenticated_at,
        agreed=await agreed_scopes(session, visitor.account_id, row.id),
        is_trusted=row.is_trusted,
        is_assured=is_assured(asked.back),
    )


async def _agree(asked: Asked, visitor: Visitor, wanted: frozenset[str]) -> None:
    await agree(
        asked.moment.session,
        visitor.account_id,
        asked.client.row.id,
        scopes=wanted,
        now=asked.moment.now,
    )


async def _ask(
    request: web.Request, asked: Asked, visitor: Visitor, *, wanted: frozenset[str]
) -> web.Response:
    row, moment = asked.client.row, asked.moment
    who = await caller_with(moment.session, visitor.account_id)  # for whomever they act
    context = {
        "account": await account_in(moment.session, who, now=moment.now),
        "client": row.name,
        "links": [(said, row.about[name]) for name, said in _LINKS if name in row.about],
        "is_unknown": row.registration_digest is not None,
        "where": shown(asked.back),
        "words": words_for(wanted, row.grant_types),
        "request": urlencode(asked.parameters),
        "other": _sign_in_path(asked, is_known=True),
    }
    return page(request, "account/consent.html", context, forms_lead_to=[origin_of(asked.back)])


def _way_back(client: Client, said: str | None) -> str | None:
    if said is None:
        return client.get_default_redirect_uri()
    return said if client.check_redirect_uri(said) else None


def _told(asked: Asked, error: OAuth2Error) -> web.Response:
    told = {"error": error.error, "error_description": error.description or ""}
    if state := asked.parameters.get("state"):
        told["state"] = state
    with_error = add_params_to_uri(asked.back, [pair for pair in told.items() if pair[1]])
    return _to(_signed(with_error, asked.moment.issuer))


def _signed(location: str, issuer: str) -> str:
    """Say who answers, so that no application takes it for the answer of another (RFC 9207)."""
    return str(add_params_to_uri(location, [("iss", issuer)]))


def _to_sign_in(asked: Asked, *, is_known: bool) -> web.Response:
    return _to(_sign_in_path(asked, is_known=is_known))


def _sign_in_path(asked: Asked, *, is_known: bool) -> str:
    since = str(int(asked.moment.now.timestamp()))
    following = f"{RESUME}?{urlencode({**asked.parameters, 'since': since})}"
    hint = asked.parameters.get("login_hint", "")
    said = {"next": following, **({"hint": hint} if hint else {})}
    return f"/sign-in?{urlencode({**said, 'again': '1'} if is_known else said)}"


def _to(location: str) -> web.Response:
    headers = {"Location": location, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(status=303, headers=headers)


def _wrong(request: web.Request, sentence: str) -> web.Response:
    _ = saying(request)
    after = _(
        "You were not signed in to it, and nothing was told to it. Please go back to it and try "
        "again, or tell who makes it."
    )
    context = {
        "account": None,
        "is_known": False,
        "title": N_("This sign-in cannot go on"),
        "status": 400,
        "sentence": f"{told(request, sentence)} {after}",
    }
    return page(request, "error.html", context, status=400)
