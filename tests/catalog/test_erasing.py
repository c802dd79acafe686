"""Forgetting somebody, over all tables: what is overwritten, and what stays and why."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import JSON, Column, String, Table, select

import catalog.models.ledger
import catalog.models.restorations
import catalog.models.statements  # noqa: F401 - they are among all tables
from accounting.payees import add_payee, keep_payees, write_members
from base.database import Database, Session
from base.errors import Refused
from catalog.callers import Caller, CredentialKind
from catalog.credentials import issue
from catalog.email_addresses import claim
from catalog.erasing import ERASED, erase
from catalog.factors import keep_authenticator, write_codes
from catalog.folding import parse_email
from catalog.links import make_link
from catalog.mails import MailKind, NewMail, post
from catalog.models import Model
from catalog.models.events import Webhook
from catalog.models.factors import Passkey
from catalog.models.memberships import Membership
from catalog.models.payments import Payment, PaymentRefund
from catalog.models.payouts import BankDetails, Payout, PayoutRun
from catalog.models.people import Account
from catalog.models.privacy import PersonalExport
from catalog.models.rights import Claim, Payee, PayeeKind
from catalog.models.sales_reports import ReportRecipient
from catalog.models.scrobbling import HeardElsewhere, ScrobbleLink
from catalog.models.sign_in import Mail, Purpose
from catalog.passwords import write_hash
from catalog.people import create_account, issue_token
from catalog.roles import Role
from catalog.sign_ins import Where, note_sign_in
from tests.support.catalog import NOON, person
from tests.support.shares import earn, recording

#: Text that somebody is known by; it stands nowhere once they are forgotten.
MARK = "Mustermann"

FORGOTTEN = {
    "accounts": {"name", "name_key", "country"},
    "account_roles": {"role"},
    "artist_requests": {"name", "reason"},
    "invitations": {"email"},
    "members": {"capacity"},
    "tokens": {"label", "kind", "scopes", "factors", "sealed"},
    "email_addresses": {"address", "folded"},
    "passwords": {"hash"},
    "sign_ins": {"device", "address", "country"},
    "account_links": {"purpose", "address"},
    "authenticators": {"sealed"},
    "passkeys": {"name"},
    "mails": {"kind", "recipient", "facts", "trouble"},
    "payees": {"name", "country"},
    "claims": {"words", "reason"},
    "payments": {"checkout_url", "country_told", "fingerprint"},
    "payment_refunds": {"reason"},
    "scrobble_links": {"service", "server", "username", "sealed", "asked", "state", "trouble"},
    "heard_elsewhere": {"track", "artist", "release", "info"},
    "webhooks": {"url", "secret", "kinds", "trouble"},
    "report_recipients": {"name", "dpid", "template", "host", "user", "host_key", "folder"},
    "bank_details": {"holder", "iban", "bic"},
    "memberships": {"name", "address", "words"},
    "personal_exports": {"storage_key"},
    "artists": {"bio", "country", "links"},
    "labels": {"bio", "country", "links"},
    "release_moves": {"note"},
    "track_versions": {"note"},
    "favourites": {"kind"},
    "ratings": {"kind"},
    "follows": {"kind"},
    "play_queues": {"tracks", "changed_by"},
    "playlists": {"title", "description", "visibility"},
    "playlist_members": {"capacity"},
    "oauth_consents": {"client_id", "scopes"},
    "oauth_families": {"client_id", "scopes", "nonce", "factors", "revoked_why"},
    "oauth_codes": {"client_id", "scopes", "redirect_uri", "nonce", "challenge", "factors"},
    "oauth_devices": {"client_id", "scopes", "user_code", "factors"},
}
#: What else stands in rows that name an account or a payee.
KEPT = {
    "our own words, numbers and keys": {
        "adjustments": {"request_key", "entries"},
        "ledger_periods": {"name", "zone"},
        "surplus_proposals": {"currency", "worked"},
        "accounts": {"kind"},
        "payees": {"kind", "key"},
        "claims": {"state", "key"},
        "advances": {"currency", "recordings", "key"},
        "credit_lots": {"kind", "source", "currency"},
        "deals": {"model", "territories", "excluded", "uses", "key"},
        "earlier_plays": {"kind"},
        "events": {"kind"},
        "gifts": {"key"},
        "invitations": {"capacity", "answer"},
        "hold_decisions": {"decision"},
        "restorations": {"backup"},
        "ledger_balances": {"period", "currency"},
        "artist_requests": {"state"},
        "ledger_entries": {"currency"},
        "member_steps": {"event"},
        "memberships": {"class_id", "state", "shown"},
        "payments": {
            *("request_key", "provider", "state", "product", "currency", "received_currency"),
            *("vat_mode", "method"),
        },
        "payment_refunds": {"request_key"},
        "payout_holds": {"payee"},
        "payout_runs": {"key", "state", "currency", "policy", "waiting"},
        "report_recipients": {"form"},
        "payouts": {"payee", "currency", "state", "reason"},
        "play_sessions": {"grant", "state", "reason", "delivered", "told"},
        "plays": {"kind"},
        "earnings_by_day": {"currency", "section"},
        "listeners_by_day": {"territory"},
        "plays_by_way": {"way", "territory"},
        "purchases": {"key", "asked"},
        "recordings": {"isrc"},
        "share_register": {"kind", "currency", "key"},
        "split_sheets": {"kind", "state", "key"},
        "statement_lines": {"period", "currency", "section", "territory", "month"},
        "statements": {"period", "currency"},
    },
    "applications, which are nobody's name": {
        "oauth_clients": {
            *("id", "name", "auth_method", "redirect_uris", "post_logout_redirect_uris"),
            *("grant_types", "scopes", "about"),
        },
    },
    "the country that tax was due in and rights were had for: the books need it": {
        "credit_lots": {"country"},
        "payments": {"country"},
        "play_sessions": {"territory"},
        "plays": {"territory"},
        "purchases": {"territory"},
    },
    "by which the payment is found where it was made: refunds and the books need it": {
        "payments": {"provider_id", "bank_ref"},
        "payment_refunds": {"provider_ref"},
    },
    "why those who keep the books decided something: the books need it": {
        "adjustments": {"reason"},
        "advances": {"note"},
        "hold_decisions": {"by_name", "why"},
        "member_steps": {"reason"},
        "payout_holds": {"reason"},
        "restorations": {"compared"},
        "share_register": {"reason"},
        "statements": {"why"},
        "wallet_freezes": {"reason", "by_name", "lifted_by_name", "lifted_why"},
        "wallets": {"frozen_reason"},
    },
    "who did what in an office, by numbers of accounts: others must be able to ask": {
        "acts": {"act", "subject", "facts", "network", "request_id", "outcome"},
    },
    "music that was published, which an operator takes down": {
        "events": {"data"},
        "masters": {
            *("sha256", "storage_key", "filename", "container", "codec", "pcm_sha256", "quality"),
            *("findings", "fingerprint", "waveforms", "overview_key", "spectrogram_key", "tags"),
        },
        "releases": {
            *("title", "artist", "label", "upc", "released_on", "edited", "state", "type", "grid"),
            *("catalogue_number", "original_on", "language", "p_owner", "c_owner"),
            *("publish_zone", "reason"),
        },
        "tracks": {
            *("title", "artist", "path", "edited", "state", "reason", "request_id"),
            *("language", "explicit", "iswc", "p_owner"),
        },
        "artists": {"name", "sort_name", "kind", "isni", "ipi", "edited"},
        "closures": {"reason", "request_id"},
        "ddex_partners": {"dpid", "name", "state", "severities", "keys", "prefix"},
        "labels": {"name", "sort_name", "isni", "edited"},
        "release_moves": {"event", "state", "tracks", "details"},
        "track_versions": {"state", "reason"},
        "uploads": {
            *("filename", "details", "way", "parts", "kept", "state", "warnings", "refusal"),
            *("sha256", "request_id"),
        },
    },
}

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def personal_columns() -> Iterator[tuple[str, str]]:
    for table in Model.metadata.tables.values():
        if any(_names_somebody(table, column) for column in table.columns):
            for column in table.columns:
                if isinstance(column.type, String | JSON):
                    yield table.name, column.name


def _names_somebody(table: Table, column: Column[object]) -> bool:
    refers = {key.target_fullname for key in column.foreign_keys}
    named = {"payee", "payee_id", "listener_id", "account_id"}
    return (
        table.name == "accounts"
        or bool(refers & {"accounts.id", "payees.id"})
        or (column.name in named)
    )


def test_of_every_text_that_stands_with_somebody_it_is_said_what_becomes_of_it() -> None:
    said = {(table, column) for table, columns in FORGOTTEN.items() for column in columns}
    for tables in KEPT.values():
        said |= {(table, column) for table, columns in tables.items() for column in columns}

    assert set(personal_columns()) == said


@pytest.fixture
async def ben(database: Database) -> Caller:
    return await person(database, Role.LISTENER)


async def lived(database: Database, ben: Caller) -> UUID:
    """Have somebody be known by all that can be; answer the bank details that were paid to."""
    artist = await person(database, Role.ARTIST)
    song = await recording(database, artist)
    txn = await earn(database, artist, song, 1_000)
    paid, payment = uuid4(), uuid4()
    async with database.begin() as session:
        (await session.get_one(Account, ben.id)).name = f"Ben {MARK}"
        await issue_token(session, ben, label=f"{MARK}'s phone", now=NOON)
        await _signed_in(session, ben)
        await keep_payees(session, [ben.id], now=NOON)
        for kind in (PayeeKind.LABEL, PayeeKind.GROUP):
            made = await add_payee(
                session,
                ben,
                kind=kind,
                name=f"{MARK} {kind}",
                country="DE",
                is_spoken_for=True,
                now=NOON,
            )
        session.add_all(
            [
                Claim(
                    id=uuid4(),
                    payee_id=ben.id,
                    recording_id=song,
                    claimed_by=ben.id,
                    words=f"I am {MARK}.",
                    state="denied",
                    made_at=NOON,
                    reason=f"No {MARK} is known.",
                    key="c",
                ),
                ReportRecipient(
                    id=uuid4(),
                    account_id=ben.id,
                    name=MARK,
                    dpid=f"PADPIDA{MARK}",
                    form="csv",
                    template={"columns": [{"name": MARK, "text": MARK}]},
                    is_active=True,
                    host=f"{MARK}.example",
                    port=22,
                    user=MARK,
                    host_key=f"ssh-ed25519 {MARK}",
                    folder=MARK,
                    created_by=ben.id,
                    created_at=NOON,
                    changed_at=NOON,
                ),
                ScrobbleLink(
                    id=uuid4(),
                    account_id=ben.id,
                    service="listenbrainz",
                    server=f"https://{MARK}.example",
                    username=MARK,
                    sealed=MARK,
                    asked=MARK,
                    state="connected",
                    made_at=NOON,
                    trouble=MARK,
                    failures=0,
                ),
                HeardElsewhere(
                    id=uuid4(),
                    account_id=ben.id,
                    listened_at=NOON,
                    number=uuid4(),
                    track=MARK,
                    artist=MARK,
                    release=MARK,
                    info={"player": MARK},
                    told_at=NOON,
                ),
                Webhook(
                    id=uuid4(),
                    owner_id=ben.id,
                    url=f"https://{MARK}.example",
                    secret=MARK,
                    kinds=None,
                    created_at=NOON,
                    trouble=MARK,
                    failures=0,
                ),
                Membership(
                    id=uuid4(),
                    account_id=ben.id,
                    class_id="listener",
                    number=7,
                    name=f"Ben {MARK}",
                    address=f"{MARK}weg 1",
                    words=MARK,
                    state="resigned",
                    applied_at=NOON,
                    shown="nothing",
                ),
                PersonalExport(
                    id=uuid4(), account_id=ben.id, asked_at=NOON, storage_key="exports/x.zip"
                ),
                Payment(
                    id=payment,
                    listener_id=ben.id,
                    request_key="p",
                    provider="manual",
                    checkout_url=f"https://pay.example/{MARK}",
                    state="paid",
                    product="ten",
                    credits=1,
                    price=1,
                    currency="EUR",
                    country="DE",
                    country_told="DE",
                    created_at=NOON,
                    changed_at=NOON,
                    fingerprint=MARK,
                ),
            ]
        )
        await session.flush()
        session.add(
            PaymentRefund(
                id=uuid4(),
                payment_id=payment,
                request_key="r",
                requested_by=ben.id,
                reason=f"{MARK} wants it back",
                amount=1,
                txn_id=txn,
                created_at=NOON,
            )
        )
        for number, holder in ((uuid4(), MARK), (uuid4(), MARK), (paid, "Paid")):
            session.add(
                BankDetails(
                    id=number,
                    payee_id=made.id if holder == "Paid" else ben.id,
                    holder=holder,
                    iban="DE1" if holder == "Paid" else f"DE{MARK}",
                    entered_by=ben.id,
                    entered_at=NOON,
                )
            )
        await session.flush()
        await _pay(session, paid, made.id)
    return paid


async def _signed_in(session: Session, ben: Caller) -> None:
    email = parse_email(f"{MARK}@example.org")
    await claim(session, ben.id, email, now=NOON)
    await write_hash(session, ben.id, MARK, now=NOON)
    await keep_authenticator(session, ben.id, MARK, step=1, now=NOON)
    await write_codes(session, ben.id, [b"1" * 32], now=NOON)
    session.add(
        Passkey(
            id=uuid4(),
            account_id=ben.id,
            credential_id=b"c",
            public_key=b"k",
            sign_count=0,
            is_synced=True,
            name=f"{MARK}'s phone",
            made_at=NOON,
        )
    )
    await make_link(session, ben.id, Purpose.VERIFY, address=email.address, now=NOON)
    issued = await issue(session, ben.id, kind=CredentialKind.SESSION, label=MARK, now=NOON)
    where = Where(device=f"{MARK}'s phone", address=MARK, country="DE")
    await note_sign_in(session, issued.id, ben.id, where, now=NOON)
    for account_id in (ben.id, None):
        facts = {"name": MARK, "origin": "https://refrain.example"}
        mail = NewMail(
            kind=MailKind.FORGOT,
            to=email.address,
            facts=facts,
            request_id="test",
            account_id=account_id,
        )
        await post(session, mail, now=NOON)


async def _pay(session: Session, details: UUID, payee: UUID) -> None:
    run = uuid4()
    who = (await session.scalars(select(Account.id))).first()
    assert who is not None
    session.add(
        PayoutRun(
            id=run,
            key="run",
            state="sent",
            currency="EUR",
            until=NOON,
            policy={},
            waiting=[],
            drafted_by=who,
            drafted_at=NOON,
        )
    )
    await session.flush()
    session.add(
        Payout(
            id=uuid4(),
            run_id=run,
            payee=str(payee),
            currency="EUR",
            amount=1,
            held=0,
            released=0,
            details_id=details,
            state="settled",
        )
    )


@ON_SQLITE
async def test_nothing_of_who_somebody_was_is_left_in_any_table(
    database: Database, ben: Caller
) -> None:
    paid = await lived(database, ben)

    for later in (1, 2):
        async with database.begin() as session:
            await erase(session, ben.id, now=NOON + timedelta(days=later))

    async with database.read() as session:
        for table in Model.metadata.sorted_tables:
            left = [row for row in await session.execute(select(table)) if MARK in str(row)]
            assert left == [], table.name
        payment = (await session.scalars(select(Payment))).one()
        assert (payment.country, payment.country_told) == ("DE", None)
        details = (await session.scalars(select(BankDetails))).all()
        assert [(one.id, one.holder) for one in details] == [(paid, "Paid")]
        account = await session.get_one(Account, ben.id)
        assert (account.name, account.erased_at) == (ERASED, NOON + timedelta(days=1))


@ON_SQLITE
async def test_a_group_keeps_its_name_where_others_belong_to_it(
    database: Database, ben: Caller
) -> None:
    eva = await person(database, Role.LISTENER)
    async with database.begin() as session:
        band = await add_payee(
            session,
            ben,
            kind=PayeeKind.GROUP,
            name="The Band",
            country=None,
            is_spoken_for=True,
            now=NOON,
        )
        await write_members(session, band.id, {eva.id: 1_000_000}, by=ben, now=NOON)
        await erase(session, ben.id, now=NOON)

    async with database.read() as session:
        assert (await session.get_one(Payee, band.id)).name == "The Band"
        with pytest.raises(Refused, match="account-unknown"):
            await erase(session, uuid4(), now=NOON)


async def test_what_others_of_the_same_address_were_written_stays(
    database: Database, ben: Caller
) -> None:
    to = parse_email("ben@example.org")
    async with database.begin() as session:
        other = await create_account(session, name="Cleo", now=NOON)
        for account_id in (ben.id, other.id):
            await claim(session, account_id, to, now=NOON)
        for account_id in (ben.id, other.id, None):
            mail = NewMail(
                kind=MailKind.CONFIRM,
                to=to.address,
                account_id=account_id,
                facts={"origin": ""},
                request_id="r",
            )
            await post(session, mail, now=NOON)

    async with database.begin() as session:
        await erase(session, ben.id, now=NOON)

    async with database.read() as session:
        assert set(await session.scalars(select(Mail.account_id))) == {other.id, None}
    async with database.begin() as session:
        await erase(session, other.id, now=NOON)
    async with database.read() as session:
        assert list(await session.scalars(select(Mail.account_id))) == []
