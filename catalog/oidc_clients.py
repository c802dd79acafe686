"""Applications that people sign in to with us: added, found, changed and removed."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select

from base.database import Session
from base.errors import Refused
from catalog.credentials import digest_of
from catalog.keysets import behind
from catalog.models.oidc import (
    OAuthClient,
    OAuthCode,
    OAuthConsent,
    OAuthDevice,
    OAuthFamily,
)
from catalog.oidc_families import end_families


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """What an application is, and what it may."""

    name: str
    auth_method: str
    redirect_uris: Sequence[str] = ()
    post_logout_redirect_uris: Sequence[str] = ()
    grant_types: Sequence[str]
    scopes: Sequence[str]
    about: Mapping[str, object] = field(default_factory=dict)
    is_trusted: bool = False
    account_id: UUID | None = None

    @property
    def keeps_secret(self) -> bool:
        """Whether it can keep a secret."""
        return self.auth_method != "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A client, and the secrets that it is told this once."""

    client: OAuthClient
    secret: str | None = field(repr=False)
    registration_token: str | None = field(repr=False, default=None)


async def add_client(
    session: Session,
    new: NewClient,
    *,
    by: UUID | None,
    is_self_registered: bool = False,
    now: datetime,
) -> Registered:
    """Add a client."""
    secret = _new_secret("refrain_cs_") if new.keeps_secret else None
    token = _new_secret("refrain_rt_") if is_self_registered else None
    client = OAuthClient(
        id=secrets.token_hex(12),
        secret_digest=digest_of(secret) if secret else None,
        is_trusted=new.is_trusted,
        account_id=new.account_id,
        registration_digest=digest_of(token) if token else None,
        created_at=now,
        created_by=by,
        disabled_at=None,
        **_facts(new),
    )
    session.add(client)
    await session.flush()
    return Registered(client=client, secret=secret, registration_token=token)


async def client_of(session: Session, client_id: str) -> OAuthClient | None:
    """Answer a client that may ask."""
    known = select(OAuthClient).where(
        OAuthClient.id == client_id, OAuthClient.disabled_at.is_(None)
    )
    client: OAuthClient | None = await session.scalar(known)
    return client


async def client_with(session: Session, client_id: str, *, lock: bool = False) -> OAuthClient:
    """Answer a client, whether it may ask or not.

    Raises:
        Refused: `client-unknown`, 404.

    """
    found = await session.get(OAuthClient, client_id, with_for_update=lock or None)
    if found is None:
        raise Refused("client-unknown", "There is no such application.", status=404)
    return found


async def clients_after(
    session: Session, after: tuple[datetime, str] | None, *, limit: int
) -> Sequence[OAuthClient]:
    """Answer clients, the newest first, from behind a place on."""
    query = select(OAuthClient).order_by(OAuthClient.created_at.desc(), OAuthClient.id.desc())
    query = query.where(behind((OAuthClient.created_at, OAuthClient.id), after, descending=True))
    return (await session.scalars(query.limit(limit))).all()


def change_client(client: OAuthClient, new: NewClient) -> str | None:
    """Change what a client is; answer the secret that one gets which has none yet."""
    for name, value in _facts(new).items():
        setattr(client, name, value)
    if not new.keeps_secret:
        client.secret_digest = None
    return None if client.secret_digest or not new.keeps_secret else new_secret(client)


def vouch(client: OAuthClient, new: NewClient) -> None:
    """Let an operator answer for what a client is; it says nothing else of itself any more."""
    client.is_trusted, client.account_id = new.is_trusted, new.account_id
    client.registration_digest = None


def new_secret(client: OAuthClient) -> str:
    """Give a client another secret; the one before is good no more.

    Raises:
        Refused: `client-public`, 409.

    """
    if client.auth_method == "none":
        raise Refused("client-public", "This application keeps no secret.", status=409)
    secret = _new_secret("refrain_cs_")
    client.secret_digest = digest_of(secret)
    return secret


def knows_secret(client: OAuthClient, secret: str) -> bool:
    """Tell whether it is the secret of a client."""
    return client.secret_digest is not None and hmac.compare_digest(
        client.secret_digest, digest_of(secret)
    )


async def registered_by(session: Session, client_id: str, token: str) -> OAuthClient | None:
    """Answer the client that registered itself and was given this to change what it said."""
    client = await client_of(session, client_id)
    if client is None or client.registration_digest is None:
        return None
    is_its = hmac.compare_digest(client.registration_digest, digest_of(token))
    return client if is_its else None


async def remove_client(session: Session, client: OAuthClient, *, now: datetime) -> None:
    """Remove a client, and all by which it acts for anybody."""
    await end_families(session, client_id=client.id, why="client removed", now=now)
    for model in (OAuthConsent, OAuthCode, OAuthDevice, OAuthFamily):
        await session.execute(delete(model).where(model.client_id == client.id))
    await session.delete(client)


async def forget_unused_clients(session: Session, *, before: datetime) -> int:
    """Remove those that registered themselves and nobody ever signed in to."""
    used = [
        exists().where(model.client_id == OAuthClient.id)
        for model in (OAuthConsent, OAuthFamily, OAuthCode, OAuthDevice)
    ]
    unused = delete(OAuthClient).where(
        OAuthClient.registration_digest.is_not(None),
        OAuthClient.created_at < before,
        *(~one for one in used),
    )
    found = await session.execute(unused.execution_options(synchronize_session=False))
    return int(found.rowcount)  # type: ignore[attr-defined] # of a deletion there is one


def _facts(new: NewClient) -> dict[str, object]:
    return {
        "name": new.name,
        "auth_method": new.auth_method,
        "redirect_uris": list(new.redirect_uris),
        "post_logout_redirect_uris": list(new.post_logout_redirect_uris),
        "grant_types": list(new.grant_types),
        "scopes": list(new.scopes),
        "about": dict(new.about),
    }


def _new_secret(prefix: str) -> str:
    return f"{prefix}{secrets.token_urlsafe(32)}"
