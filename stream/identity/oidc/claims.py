"""What we say of somebody to an application: in its ID token, and when it asks (userinfo)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

#: An ID token tells of a sign-in just now; it is no ticket to carry around.
ID_TOKEN_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signed in."""

    id: UUID
    name: str
    #: That they have shown to be theirs.
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The sign-in that an ID token tells of."""

    issuer: str
    client_id: str
    nonce: str | None
    authenticated_at: datetime | None
    factors: tuple[str, ...]
    sign_in_id: UUID | None


def person_claims(person: Person, scopes: AbstractSet[str]) -> dict[str, Any]:
    """Answer what an application may know of somebody (Core, 5.4)."""
    claims: dict[str, Any] = {"sub": str(person.id)}
    if "profile" in scopes:
        claims["name"] = person.name
    if "email" in scopes and person.email:
        claims |= {"email": person.email, "email_verified": True}
    return claims


def id_token_claims(occasion: Occasion, about: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Answer what an ID token says (Core, 2), but for the hash of the access token."""
    issued_s = int(now.timestamp())
    claims = {
        **about,
        "iss": occasion.issuer,
        "aud": occasion.client_id,
        "iat": issued_s,
        "exp": issued_s + int(ID_TOKEN_LASTS.total_seconds()),
    }
    if occasion.nonce:
        claims["nonce"] = occasion.nonce
    if occasion.authenticated_at is not None:
        claims["auth_time"] = int(occasion.authenticated_at.timestamp())
    if occasion.factors:
        claims["amr"] = list(occasion.factors)
    if occasion.sign_in_id is not None:
        claims["sid"] = str(occasion.sign_in_id)
    return claims
