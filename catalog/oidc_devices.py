"""Devices that wait for somebody to let them in."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from base.database import Session, insert_once
from catalog.credentials import digest_of
from catalog.models.oidc import OAuthDevice

#: Somebody fetches a telephone, types eight letters, and signs in.
LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody said to a device, and how they showed who they are."""

    account_id: UUID
    is_allowed: bool
    authenticated_at: datetime | None
    factors: Collection[str]


async def await_device(  # noqa: PLR0913 - what is asked for, and by what
    session: Session,
    *,
    user_code: str,
    client_id: str,
    scopes: Sequence[str],
    interval_s: int,
    now: datetime,
) -> str | None:
    """Let a device wait; answer its code, or nothing where another waits under `user_code`."""
    code = f"refrain_dc_{secrets.token_urlsafe(32)}"
    device = OAuthDevice(
        digest=digest_of(code),
        user_code=user_code,
        client_id=client_id,
        scopes=list(scopes),
        created_at=now,
        expires_at=now + LASTS,
        interval_s=interval_s,
        is_allowed=False,
        factors=[],
    )
    return code if await insert_once(session, device) else None


async def device_shown(session: Session, code: str) -> OAuthDevice | None:
    """Answer the device that asks, which has no tokens yet."""
    query = select(OAuthDevice).where(
        OAuthDevice.digest == digest_of(code), OAuthDevice.used_at.is_(None)
    )
    device: OAuthDevice | None = await session.scalar(query.with_for_update())
    return device


async def waiting_device(session: Session, user_code: str, *, now: datetime) -> OAuthDevice | None:
    """Answer the device that somebody sees before them, if nobody has decided about it."""
    query = select(OAuthDevice).where(
        OAuthDevice.user_code == user_code,
        OAuthDevice.decided_at.is_(None),
        OAuthDevice.expires_at > now,
    )
    device: OAuthDevice | None = await session.scalar(query.with_for_update())
    return device


def decide(device: OAuthDevice, decision: Decision, *, now: datetime) -> None:
    """Write down what somebody said."""
    device.decided_at, device.is_allowed = now, decision.is_allowed
    device.account_id = decision.account_id
    device.authenticated_at = decision.authenticated_at
    device.factors = sorted(decision.factors)
