"""Forgetting who somebody was: all that tells it is overwritten, and all that was counted stays.

What stays, and by what rule, docs/ledger/buying.md says; that nothing was overlooked, a test over
all tables.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.artworks import drop_unneeded
from catalog.audit import note_act
from catalog.factors import forget_factors
from catalog.forgotten_listening import forget_listening
from catalog.models.artists import Artist, ArtistRequest, Label
from catalog.models.events import Webhook
from catalog.models.memberships import Membership
from catalog.models.payments import Payment, PaymentRefund
from catalog.models.payouts import BankDetails, Payout
from catalog.models.people import Account, AccountRole, Invitation, Member, Token
from catalog.models.privacy import Erasure, PersonalExport
from catalog.models.publishing import PreSave, ReleaseMove, TrackVersion
from catalog.models.rights import Claim, GroupMember, Payee, PayeeKind
from catalog.models.sales_reports import ReportRecipient
from catalog.models.sign_in import AccountLink, EmailAddress, Mail, Password, SignIn
from catalog.objects import hold
from catalog.oidc_apps import forget_apps
from catalog.states import ClaimState

#: What stands where something was that somebody is known by.
ERASED = "erased"


async def erase(
    session: Session, account_id: UUID, *, by: UUID | None = None, now: datetime
) -> None:
    """Forget who an account was, for good: its name, its country, and all that it is known by.

    What it did stays, under a number that says nothing: plays and books come to what they came to.
    It may be done again, for what came since.

    Raises:
        Refused: `account-unknown`, 404.

    """
    account = await session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise Refused("account-unknown", "There is no such account.", status=404)
    await note_act(session, by, Act.ACCOUNT_ERASED, account_id, now=now)
    account.name, account.country = ERASED, None
    account.erased_at = account.erased_at or now
    await forget_apps(session, account_id, now=now)
    await session.execute(delete(Token).where(Token.account_id == account_id))
    await let_go(session, account_id, now=now)
    await forget_factors(session, account_id)
    await _forget_address(session, account_id)
    await session.execute(delete(Webhook).where(Webhook.owner_id == account_id))
    await forget_listening(session, account_id, now=now)
    await _forget_recipients(session, account_id, now=now)
    await _forget_words(session, account_id)
    await _forget_catalogue(session, account_id, now=now)
    await _forget_payments(session, account_id)
    await _forget_membership(session, account_id)
    await _forget_exports(session, account_id, now=now)
    await _forget_bank_details(session, await _forget_payees(session, account_id))


async def let_go(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Take an account out of every office, and let nobody act for it, nor it for others."""
    await session.execute(delete(AccountRole).where(AccountRole.account_id == account_id))
    acts = or_(Member.account_id == account_id, Member.person_id == account_id)
    await session.execute(delete(Member).where(acts))
    acted = update(Token).where(Token.acting_for == account_id).values(acting_for=None)
    await session.execute(acted.execution_options(synchronize_session=False))
    theirs = or_(
        Invitation.account_id == account_id,
        Invitation.invited_by == account_id,
        Invitation.answered_by == account_id,
    )
    open_ones = update(Invitation).where(theirs, Invitation.answer.is_(None))
    await session.execute(open_ones.values(answer="withdrawn", answered_at=now))
    await session.execute(update(Invitation).where(theirs).values(email=None))


async def forget_told(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Forget what was told of artists and labels, and their pictures; their names stay."""
    nothing: dict[str, object] = {"bio": None, "country": None, "links": [], "artwork_id": None}
    pictures: set[UUID] = set()
    for model in (Artist, Label):
        shown = select(model.artwork_id).where(model.account_id == account_id)
        pictures.update(one for one in await session.scalars(shown) if one is not None)
        theirs = update(model).where(model.account_id == account_id).values(**nothing)
        await session.execute(theirs.execution_options(synchronize_session=False))
    for artwork_id in sorted(pictures):
        await drop_unneeded(session, artwork_id, until=now)


async def _forget_address(session: Session, account_id: UUID) -> None:
    """Forget how somebody signed in, and what they were written, whoever asked for that.

    What other accounts of the same address were written stays: anybody may say that it is theirs.
    """
    own = select(EmailAddress.folded).where(EmailAddress.account_id == account_id)
    other = aliased(EmailAddress)
    others = exists().where(other.folded.in_(own), other.account_id != account_id)
    address = select(EmailAddress.address).where(EmailAddress.account_id == account_id, ~others)
    nobodys = and_(Mail.account_id.is_(None), Mail.recipient.in_(address))
    written = or_(Mail.account_id == account_id, nobodys)
    await session.execute(delete(Mail).where(written).execution_options(synchronize_session=False))
    for table in (AccountLink, SignIn, Password, EmailAddress):
        await session.execute(delete(table).where(table.account_id == account_id))


async def _forget_payees(session: Session, account_id: UUID) -> Collection[UUID]:
    """Forget whom an account spoke for, but the names of groups that others belong to."""
    others = exists().where(GroupMember.group_id == Payee.id, GroupMember.member_id != account_id)
    spoken_for = select(Payee.id).where(Payee.account_id == account_id)
    own = spoken_for.where(or_(Payee.kind != PayeeKind.GROUP, ~others))
    names = update(Payee).where(Payee.id.in_(own)).values(name=ERASED, country=None)
    found = {account_id, *await session.scalars(spoken_for)}
    await session.execute(names.execution_options(synchronize_session=False))
    return found


async def _forget_recipients(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Tell nobody any more what their music was sold for; what was told is of the books."""
    theirs = update(ReportRecipient).where(ReportRecipient.account_id == account_id)
    place = dict.fromkeys(("template", "host", "port", "user", "host_key", "folder"))
    said = {"name": ERASED, "dpid": ERASED, "is_active": False, "changed_at": now}
    await session.execute(
        theirs.values(**said, **place).execution_options(synchronize_session=False)
    )


async def _forget_words(session: Session, account_id: UUID) -> None:
    waits = (ArtistRequest.account_id == account_id, ArtistRequest.state == ClaimState.OPEN)
    await session.execute(delete(ArtistRequest).where(*waits))
    wished = update(ArtistRequest).where(ArtistRequest.account_id == account_id)
    await session.execute(wished.values(name=ERASED, reason=None))
    said = update(Claim).where(Claim.claimed_by == account_id)
    await session.execute(said.values(words=ERASED, reason=None))
    asked = update(PaymentRefund).where(
        or_(
            PaymentRefund.requested_by == account_id,
            PaymentRefund.payment_id.in_(
                select(Payment.id).where(Payment.listener_id == account_id)
            ),
        )
    )
    await session.execute(asked.values(reason=ERASED).execution_options(synchronize_session=False))


async def _forget_catalogue(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Forget what was waited for, and what was told of artists beside the names on their music."""
    await session.execute(delete(PreSave).where(PreSave.listener_id == account_id))
    await forget_told(session, account_id, now=now)
    for model in (Artist, Label):
        theirs = update(model).where(model.account_id == account_id).values(account_id=None)
        await session.execute(theirs.execution_options(synchronize_session=False))
    said = update(ReleaseMove).where(ReleaseMove.by == account_id).values(note=None)
    await session.execute(said.execution_options(synchronize_session=False))
    noted = update(TrackVersion).where(TrackVersion.made_by == account_id).values(note=None)
    await session.execute(noted.execution_options(synchronize_session=False))


async def _forget_payments(session: Session, account_id: UUID) -> None:
    """Forget by which card or account somebody paid; the books keep where tax was due."""
    theirs = update(Payment).where(Payment.listener_id == account_id)
    await session.execute(theirs.values(country_told=None, checkout_url=None, fingerprint=None))


async def _forget_membership(session: Session, account_id: UUID) -> None:
    """Forget by which name somebody stands in the register; their number and shares stay."""
    theirs = update(Membership).where(Membership.account_id == account_id)
    await session.execute(theirs.values(name=ERASED, address=None, words=None))


async def _forget_exports(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Forget what was asked for, and let files with all that was known of somebody go."""
    made = delete(PersonalExport).where(PersonalExport.account_id == account_id)
    keys = await session.scalars(made.returning(PersonalExport.storage_key))
    await hold(session, [key for key in keys if key is not None], until=now)
    await session.execute(delete(Erasure).where(Erasure.account_id == account_id))


async def _forget_bank_details(session: Session, payees: Collection[UUID]) -> None:
    """Forget accounts that no money was sent to; those it was are vouchers of the books."""
    used = select(Payout.details_id)
    unused = delete(BankDetails).where(
        BankDetails.payee_id.in_(payees), BankDetails.id.not_in(used)
    )
    await session.execute(unused.execution_options(synchronize_session=False))
