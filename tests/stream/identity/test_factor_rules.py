"""What apps count, what is written on paper, who is asked for more, and where passkeys work."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.sealing import seal, unseal
from catalog.callers import Caller, Credential, CredentialKind
from catalog.denials import require
from catalog.permissions import Permission
from catalog.roles import Role, SecondFactor
from stream.identity.authenticator import is_like_one, new_secret, picture_of, step_of, uri_of
from stream.identity.paper import CODES, digest_of, new_codes
from stream.identity.passkey_proofs import is_copied
from stream.identity.relying_party import party_of
from stream.identity.standing import standing

NOW, STEP = datetime(2026, 11, 26, 12, tzinfo=UTC), timedelta(seconds=30)
NONE, OFFICES, ALL = SecondFactor.NONE, SecondFactor.OFFICES, SecondFactor.ALL
ONE = UUID(int=1)


@given(st.integers(min_value=-4, max_value=4))
def test_a_code_is_good_for_one_step_either_way_and_once(steps: int) -> None:
    secret = new_secret()
    code = pyotp.TOTP(secret).at(NOW + steps * STEP)

    step = step_of(secret, code, now=NOW)

    if abs(steps) <= 1:
        assert step is not None
        assert step_of(secret, code, now=NOW, after=step) is None
        assert step_of(secret, f" {code[:3]} {code[3:]}", now=NOW, after=step - 1) == step
    else:
        assert step is None or abs(steps) <= 1


def test_a_known_code_of_the_rfc() -> None:
    """RFC 6238, appendix B, of which six digits are shown."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 - that of the appendix
    at = datetime.fromtimestamp(1_111_111_109, UTC)
    assert step_of(secret, "081804", now=at) == 0x23523EC


def test_the_picture_is_part_of_a_page_that_allows_no_styles() -> None:
    drawn = picture_of(uri_of(new_secret(), called="ada@example.org"), title="A key")

    assert drawn.startswith("<svg")
    assert "style=" not in drawn
    assert "<title>" in drawn


def test_codes_on_paper_are_read_however_they_are_typed() -> None:
    codes = new_codes()

    assert len(set(codes)) == CODES
    for code in codes:
        assert not is_like_one(code)
        assert digest_of(ONE, code) == digest_of(ONE, code.upper().replace("-", "  "))
        assert digest_of(ONE, code) != digest_of(UUID(int=2), code)
    assert is_like_one("123 456")
    assert not is_like_one("12345")


@pytest.mark.parametrize(
    ("kind", "factors", "rule", "roles"),
    [
        ("session", {"password"}, OFFICES, {Role.LISTENER, Role.ARTIST}),
        ("session", {"password"}, ALL, set[Role]()),
        ("session", {"password"}, NONE, {Role.LISTENER, Role.ARTIST, Role.OPERATOR}),
        ("session", {"password", "totp"}, ALL, {Role.LISTENER, Role.ARTIST, Role.OPERATOR}),
        ("session", {"passkey"}, OFFICES, {Role.LISTENER, Role.ARTIST, Role.OPERATOR}),
        ("access", {"password"}, OFFICES, {Role.LISTENER, Role.ARTIST}),
        ("token", set[str](), ALL, {Role.LISTENER, Role.ARTIST, Role.OPERATOR}),
    ],
)
def test_offices_rest_until_more_than_a_password_was_shown(
    kind: str, factors: set[str], rule: SecondFactor, roles: set[Role]
) -> None:
    credential = Credential(
        kind=CredentialKind(kind), id=ONE, authenticated_at=NOW, factors=frozenset(factors)
    )
    every = frozenset({Role.LISTENER, Role.ARTIST, Role.OPERATOR})
    who = standing(Caller(id=ONE, name="Ada", roles=every, credential=credential), rule)

    assert who.roles == roles
    assert who.roles | who.withheld == every
    require(who, Permission.CREDENTIALS_KEEP)
    assert who.may(Permission.FLEET_READ) == (Role.OPERATOR in roles)
    assert who.may(Permission.PLAY) == (Role.LISTENER in roles)


@pytest.mark.parametrize(
    ("origin", "name", "seen"),
    [
        ("https://refrain.example", "refrain.example", "https://refrain.example"),
        ("https://refrain.example:8443/x", "refrain.example", "https://refrain.example:8443"),
        ("http://127.0.0.1:8780", "localhost", "http://localhost:8780"),
        ("http://[::1]:8780", "localhost", "http://localhost:8780"),
        ("http://localhost:8780", "localhost", "http://localhost:8780"),
        ("http://refrain.example", None, None),
        ("https://192.0.2.1", None, None),
        ("", None, None),
    ],
)
def test_passkeys_are_bound_to_a_name(origin: str, name: str | None, seen: str | None) -> None:
    party = party_of(origin)

    assert (party and party.id, party and party.origin) == (name, seen)


@pytest.mark.parametrize(
    ("said", "kept", "copied"), [(0, 0, False), (2, 1, False), (1, 1, True), (0, 1, True)]
)
def test_a_count_that_does_not_grow_tells_of_a_copy(said: int, kept: int, *, copied: bool) -> None:
    assert is_copied(said=said, kept=kept) == copied


def test_what_is_sealed_is_opened_for_its_purpose_alone() -> None:
    new, old = b"n" * 40, b"o" * 40
    sealed = seal({"a": "b"}, old, purpose=b"one")

    assert unseal(sealed, [new, old], purpose=b"one") == {"a": "b"}
    assert unseal(sealed, [new], purpose=b"one") is None
    assert unseal(sealed, [old], purpose=b"two") is None
    for broken in ("", "x", "a.b.c.d.e", sealed[:-2], "é"):
        assert unseal(broken, [old], purpose=b"one") is None
