"""Codes, scopes, claims and what an application says of itself."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oidc.discovery import OpenIDProviderMetadata
from hypothesis import given
from hypothesis import strategies as st

from base.errors import Refused
from catalog.permissions import SCOPES, Scope
from stream.identity.oidc.claims import Occasion, Person, id_token_claims, person_claims
from stream.identity.oidc.clients import basic
from stream.identity.oidc.documents import discovery
from stream.identity.oidc.fitting import ClientMetadata, require_fit, scopes_for
from stream.identity.oidc.messages import parameters_of
from stream.identity.oidc.pace import INTERVAL_S, is_too_soon, slower
from stream.identity.oidc.scopes import OFFERED, OPEN_TO_ALL, allowed, granted, words, words_for
from stream.identity.oidc.user_codes import new_user_code, shown, typed

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_code_is_found_however_it_is_typed() -> None:
    code = new_user_code()

    for text in (shown(code), code.lower(), f" {code[:4]} {code[4:]} ", shown(code).lower()):
        assert typed(text) == code


@given(st.text(max_size=30))
def test_what_is_typed_is_a_code_or_none(text: str) -> None:
    found = typed(text)

    assert found is None or (len(found) == 8 and found.isascii())


def test_a_device_that_asks_too_soon_waits_longer() -> None:
    def soon(seconds: float) -> bool:
        polled_at = NOON - timedelta(seconds=seconds)
        return is_too_soon(polled_at=polled_at, interval_s=INTERVAL_S, now=NOON)

    assert not is_too_soon(polled_at=None, interval_s=INTERVAL_S, now=NOON)
    assert soon(4)
    assert not soon(5)
    assert slower(5) == 10
    assert slower(60) == 60


def test_an_application_gets_no_more_than_it_asks_for_and_may_have() -> None:
    registered = ["openid", "play", "library.read"]

    assert granted("play openid email nonsense", registered) == ["play", "openid"]
    assert granted("", registered) == ["openid"]
    assert granted("", ["play"]) == []
    assert granted("email", registered) == []


@given(st.lists(st.sampled_from(OFFERED)), st.text(max_size=40))
def test_whatever_is_asked_for_stays_within_what_is_registered(have: list[str], ask: str) -> None:
    assert set(granted(ask, have)) <= set(have)


def test_whoever_refreshes_tokens_is_said_to_act_all_the_time() -> None:
    always = words(["offline_access"])[0]

    assert always in words_for(["openid"], ["authorization_code", "refresh_token"])
    assert always not in words_for(["openid"], ["authorization_code"])


def test_what_opens_nothing_opens_nothing() -> None:
    assert allowed(["openid", "profile", "email", "offline_access"]) == frozenset()
    assert Scope.PLAY in allowed(["read_write"])
    assert not allowed(["read_write"]) & {Scope.BOOKS_READ, Scope.MODERATE, Scope.EARNINGS_WRITE}


def test_of_every_scope_people_are_told_what_it_is() -> None:
    for one in OFFERED:
        assert words([one])
    assert words(["play", "openid"])[-1] == SCOPES[Scope.PLAY]
    assert not set(OPEN_TO_ALL) & {Scope.BOOKS_KEEP, Scope.FLEET_RUN, Scope.AUDIT_READ}


def test_what_is_known_of_somebody_is_what_was_asked_for() -> None:
    ben = Person(id=uuid4(), name="Ben", email="ben@example.org")

    assert person_claims(ben, {"openid"}) == {"sub": str(ben.id)}
    assert person_claims(ben, {"openid", "profile"})["name"] == "Ben"
    assert person_claims(ben, {"email"})["email_verified"] is True
    assert "email" not in person_claims(Person(id=uuid4(), name="Eva"), {"email"})


def test_an_id_token_says_who_when_and_for_whom() -> None:
    occasion = Occasion(
        issuer="https://refrain.example",
        client_id="c",
        nonce="n",
        authenticated_at=NOON - timedelta(hours=1),
        factors=("password", "totp"),
        sign_in_id=None,
    )

    claims = id_token_claims(occasion, {"sub": "s"}, now=NOON)

    assert claims["exp"] - claims["iat"] == 3_600
    assert claims["iat"] - claims["auth_time"] == 3_600
    assert (claims["iss"], claims["aud"], claims["sub"]) == (occasion.issuer, "c", "s")
    assert (claims["nonce"], claims["amr"]) == ("n", ["password", "totp"])
    assert "sid" not in claims


@pytest.mark.parametrize("is_open", [True, False])
def test_what_is_published_is_as_others_read_it(*, is_open: bool) -> None:
    found = discovery("https://refrain.example", OFFERED, is_open=is_open)

    OpenIDProviderMetadata(found).validate()
    assert ("registration_endpoint" in found) is is_open


def test_the_secret_of_a_header_is_read_as_the_rfc_writes_it() -> None:
    assert basic("Basic YSUzQWI6YyUyQmQrZQ==") == ("a:b", "c+d e")
    for broken in ("", "Basic", "Basic ", "Basic !", "Basic /w==", "Bearer a", "basic Og=="):
        assert basic(broken) == ("", "")


@given(st.text(max_size=40))
def test_whatever_stands_in_the_header_is_read_or_not(text: str) -> None:
    assert len(basic(f"Basic {text}")) == 2


@pytest.mark.parametrize(
    "text",
    [
        *("a=1&a=2", "a=%00", "a=%0d%0a", "a=%ff", "nonce=" + "n" * 501),
        "&".join(f"p{number}=1" for number in range(61)),
    ],
)
def test_parameters_that_are_not_fit_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        parameters_of(text)


@given(st.text(max_size=60))
def test_whatever_parameters_come_they_are_read_or_refused(text: str) -> None:
    try:
        found = parameters_of(text)
    except InvalidRequestError:
        return

    assert all(value.isprintable() for value in found.values())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"redirect_uris": ["http://evil.example/"]}, "redirect-unfit"),
        ({"redirect_uris": []}, "client-unfit"),
        (
            {
                "grant_types": ["client_credentials"],
                "token_endpoint_auth_method": "none",
            },
            "client-unfit",
        ),
        ({"grant_types": ["refresh_token"]}, "client-unfit"),
        ({"redirect_uris": ["https://a.example/"], "scope": "everything"}, "client-unfit"),
    ],
)
def test_an_application_that_does_not_fit_is_told_why(said: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        require_fit(ClientMetadata.model_validate(said))


def test_an_application_that_names_no_scope_may_ask_for_all_that_is_open() -> None:
    assert scopes_for(ClientMetadata(), OPEN_TO_ALL) == list(OPEN_TO_ALL)
    assert scopes_for(ClientMetadata(scope="play books.keep"), OPEN_TO_ALL) == ["play"]
