from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.identity.oidc.steps import Standing, Step, Wish, next_step, wish_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WANTED = frozenset({"openid", "play"})


def standing(
    *,
    minutes_ago: float | None = 5,
    agreed: frozenset[str] = WANTED,
    is_trusted: bool = False,
    is_assured: bool = True,
    subject: str = "ada",
) -> Standing:
    at = None if minutes_ago is None else NOON - timedelta(minutes=minutes_ago)
    return Standing(
        subject=subject,
        authenticated_at=at,
        agreed=agreed,
        is_trusted=is_trusted,
        is_assured=is_assured,
    )


def step(wish: Wish, known: Standing | None) -> Step:
    return next_step(wish, known, WANTED, now=NOON)


NONE, LOGIN, CONSENT = (wish_of(prompt, "", "") for prompt in ("none", "login", "consent"))
ANY = Wish()


@pytest.mark.parametrize(
    ("wish", "known", "expected"),
    [
        (ANY, None, Step.SIGN_IN),
        (ANY, standing(), Step.GRANT),
        (ANY, standing(agreed=frozenset()), Step.ASK),
        (ANY, standing(agreed=frozenset({"openid"})), Step.ASK),
        (ANY, standing(agreed=frozenset(), is_trusted=True), Step.GRANT),
        (ANY, standing(is_assured=False), Step.ASK),
        (ANY, standing(minutes_ago=None), Step.GRANT),
        (NONE, None, Step.LOGIN_REQUIRED),
        (NONE, standing(), Step.GRANT),
        (NONE, standing(agreed=frozenset()), Step.CONSENT_REQUIRED),
        (NONE, standing(is_assured=False), Step.CONSENT_REQUIRED),
        (LOGIN, standing(), Step.SIGN_IN),
        (LOGIN, standing(minutes_ago=None), Step.SIGN_IN),
        (CONSENT, standing(), Step.ASK),
        (CONSENT, standing(is_trusted=True), Step.ASK),
        (wish_of("select_account", "", ""), standing(), Step.ASK),
        (wish_of("", "600", ""), standing(), Step.GRANT),
        (wish_of("", "60", ""), standing(), Step.SIGN_IN),
        (wish_of("", "0", ""), standing(), Step.SIGN_IN),
        (wish_of("none", "60", ""), standing(), Step.LOGIN_REQUIRED),
    ],
)
def test_what_is_next(wish: Wish, known: Standing | None, expected: Step) -> None:
    assert step(wish, known) is expected


@pytest.mark.parametrize("prompt", ["login", ""])
def test_who_was_sent_to_sign_in_and_did_so_goes_on(prompt: str) -> None:
    since = str(int((NOON - timedelta(minutes=2)).timestamp()))
    wish = wish_of(prompt, "0", since)

    assert step(wish, standing(minutes_ago=1)) is Step.GRANT
    assert step(wish, standing(minutes_ago=3)) is Step.SIGN_IN
    assert step(wish, standing(minutes_ago=None)) is Step.SIGN_IN


def test_nobody_goes_on_but_whom_the_application_means() -> None:
    meant = wish_of("", "", "", subject="ada")
    silent = wish_of("none", "", "", subject="ada")
    since = str(int((NOON - timedelta(minutes=2)).timestamp()))
    tried = wish_of("", "", since, subject="ada")

    assert step(meant, standing()) is step(silent, standing()) is Step.GRANT
    assert step(meant, standing(subject="ben")) is Step.SIGN_IN
    assert step(silent, standing(subject="ben")) is Step.LOGIN_REQUIRED
    assert step(tried, standing(subject="ben", minutes_ago=3)) is Step.SIGN_IN
    assert step(tried, standing(subject="ben", minutes_ago=1)) is Step.LOGIN_REQUIRED
    assert step(tried, standing(minutes_ago=1)) is Step.GRANT


@given(since=st.integers(min_value=0, max_value=10**10))
def test_no_since_spares_who_signed_in_long_ago(since: int) -> None:
    wish = wish_of("login", "", str(since))

    assert step(wish, standing(minutes_ago=31)) is Step.SIGN_IN


@pytest.mark.parametrize(
    ("prompt", "max_age", "since"),
    [
        ("none login", "", ""),
        ("create", "", ""),
        ("", "-1", ""),
        ("", "1.5", ""),
        ("", "٣", ""),
        ("", "99999999999999", ""),
        ("", "", "soon"),
    ],
)
def test_what_contradicts_itself_is_refused(prompt: str, max_age: str, since: str) -> None:
    with pytest.raises(ValueError, match=r"prompt|max_age|since"):
        wish_of(prompt, max_age, since)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_asked_is_read_or_refused(prompt: str, max_age: str, since: str) -> None:
    try:
        wish = wish_of(prompt, max_age, since)
    except ValueError:
        return

    assert step(wish, None) in {Step.SIGN_IN, Step.LOGIN_REQUIRED}
