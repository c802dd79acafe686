"""What somebody can show besides a password: what they have, and that it was used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.models.factors import Authenticator, Passkey, RecoveryCode
from catalog.models.people import Account, Token
from catalog.people import lock_account
from catalog.sign_ins import end_sign_ins


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What an account can show; of codes on paper, how many are left."""

    has_app: bool
    passkeys: int
    codes_left: int

    @property
    def has_any(self) -> bool:
        """Whether there is something to ask for; paper only stands in for something."""
        return self.has_app or self.passkeys > 0


async def factors_of(session: Session, account_id: UUID) -> Factors:
    """Answer what an account can show."""
    app = exists().where(Authenticator.account_id == account_id)
    keys = select(func.count()).where(Passkey.account_id == account_id).scalar_subquery()
    unused = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    codes = select(func.count()).where(*unused).scalar_subquery()
    row = (await session.execute(select(app, keys, codes))).one()
    return Factors(has_app=row[0], passkeys=row[1], codes_left=row[2])


async def authenticator_of(session: Session, account_id: UUID) -> Authenticator | None:
    """Answer the app of an account, which nobody else uses until the transaction ends."""
    query = select(Authenticator).where(Authenticator.account_id == account_id).with_for_update()
    return await session.scalar(query.execution_options(populate_existing=True))


async def keep_authenticator(
    session: Session, account_id: UUID, sealed: str, *, step: int, now: datetime
) -> None:
    """Keep an app whose first code was shown, instead of another."""
    await lock_account(session, account_id)
    await session.execute(delete(Authenticator).where(Authenticator.account_id == account_id))
    row = Authenticator(
        account_id=account_id, sealed=sealed, made_at=now, last_step=step, last_used_at=now
    )
    session.add(row)
    await session.flush()


async def write_codes(
    session: Session, account_id: UUID, digests: Collection[bytes], *, now: datetime
) -> None:
    """Keep other codes on paper; those from before are good no more."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(digest=one, account_id=account_id, made_at=now) for one in digests)
    await session.flush()


async def use_code(session: Session, account_id: UUID, digest: bytes, *, now: datetime) -> bool:
    """Use a code on paper; answer whether there was one."""
    unused = update(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.digest == digest,
        RecoveryCode.used_at.is_(None),
    )
    used = unused.values(used_at=now).returning(RecoveryCode.digest)
    quick = used.execution_options(synchronize_session=False)
    return await session.scalar(quick) is not None


async def remove_authenticator(session: Session, account_id: UUID) -> None:
    """Ask for no codes of an app any more."""
    await session.execute(delete(Authenticator).where(Authenticator.account_id == account_id))
    await forget_paper(session, account_id)


async def add_factor(session: Session, credential_id: UUID, factor: str) -> None:
    """Write down that who is known by this showed one factor more."""
    token = await session.scalar(select(Token).where(Token.id == credential_id).with_for_update())
    if token is not None:
        token.factors = " ".join(sorted({*(token.factors or "").split(), factor}))


async def take_factors(
    session: Session, account_id: UUID, *, by: Caller | None, now: datetime
) -> None:
    """Ask an account for nothing but its password, as its owner lost the rest; it is written down.

    Raises:
        Refused: `account-unknown`, 404; `not-oneself`, 409.

    """
    account = await session.get(Account, account_id)
    if account is None or account.erased_at is not None:
        raise Refused("account-unknown", "There is no such account.", status=404)
    if by is not None and by.person_id == account_id:
        raise Refused(
            "not-oneself",
            "Your own you remove at /account/security; who lost theirs asks another operator.",
            status=409,
        )
    await forget_factors(session, account_id)
    await end_sign_ins(session, account_id, now=now)
    await note_act(session, by, Act.FACTORS_TAKEN, account_id, now=now)


async def forget_factors(session: Session, account_id: UUID) -> None:
    """Forget all that an account could show."""
    for table in (Authenticator, RecoveryCode, Passkey):
        await session.execute(delete(table).where(table.account_id == account_id))


async def forget_paper(session: Session, account_id: UUID) -> None:
    """Paper stands in for something: without that, there is nothing to recover."""
    if not (await factors_of(session, account_id)).has_any:
        await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
