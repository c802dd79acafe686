"""Applications that people sign in to with us: what they may, what they hold, and our keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class OAuthClient(Model):
    """An application that asks for sign-ins and tokens."""

    __tablename__ = "oauth_clients"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: How it shows at the token endpoint who it is: `none` for what keeps no secret.
    auth_method: Mapped[str] = mapped_column(String(30))
    secret_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    redirect_uris: Mapped[list[str]] = mapped_column(JSON)
    post_logout_redirect_uris: Mapped[list[str]] = mapped_column(JSON)
    grant_types: Mapped[list[str]] = mapped_column(JSON)
    #: All that it may ever ask for.
    scopes: Mapped[list[str]] = mapped_column(JSON)
    #: What else it said of itself when it registered: pages about it, versions, contacts.
    about: Mapped[dict[str, object]] = mapped_column(JSON)
    #: People are not asked before they sign in to it: it is ours.
    is_trusted: Mapped[bool]
    #: In whose name it acts when it asks in nobody's.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    #: By which a client that registered itself changes what it said.
    registration_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class OAuthConsent(Model):
    """What somebody lets an application do, so that they are not asked again."""

    __tablename__ = "oauth_consents"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.id"), primary_key=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    given_at: Mapped[datetime] = mapped_column(Instant)


class OAuthFamily(Model):
    """One sign-in to an application, and all tokens that came of it: they end together."""

    __tablename__ = "oauth_families"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    nonce: Mapped[str | None] = mapped_column(String(500))
    #: When and by what the person showed who they are; nobody did of a client in its own name.
    authenticated_at: Mapped[datetime | None] = mapped_column(Instant)
    factors: Mapped[list[str]] = mapped_column(JSON)
    #: The session of the browser in which it was, so far as there was one.
    sign_in_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: By then the last of its tokens is over.
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_why: Mapped[str | None] = mapped_column(String(40))


class OAuthCode(Model):
    """What an application exchanges for tokens, once and soon."""

    __tablename__ = "oauth_codes"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    #: The family that begins when it is exchanged, and ends when it is shown again.
    family_id: Mapped[UUID]
    scopes: Mapped[list[str]] = mapped_column(JSON)
    #: As it was said; nothing where it was not.
    redirect_uri: Mapped[str | None] = mapped_column(Text)
    nonce: Mapped[str | None] = mapped_column(String(500))
    challenge: Mapped[str | None] = mapped_column(String(128))
    authenticated_at: Mapped[datetime | None] = mapped_column(Instant)
    factors: Mapped[list[str]] = mapped_column(JSON)
    sign_in_id: Mapped[UUID | None]
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class OAuthAccess(Model):
    """A token by which an application acts for somebody, and of which sign-in it came."""

    __tablename__ = "oauth_access_tokens"

    token_id: Mapped[UUID] = mapped_column(
        ForeignKey("tokens.id", ondelete="CASCADE"), primary_key=True
    )
    family_id: Mapped[UUID] = mapped_column(
        ForeignKey("oauth_families.id", ondelete="CASCADE"), index=True
    )
    #: All that was asked for, also what is no scope of ours but of OpenID Connect.
    scopes: Mapped[list[str]] = mapped_column(JSON)


class OAuthRefresh(Model):
    """A token that is exchanged for new ones, once."""

    __tablename__ = "oauth_refresh_tokens"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    family_id: Mapped[UUID] = mapped_column(
        ForeignKey("oauth_families.id", ondelete="CASCADE"), index=True
    )
    #: The token it was given for; several where answers were lost on their way.
    parent_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class OAuthDevice(Model):
    """A device without keyboard that waits for somebody to let it in."""

    __tablename__ = "oauth_devices"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    #: What the person types; without the hyphen.
    user_code: Mapped[str] = mapped_column(String(16), unique=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    interval_s: Mapped[int]
    polled_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    is_allowed: Mapped[bool]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    authenticated_at: Mapped[datetime | None] = mapped_column(Instant)
    factors: Mapped[list[str]] = mapped_column(JSON)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SigningKey(Model):
    """A key that signs what we say of who signed in; its private part is sealed."""

    __tablename__ = "signing_keys"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    public: Mapped[dict[str, str]] = mapped_column(JSON)
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    #: Published before, so that whoever keeps our keys has it by then.
    signs_from: Mapped[datetime] = mapped_column(Instant)
