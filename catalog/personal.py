"""All that is known of somebody, table by table: what an export of one's own data is made of.

Whoever adds a table that names people adds a line here, or says why not; a test over all tables
sees to it. What is in the books stands in `accounting.personal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import (
    or_,
    select,
)

from catalog.models.artists import Artist, ArtistRequest, Label
from catalog.models.audit import NotedAct
from catalog.models.deals import Deal
from catalog.models.events import Event, Webhook
from catalog.models.factors import Authenticator, Passkey, RecoveryCode
from catalog.models.files import Master
from catalog.models.listening import (
    Favourite,
    Follow,
    ForgottenSession,
    HistoryChoice,
    PlayQueue,
    Rating,
)
from catalog.models.memberships import MemberCharge, Membership, MemberStep, ShareEntry
from catalog.models.music import Recording, Track
from catalog.models.oidc import OAuthClient, OAuthConsent, OAuthFamily
from catalog.models.payments import Payment, PaymentDispute, PaymentRefund
from catalog.models.payouts import BankDetails, Payout, PayoutHold
from catalog.models.people import Account, AccountRole, Invitation, Member, Token
from catalog.models.playlists import Playlist, PlaylistEntry, PlaylistMember
from catalog.models.plays import Counter, Heartbeat, Play, PlaySession
from catalog.models.privacy import Closure, Erasure, PersonalExport
from catalog.models.publishing import PreSave, ReleaseMove, TrackVersion
from catalog.models.purchases import Gift, Purchase
from catalog.models.releases import Release
from catalog.models.rights import (
    Advance,
    Claim,
    GroupMember,
    Payee,
    SplitShare,
    SplitSheet,
)
from catalog.models.sign_in import AccountLink, EmailAddress, Mail, SignIn
from catalog.models.suspicions import HoldDecision
from catalog.models.uploads import UploadRow
from catalog.personal_earlier import EARLIER
from catalog.personal_elsewhere import ELSEWHERE
from catalog.personal_queries import Export, Query, as_text, below, of_payees, rows_but, theirs


def _shares(account_id: UUID) -> Query:
    mine = select(Membership.id).where(Membership.account_id == account_id)
    rows = rows_but(ShareEntry, ("by", "key"))
    return rows.where(or_(ShareEntry.from_id.in_(mine), ShareEntry.to_id.in_(mine)))


#: What is exported, in the order of the README.
EXPORTS: tuple[Export, ...] = (
    Export(name="account", says="Your account.", query=theirs(Account, Account.id)),
    Export(
        name="roles",
        says="What you are to the house besides a listener.",
        query=theirs(AccountRole, AccountRole.account_id, but=("granted_by",)),
    ),
    Export(
        name="artist_requests",
        says="That you asked to be an artist, and what was said.",
        query=theirs(ArtistRequest, ArtistRequest.account_id, but=("decided_by",)),
    ),
    Export(
        name="acting_for",
        says="For whom you act, and who acts for you.",
        query=theirs(Member, Member.person_id, Member.account_id, but=("added_by",)),
    ),
    Export(
        name="invitations",
        says="Whom you invited to act for somebody, and what you answered.",
        query=theirs(
            Invitation,
            *(Invitation.account_id, Invitation.invited_by, Invitation.answered_by),
            but=("digest",),
        ),
    ),
    Export(
        name="acts",
        says="What you did in an office.",
        query=theirs(NotedAct, NotedAct.account_id, NotedAct.person_id),
    ),
    Export(
        name="tokens",
        says="What knows you: tokens, without their secrets.",
        query=theirs(Token, Token.account_id, but=("digest",)),
    ),
    Export(
        name="email_addresses",
        says="The address that you say is yours.",
        query=theirs(EmailAddress, EmailAddress.account_id),
    ),
    Export(
        name="sign_ins",
        says="Where you signed in.",
        query=theirs(SignIn, SignIn.account_id),
    ),
    Export(
        name="authenticators",
        says="The app whose codes you are asked for, without what it counts from.",
        query=theirs(Authenticator, Authenticator.account_id, but=("sealed", "last_step")),
    ),
    Export(
        name="recovery_codes",
        says="When you had codes made, and used them.",
        query=theirs(RecoveryCode, RecoveryCode.account_id, but=("digest",)),
    ),
    Export(
        name="passkeys",
        says="Your passkeys.",
        query=theirs(Passkey, Passkey.account_id),
    ),
    Export(
        name="links",
        says="Links that were mailed to you, without what opens them.",
        query=theirs(AccountLink, AccountLink.account_id, but=("digest", "code_digest")),
    ),
    Export(
        name="mails",
        says="When you were written to, and about what.",
        query=theirs(Mail, Mail.account_id, but=("facts",)),
    ),
    Export(
        name="applications",
        says="Applications that you made known to us, without their secrets.",
        query=theirs(
            OAuthClient,
            *(OAuthClient.account_id, OAuthClient.created_by),
            but=("secret_digest", "registration_digest"),
        ),
    ),
    Export(
        name="consents",
        says="What you let applications do.",
        query=theirs(OAuthConsent, OAuthConsent.account_id),
    ),
    Export(
        name="application_sign_ins",
        says="When you signed in to applications.",
        query=theirs(OAuthFamily, OAuthFamily.account_id, but=("nonce",)),
    ),
    Export(
        name="memberships",
        says="Your membership of the co-operative.",
        query=theirs(Membership, Membership.account_id),
    ),
    Export(
        name="membership_steps",
        says="What happened to your membership.",
        query=below(
            MemberStep,
            MemberStep.membership_id,
            Membership.id,
            Membership.account_id,
            but=("by",),
        ),
    ),
    Export(
        name="membership_charges",
        says="Dues and shares that you paid, or were asked to.",
        query=below(MemberCharge, MemberCharge.membership_id, Membership.id, Membership.account_id),
    ),
    Export(name="shares", says="Your shares, as the register has them.", query=_shares),
    Export(
        name="play_sessions",
        says="What you opened to hear, and what was heard of it.",
        query=theirs(PlaySession, PlaySession.listener_id),
    ),
    Export(
        name="heartbeats",
        says="What your player told while it played.",
        query=below(Heartbeat, Heartbeat.session_id, PlaySession.id, PlaySession.listener_id),
    ),
    Export(name="plays", says="Plays that counted.", query=theirs(Play, Play.listener_id)),
    Export(
        name="held_plays",
        says="Plays of yours that a person looked at.",
        query=below(
            HoldDecision,
            HoldDecision.session_id,
            PlaySession.id,
            PlaySession.listener_id,
            but=("by_id", "by_name", "why"),
        ),
    ),
    Export(
        name="library",
        says="How often you paid for each recording, and what you own.",
        query=theirs(Counter, Counter.listener_id),
    ),
    *EARLIER,
    Export(
        name="purchases",
        says="What you bought, or was bought for you.",
        query=theirs(Purchase, Purchase.listener_id, Purchase.payer_id, but=("key",)),
    ),
    Export(
        name="gifts",
        says="What you gave, and were given.",
        query=theirs(Gift, Gift.giver_id, Gift.recipient_id, but=("key",)),
    ),
    Export(
        name="payments",
        says="What you paid, by which provider.",
        query=theirs(Payment, Payment.listener_id, but=("request_key", "checkout_url")),
    ),
    Export(
        name="payment_refunds",
        says="What was paid back to you.",
        query=below(
            PaymentRefund,
            PaymentRefund.payment_id,
            Payment.id,
            Payment.listener_id,
            but=("request_key", "requested_by"),
        ),
    ),
    Export(
        name="payment_disputes",
        says="Payments that your bank took back.",
        query=below(PaymentDispute, PaymentDispute.payment_id, Payment.id, Payment.listener_id),
    ),
    Export(
        name="payees",
        says="For whom you are paid.",
        query=theirs(Payee, Payee.id, Payee.account_id, Payee.created_by, but=("key",)),
    ),
    Export(
        name="groups",
        says="Groups that your payees belong to.",
        query=of_payees(GroupMember, GroupMember.member_id),
    ),
    Export(
        name="bank_details",
        says="Accounts that you are paid to.",
        query=of_payees(BankDetails, BankDetails.payee_id, but=("entered_by",)),
    ),
    Export(
        name="payouts",
        says="What was paid out to you.",
        query=as_text(Payout, Payout.payee, but=("return_said_by",)),
    ),
    Export(
        name="payout_holds",
        says="Why payouts to you waited.",
        query=as_text(PayoutHold, PayoutHold.payee, but=("placed_by", "lifted_by")),
    ),
    Export(
        name="advances",
        says="What was paid to you ahead.",
        query=of_payees(Advance, Advance.payee_id, but=("granted_by", "approved_by", "key")),
    ),
    Export(
        name="claims",
        says="Shares that you claimed.",
        query=theirs(Claim, Claim.claimed_by, but=("decided_by", "key")),
    ),
    Export(
        name="split_sheets",
        says="Sheets of shares of your music, or that you proposed.",
        query=theirs(SplitSheet, SplitSheet.owner_id, SplitSheet.proposed_by, but=("key",)),
    ),
    Export(
        name="split_shares",
        says="Your shares of recordings.",
        query=of_payees(SplitShare, SplitShare.payee_id),
    ),
    Export(name="tracks", says="Your tracks.", query=theirs(Track, Track.owner_id)),
    Export(name="releases", says="Your releases.", query=theirs(Release, Release.owner_id)),
    Export(name="recordings", says="Your recordings.", query=theirs(Recording, Recording.owner_id)),
    Export(
        name="masters",
        says="Masters that you sent.",
        query=theirs(Master, Master.uploaded_by, but=("powers", "fingerprint", "waveforms")),
    ),
    Export(
        name="uploads", says="Files that you sent.", query=theirs(UploadRow, UploadRow.owner_id)
    ),
    Export(
        name="deals",
        says="Where and for what you let your music be had.",
        query=theirs(Deal, Deal.made_by, but=("key",)),
    ),
    Export(
        name="webhooks",
        says="Addresses that are told of your events, without their secrets.",
        query=theirs(Webhook, Webhook.owner_id, but=("secret",)),
    ),
    Export(
        name="artists",
        says="Artists whose pages you keep.",
        query=theirs(Artist, Artist.account_id),
    ),
    Export(
        name="labels", says="Labels whose pages you keep.", query=theirs(Label, Label.account_id)
    ),
    Export(
        name="release_moves",
        says="What you did with releases, and why.",
        query=theirs(ReleaseMove, ReleaseMove.by),
    ),
    Export(
        name="track_versions",
        says="Masters that you replaced.",
        query=theirs(TrackVersion, TrackVersion.made_by),
    ),
    Export(
        name="pre_saves",
        says="Releases that you asked for before they were out.",
        query=theirs(PreSave, PreSave.listener_id),
    ),
    *ELSEWHERE,
    Export(
        name="favourites",
        says="What you marked as a favourite.",
        query=theirs(Favourite, Favourite.account_id),
    ),
    Export(
        name="ratings", says="How many stars you gave.", query=theirs(Rating, Rating.account_id)
    ),
    Export(name="follows", says="Whom you follow.", query=theirs(Follow, Follow.account_id)),
    Export(
        name="play_queues",
        says="What you were about to hear.",
        query=theirs(PlayQueue, PlayQueue.account_id),
    ),
    Export(
        name="history_choices",
        says="What you want to be remembered of what you hear.",
        query=theirs(HistoryChoice, HistoryChoice.account_id),
    ),
    Export(
        name="forgotten_sessions",
        says="What you took out of your history.",
        query=theirs(ForgottenSession, ForgottenSession.account_id),
    ),
    Export(name="playlists", says="Playlists of yours.", query=theirs(Playlist, Playlist.owner_id)),
    Export(
        name="playlist_entries",
        says="What you put on playlists.",
        query=theirs(PlaylistEntry, PlaylistEntry.added_by),
    ),
    Export(
        name="playlist_members",
        says="Playlists of others that you keep or edit.",
        query=theirs(PlaylistMember, PlaylistMember.account_id),
    ),
    Export(name="events", says="What you were told of.", query=theirs(Event, Event.owner_id)),
    Export(
        name="exports",
        says="When you asked for your data.",
        query=theirs(PersonalExport, PersonalExport.account_id, but=("storage_key",)),
    ),
    Export(
        name="erasure",
        says="When you asked to be forgotten.",
        query=theirs(Erasure, Erasure.account_id),
    ),
    Export(
        name="closures",
        says="Which artists and labels you closed, and why.",
        query=theirs(Closure, Closure.account_id, Closure.asked_by),
    ),
)

#: Tables that name people and are not exported, and why not.
NOT_EXPORTED: Mapping[str, str] = {
    "adjustments": "the work of who keeps the books; what it did to you is in the journal",
    "ddex_partners": "how a label delivers: a number and keys of a company, which are shown to it",
    "listeners_by_day": "sums of plays by whose music it was; the plays are exported to who heard",
    "plays_by_way": "sums of plays by whose music it was; the plays are exported to who heard",
    "nearing": "worked out of counters, which are exported",
    "oauth_access_tokens": "secrets of sign-ins to applications, which are exported",
    "oauth_codes": "secrets that are good for a minute",
    "oauth_devices": "secrets that are good for some minutes",
    "passwords": "nothing but what a password is checked with",
    "payment_events": "messages between a provider and us, of payments that are exported",
    "search_documents": "a copy of what is published, to be searched in",
    "payout_runs": "the work of who keeps the books; your payouts are exported",
    "restorations": "when the house was brought back, and who compared its money with the bank",
    "report_recipients": "the work of who keeps the books; what is told of your music is fetched",
}
