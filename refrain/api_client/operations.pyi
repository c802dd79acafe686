"""Written from the description of the interface: `make client`."""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import Any, Literal, NotRequired, TypedDict

class AccountDetail(TypedDict):
    account: str
    name: str
    kind: AccountKind
    state: AccountState
    roles: list[Role]
    email: str | None
    email_verified: bool
    country: str | None
    created_at: str
    last_seen_at: str | None
    closes_at: str | None
    closed_at: str | None
    acts_for: list[ActsForDocument]
    is_reviewed: bool | None
    left_to_withdraw: int
    members: list[ActsForDocument]
    sign_ins: int
    factors: FactorsKept
    freezes: list[FreezeReason]
    may: list[Deed]

class AccountDocument(TypedDict):
    id: str
    name: str
    roles: list[Role]
    country: str | None

AccountKind = Literal['person', 'artist', 'label']
class AccountRow(TypedDict):
    account: str
    name: str
    kind: AccountKind
    state: AccountState
    roles: list[Role]
    email: str | None
    email_verified: bool
    country: str | None
    created_at: str
    last_seen_at: str | None
    closes_at: str | None
    closed_at: str | None
    acts_for: list[ActsForDocument]

class AccountRows(TypedDict):
    items: list[AccountRow]
    next: str | None

AccountState = Literal['active', 'closing', 'closed', 'erased']
class AccountTotal(TypedDict):
    account: str
    currency: str
    amount: int
    credits: int

Act = Literal['role.granted', 'role.revoked', 'token.made', 'token.ended', 'account.made', 'account.erased', 'client.added', 'client.changed', 'client.removed', 'factors.taken', 'sign-ins.ended', 'member.invited', 'member.added', 'member.changed', 'member.removed', 'invitation.withdrawn', 'hold.released', 'hold.rejected', 'play.reversed', 'wallet.frozen', 'wallet.freed', 'payout-run.planned', 'payout-run.approved', 'payout-run.cancelled', 'payout-run.settled', 'payout-run.exported', 'payout.settled', 'payout.returned', 'payee.held', 'payee.freed', 'terms.set', 'topup-terms.set', 'price.set', 'vat.set', 'membership-class.set', 'track.removed', 'track.reinstated', 'release.removed', 'review.ruled', 'version.approved', 'version.returned', 'release.reviewed', 'job.retried', 'job.cancelled', 'job.set-aside', 'job.ranked', 'partner.added', 'partner.changed', 'delivery.sent', 'delivery.retried', 'message.retried', 'message.answered', 'month.closed', 'month.restated', 'adjustment.proposed', 'adjustment.approved', 'settlement.booked', 'vat.paid', 'bank-statement.taken', 'transfer.confirmed', 'topup.refunded', 'refund.transferred', 'purchase.refunded', 'credit.given', 'advance.proposed', 'advance.approved', 'claim.decided', 'artist.decided', 'membership.decided', 'membership.excluded', 'shares.transferred', 'shares.redeemed', 'account.closed', 'report-recipient.added', 'report-recipient.changed', 'report.asked', 'report.sent-again', 'house.restored', 'money.resumed', 'link.made', 'signing-keys.forgotten', 'office.used']
class ActDocument(TypedDict):
    id: int
    at: str
    act: str
    account: str | None
    person: str | None
    credential: str | None
    subject: str
    facts: dict[str, Any]
    network: str | None
    request: str | None
    outcome: str

class ActFor(TypedDict):
    account: str | None

class ActList(TypedDict):
    items: list[ActDocument]
    next: str | None

class ActsForDocument(TypedDict):
    account: str
    name: str
    capacity: Capacity

class AddTracks(TypedDict):
    tracks: list[str]
    before: NotRequired[str | None]
    behind: NotRequired[str | None]

class AdjustmentDocument(TypedDict):
    id: str
    reason: str
    entries: list[AdjustmentLine]
    scale: Literal[6]
    occurred_at: str
    proposed_by: str
    proposed_at: str
    approved_by: str | None
    approved_at: str | None
    transaction: int | None

class AdjustmentLine(TypedDict):
    account: str
    amount: int
    currency: str

class AdjustmentList(TypedDict):
    adjustments: list[AdjustmentDocument]

Admission = Literal['operator', 'paid']
class AdvanceDocument(TypedDict):
    id: str
    payee: str
    state: Literal['proposed', 'approved']
    granted_at: str
    granted_by: str
    approved_at: str | None
    advance: Amount
    left: Amount
    recoup_ppm: int
    recordings: list[str]
    note: str

class AdvanceList(TypedDict):
    advances: list[AdvanceDocument]

Alike = Literal['same-file', 'same-audio', 'same-recording']
class AloneDocument(TypedDict):
    account: str
    name: str
    kind: AccountKind
    members: list[HeirDocument]

class Amount(TypedDict):
    amount: int
    scale: Literal[6]
    currency: str

class Answer(TypedDict):
    answer: Literal['accept', 'decline']

class AppDocument(TypedDict):
    id: str
    name: str
    scopes: list[str]
    words: list[str]
    since: str
    last_used_at: str | None

class AppList(TypedDict):
    items: list[AppDocument]
    next: str | None

class ArchiveAccepted(TypedDict):
    release: str
    sha256: str
    warnings: list[dict[str, Any]]

class ArchiveFacts(TypedDict):
    id: str
    filename: str
    bytes: int
    state: ArchiveState

ArchiveState = Literal['received', 'unpacked', 'rejected']
class ArtistDocument(TypedDict):
    id: str
    account: str | None
    name: str
    sort_name: str
    bio: str | None
    country: str | None
    isni: str | None
    mbid: str | None
    links: list[str]
    picture: ArtworkFacts | None
    created_at: str
    changed_at: str
    kind: ArtistKind
    ipi: str | None

ArtistKind = Literal['person', 'group', 'other']
class ArtistList(TypedDict):
    items: list[ArtistDocument]
    next: str | None

class ArtistRequestDocument(TypedDict):
    id: str
    name: str
    state: ClaimState
    made_at: str
    decided_at: str | None
    reason: str | None

class ArtistRequestList(TypedDict):
    items: list[WaitingArtist]
    next: str | None

ArtistRole = Literal['main', 'featured', 'remixer', 'with', 'composer', 'conductor', 'dj']
class ArtistTracks(TypedDict):
    items: list[TrackCard]
    next: str | None

class ArtworkFacts(TypedDict):
    state: ArtworkState
    reason: str | None
    width: int | None
    height: int | None
    url: str
    images: list[ArtworkImageFacts]

class ArtworkImageFacts(TypedDict):
    size: int
    form: str
    width: int
    height: int
    bytes: int
    url: str

ArtworkState = Literal['received', 'ready', 'rejected']
class AskForReport(TypedDict):
    recipient: str
    month: str

class AskForReset(TypedDict):
    email: str

class AssertionSaid(TypedDict):
    clientDataJSON: str
    authenticatorData: str
    signature: str

class AttemptCount(TypedDict):
    outcome: str
    cause: str | None
    attempts: int

class AttemptFacts(TypedDict):
    worker: str
    started_at: str
    ended_at: str
    took_s: float
    cpu_s: float | None
    outcome: Outcome
    cause: Cause | None
    reason: str | None
    output: str | None

class AttestationSaid(TypedDict):
    clientDataJSON: str
    attestationObject: str

BadgeDocument = TypedDict("BadgeDocument", {"class": str, "since": str | None})
class BalanceDocument(TypedDict):
    payee: str
    currency: str
    payable: int
    suspense: int
    reserve: int

class BeginMultipart(TypedDict):
    filename: NotRequired[str]
    type: NotRequired[str | None]
    metadata: NotRequired[dict[str, str | float | bool | None]]

class Booked(TypedDict):
    transaction: int

Capacity = Literal['viewer', 'editor', 'owner']
Cause = Literal['bad-input', 'unavailable', 'out-of-memory', 'crash', 'timeout', 'worker-lost', 'bad-result', 'fault']
class CertificateDocument(TypedDict):
    first: int
    last: int
    count: int
    value: int
    currency: str
    scale: Literal[6]
    since: str

class ChangeDocument(TypedDict):
    about: str
    names: list[str]
    what: str
    old: str | None
    new: str | None

class ChangeEmail(TypedDict):
    email: str
    current: NotRequired[str]

class ChangePassword(TypedDict):
    current: NotRequired[str]
    password: str

class ChangePlaylistMember(TypedDict):
    part: Part

class ChangesDocument(TypedDict):
    old: ToldDocument
    new: ToldDocument
    is_whole: bool
    changes: list[ChangeDocument]

class ChargeDocument(TypedDict):
    id: str
    dues: int
    shares: int
    share_value: int
    amount: int
    currency: str
    scale: Literal[6]
    provider: str
    state: PaymentState
    checkout: str | None
    reference: str | None
    starts_on: str | None
    ends_on: str | None
    paid_at: str | None
    void_at: str | None

Chart = Literal['new', 'trending', 'most-played', 'up-for-ownership', 'undiscovered']
class ChartDocument(TypedDict):
    chart: Chart
    span: str
    formula: str
    counted_at: str | None
    since: str | None
    until: str | None
    items: list[ChartPlace]
    next: str | None

class ChartPlace(TypedDict):
    place: int
    score: float
    listeners: int | None
    card: TrackCard

class CheckBegun(TypedDict):
    job: str

class CheckDocument(TypedDict):
    check: str
    started_at: str
    ended_at: str
    objects: int
    read: int
    decoded: int
    masters: int
    found: int
    losses: int
    mended: int
    codes: dict[str, int]
    findings: list[Finding]

class CheckFacts(TypedDict):
    check: str
    started_at: str
    ended_at: str
    objects: int
    read: int
    decoded: int
    masters: int
    found: int
    losses: int
    mended: int
    codes: dict[str, int]

class CheckList(TypedDict):
    items: list[CheckFacts]
    next: str | None
    is_under_way: bool

class ClaimDocument(TypedDict):
    id: str
    state: ClaimState
    payee: str
    payee_name: str
    recording: str | None
    words: str
    made_at: str
    decided_at: str | None
    reason: str | None
    unclaimed: list[Amount]

class ClaimList(TypedDict):
    claims: list[ClaimDocument]
    next: str | None

ClaimState = Literal['open', 'approved', 'denied']
class ClassDocument(TypedDict):
    id: str
    title: str
    dues: int
    share_value: int
    shares: int
    currency: str
    scale: Literal[6]
    admission: Admission
    rights: list[Right]
    grace_days: int
    is_open: bool

class ClassList(TypedDict):
    items: list[ClassDocument]
    next: None
    providers: list[str]

class ClientDocument(TypedDict):
    id: str
    name: str
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    auth_method: str
    grant_types: list[str]
    scopes: list[str]
    is_trusted: bool
    is_self_registered: bool
    account: str | None
    created_at: str

class ClientList(TypedDict):
    items: list[ClientDocument]
    next: str | None

class ClientMade(TypedDict):
    id: str
    name: str
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    auth_method: str
    grant_types: list[str]
    scopes: list[str]
    is_trusted: bool
    is_self_registered: bool
    account: str | None
    created_at: str
    secret: str | None

class CloseAccount(TypedDict):
    reason: str

class ClosingDocument(TypedDict):
    account: str
    name: str
    releases: int
    tracks: int
    drafts: int
    members: int
    owed: list[Owed]
    state: AccountState
    left: int
    asked_at: str | None
    done_at: str | None

Code = Literal['not-over', 'held-plays', 'unsettled-plays', 'open-adjustments', 'payouts-under-way', 'books-differ', 'not-reconciled']
class ComparisonDocument(TypedDict):
    month: str
    currency: str
    scale: int
    micros: int
    plays: int
    listeners: int
    rows: list[ComparisonRow]

class ComparisonRow(TypedDict):
    name: str
    is_yours: bool
    listeners: int
    plays: int
    stream_to_own: int
    pro_rata: int
    user_centric: int

class CompleteMultipart(TypedDict):
    parts: list[SentPart]

class ConfirmApp(TypedDict):
    begun: str
    code: str

class ConfirmEmail(TypedDict):
    code: str

class ConnectListenBrainz(TypedDict):
    server: NotRequired[str]
    token: str

class CountryDiffers(TypedDict):
    topup: str
    account: str
    country: str
    told: str
    paid_at: str | None
    paid: int
    currency: str
    scale: Literal[6]

class CountsDocument(TypedDict):
    partners: list[PartnerCounts]

class CreditFacts_Input(TypedDict):
    role: str
    name: str
    kind: NotRequired[RoleKind | None]
    ipi: NotRequired[str | None]
    isni: NotRequired[str | None]
    artist: NotRequired[str | None]

class CreditFacts_Output(TypedDict):
    role: str
    name: str
    kind: RoleKind | None
    ipi: str | None
    isni: str | None
    artist: str | None

class DealDocument(TypedDict):
    id: str
    track: str | None
    recording: str | None
    release: str | None
    model: DealModel
    territories: list[str] | None
    excluded: list[str]
    uses: list[DealUse] | None
    starts_at: str
    ends_at: str | None
    starts_on: str | None
    ends_on: str | None
    is_supplied: bool

class DealList(TypedDict):
    deals: list[DealDocument]

DealModel = Literal['paid', 'free', 'unavailable']
DealUse = Literal['stream', 'download']
Deed = Literal['grant-role', 'revoke-role', 'sign-out', 'take-factors', 'freeze-wallet', 'free-wallet', 'rule-review']
class DeferredCredit(TypedDict):
    days: int
    currency: str
    lots: int
    credits: int
    amount: int

class DeferredList(TypedDict):
    scale: int
    deferred: list[DeferredCredit]

class DeliveryDocument(TypedDict):
    id: str
    partner: str
    partner_name: str
    way: str
    layout: str
    name: str
    state: DeliveryState
    is_unlisted: bool
    findings: list[OddDocument]
    seen_at: str
    completed_at: str | None
    ended_at: str | None

class DeliveryList(TypedDict):
    deliveries: list[DeliveryDocument]
    next: str | None

DeliveryState = Literal['receiving', 'complete', 'done', 'failed']
class DetailsDocument(TypedDict):
    holder: str
    iban: str
    bic: str | None
    entered_at: str
    usable_from: str

class DetailsHistory(TypedDict):
    payee: str
    sentence: str
    bank_details: list[DetailsDocument]

class DifferingCountries(TypedDict):
    topups: list[CountryDiffers]

class Discography(TypedDict):
    items: list[ReleaseSummary]
    next: str | None

class DuesFound(TypedDict):
    dues: bool
    shares: NotRequired[int]
    amount: int
    currency: str
    scale: Literal[6]
    bank_reference: str
    arrived_at: NotRequired[str | None]

class DuplicateFacts(TypedDict):
    kind: Alike
    text: str
    track: str | None
    errors: float
    offset: float

class EarnedDay(TypedDict):
    day: str
    currency: str
    amount: int

class EarnedRecording(TypedDict):
    recording: str | None
    title: str | None
    currency: str
    number: int
    amount: int

class EarnedSection(TypedDict):
    section: str
    currency: str
    number: int
    amount: int

class EarnedStep(TypedDict):
    step: int
    currency: str
    number: int
    amount: int

class EarnedSum(TypedDict):
    currency: str
    amount: int
    amount_before: int

class EarningsDocument(TypedDict):
    span: SpanDocument
    before: SpanDocument
    scale: int
    totals: list[EarnedSum]
    days: list[EarnedDay]
    steps: list[EarnedStep]
    sections: list[EarnedSection]
    recordings: list[EarnedRecording]
    balances: list[BalanceDocument]
    payouts: list[StandingDocument]
    next_month: str | None

class EditAccount(TypedDict):
    country: str | None

class EditJob(TypedDict):
    priority: int

class EditMember(TypedDict):
    capacity: Capacity

class EditMembership(TypedDict):
    shown: Shown

class EditPartner(TypedDict):
    name: NotRequired[str | None]
    account: NotRequired[str | None]
    state: NotRequired[PartnerState | None]
    severities: NotRequired[dict[str, Any] | None]
    keys: NotRequired[list[str] | None]
    prefix: NotRequired[str | None]

class EditPlaylist(TypedDict):
    title: NotRequired[str | None]
    description: NotRequired[str | None]
    visibility: NotRequired[Visibility | None]

class EditRelease(TypedDict):
    title: NotRequired[str | None]
    artist: NotRequired[str | None]
    artists: NotRequired[list[NameArtist] | None]
    label: NotRequired[str | None]
    label_id: NotRequired[str | None]
    upc: NotRequired[str | None]
    released_on: NotRequired[str | None]
    type: NotRequired[ReleaseType | None]
    grid: NotRequired[str | None]
    catalogue_number: NotRequired[str | None]
    original_on: NotRequired[str | None]
    language: NotRequired[str | None]
    mbid: NotRequired[str | None]
    group_mbid: NotRequired[str | None]
    p_line: NotRequired[RightsLine_Input | None]
    c_line: NotRequired[RightsLine_Input | None]
    genres: NotRequired[list[str] | None]
    tags: NotRequired[list[str] | None]
    tracks: NotRequired[list[EditTrack]]
    order: NotRequired[list[list[str]] | None]

class EditTrack(TypedDict):
    title: NotRequired[str | None]
    artist: NotRequired[str | None]
    artists: NotRequired[list[NameArtist] | None]
    credits: NotRequired[list[CreditFacts_Input] | None]
    genres: NotRequired[list[str] | None]
    tags: NotRequired[list[str] | None]
    language: NotRequired[str | None]
    explicit: NotRequired[Explicit | None]
    iswc: NotRequired[str | None]
    mbid: NotRequired[str | None]
    p_line: NotRequired[RightsLine_Input | None]
    track: str
    isrc: NotRequired[str | None]

class EmailFacts(TypedDict):
    email: str | None
    verified_at: str | None
    has_password: bool
    trouble: str | None

class EnterDetails(TypedDict):
    holder: str
    iban: str
    bic: NotRequired[str]
    payee: NotRequired[str]

class EntriesWritten(TypedDict):
    entries: list[str]
    version: int

class EntryProof(TypedDict):
    account: str | None
    account_id: str
    currency: str
    amount: int
    lot: str
    credits: int

class ErasureDocument(TypedDict):
    asked_at: str
    due_at: str

EventKind = Literal['track.received', 'track.examining', 'track.playable', 'track.complete', 'track.rejected', 'track.withdrawn', 'track.removed', 'track.measured', 'track.renditions', 'track.replaced', 'release.unpacked', 'release.submitted', 'release.returned', 'release.scheduled', 'release.published', 'release.withdrawn', 'release.reinstated', 'upload.refused', 'upload.expired', 'upload.warned', 'membership.changed', 'membership.due', 'report.sent', 'report.acknowledged', 'report.refused', 'report.failed', 'ping']
class Evidence(TypedDict):
    needed_ms: int
    delivered_ms: int
    reported_ms: int
    heard_ms: int
    passed_ms: int

Explicit = Literal['unknown', 'not', 'explicit', 'cleaned']
class ExportDocument(TypedDict):
    id: str
    asked_at: str
    made_at: str | None
    expires_at: str | None
    size_bytes: int | None
    link: str | None

class ExportList(TypedDict):
    items: list[ExportDocument]
    next: None

class FactorsDocument(TypedDict):
    has_app: bool
    passkeys: int
    recovery_codes_left: int
    is_wanted: bool
    is_shown: bool

class FactorsKept(TypedDict):
    app: bool
    passkeys: int
    recovery_codes: int

class FileDocument(TypedDict):
    id: str
    path: str
    size_bytes: int
    sha256: str
    digests: dict[str, str]
    received_at: str

class FileList(TypedDict):
    files: list[FileDocument]
    next: str | None

class Finding(TypedDict):
    code: str
    subject: str
    sentence: str
    advice: str
    is_loss: bool
    is_mended: bool

class FindingDocument(TypedDict):
    rule: str
    status: str
    severity: Severity
    text: str
    line: int | None
    path: str

class FindingFacts(TypedDict):
    code: str
    severity: Literal['error', 'warning', 'note']
    at: list[list[Any]] | None
    text: str
    advice: str
    confidence: float | None

class FinishSignIn(TypedDict):
    begun: str
    code: str

class FleetDocument(TypedDict):
    at: str
    window_s: float
    drain_within_s: float
    wanted_workers: int
    wanted_cores: int
    lanes: dict[str, LaneDocument]
    workers: list[WorkerDocument]
    running: list[RunningDocument]
    uploads_under_way: int
    plays_waiting: int
    plays_waiting_age_s: float
    evidence_waiting: int | None
    evidence_waiting_age_s: float | None

class FollowDocument(TypedDict):
    kind: Kind_Output
    id: str
    name: str | None
    picture: str | None
    since: str

class FollowList(TypedDict):
    items: list[FollowDocument]
    next: str | None

class FollowedRelease(TypedDict):
    release: str
    title: str
    artist: str
    label: str | None
    published_at: str
    artwork: str | None

class FollowedReleaseList(TypedDict):
    items: list[FollowedRelease]
    next: str | None

Form = Literal['flac', 'alac', 'mp3', 'opus', 'aac']
class FoundDocument(TypedDict):
    kind: SearchKind
    id: str
    title: str
    artist: str | None
    picture: str | None
    match: str

class FoundGroup(TypedDict):
    kind: SearchKind
    items: list[FoundDocument]

class FreezeDocument(TypedDict):
    id: str
    account: str
    reason: str
    by: str
    frozen_at: str
    lifted_at: str | None

class FreezeList(TypedDict):
    freezes: list[FreezeDocument]

class FreezeReason(TypedDict):
    freeze: str
    reason: str
    by: str
    frozen_at: str

class GenreFacts(TypedDict):
    slug: str
    name: str
    parent: str | None

class GenreList(TypedDict):
    items: list[GenreFacts]
    next: None

class GiftDocument(TypedDict):
    id: str
    track: str | None
    code: str | None
    made_at: str
    expires_at: str | None
    ended_at: str | None
    accepted: bool

class GiftList(TypedDict):
    gifts: list[GiftDocument]

class GiveStars(TypedDict):
    stars: int

Grant = Literal['full', 'preview', 'owned', 'free']
class GrantDocument(TypedDict):
    account: str
    credits: int
    scale: Literal[6]
    transaction: int

class HandOver(TypedDict):
    person: str

class HeardDay(TypedDict):
    plays: int
    paid: int
    listeners: int
    won: int
    bought: int
    day: str

class HeardDocument(TypedDict):
    play: str
    at: str
    grant: Grant | None
    state: PlayState
    kind: str | None
    step: int | None
    price: int | None
    card: TrackCard | None

class HeardList(TypedDict):
    items: list[HeardDocument]
    next: str | None

class HeardOf(TypedDict):
    id: str
    title: str
    plays: int
    paid: int
    won: int
    bought: int
    ways: list[WayDocument]

class HeardSums(TypedDict):
    plays: int
    paid: int
    listeners: int
    won: int
    bought: int

class HeirDocument(TypedDict):
    person: str
    name: str
    capacity: Capacity

class HeldPlay(TypedDict):
    play: str
    state: str
    reason: str
    listener_id: str
    listener: str
    track: str
    title: str
    payee: str
    heard_at: str
    weighed_at: str | None
    limits: int | None
    figures: dict[str, int]

class HeldPlays(TypedDict):
    plays: list[HeldPlay]

class HistoryLine(TypedDict):
    transaction: int
    kind: TxnKind
    text: str
    occurred_at: str
    booked_at: str
    credits: int
    promo: int
    scale: Literal[6]
    value: list[Amount]
    play: str | None
    purchase: str | None
    track: str | None
    reverses: int | None

class HoldDecided(TypedDict):
    decision: str
    at: str
    by: str
    why: str

class HoldDocument(TypedDict):
    hold: str
    payee: str
    reason: str
    placed_by: str
    placed_at: str
    lifted_at: str | None

class HoldExplained(TypedDict):
    play: str
    state: str
    reason: str
    listener_id: str
    listener: str
    track: str
    title: str
    payee: str
    heard_at: str
    weighed_at: str | None
    limits: int | None
    figures: dict[str, int]
    evidence: Evidence
    territory: str | None
    reasons: list[str]
    sentences: list[str]
    decisions: list[HoldDecided]

class HoldList(TypedDict):
    holds: list[HoldDocument]

class InboxFileDocument(TypedDict):
    path: str
    size_bytes: int
    is_whole: bool

class IncomingList(TypedDict):
    items: list[IncomingUpload]
    next: str | None

class IncomingUpload(TypedDict):
    id: str
    filename: str
    way: Way
    state: UploadState
    offset: int
    length: int | None
    created_at: str
    expires_at: str
    warnings: list[dict[str, Any]]
    refusal: RefusalDocument | None
    track: str | None
    release: str | None
    sha256: str | None
    owner: str
    owner_name: str
    touched_at: str

class InsightsDocument(TypedDict):
    span: SpanDocument
    before: SpanDocument
    counted_at: str | None
    total: HeardSums
    total_before: HeardSums
    days: list[HeardDay]
    ways: list[WayDocument]
    territories: list[TerritoryDocument]
    tracks: list[HeardOf]
    releases: list[HeardOf]

class InvitationDocument(TypedDict):
    id: str
    account: str
    account_name: str
    invited_by: str
    capacity: Capacity
    email: str | None
    state: InvitationState
    invited_at: str
    expires_at: str

class InvitationList(TypedDict):
    items: list[InvitationDocument]
    next: str | None

class InvitationMade(TypedDict):
    id: str
    account: str
    account_name: str
    invited_by: str
    capacity: Capacity
    email: str | None
    state: InvitationState
    invited_at: str
    expires_at: str
    link: str

InvitationState = Literal['waiting', 'expired', 'accepted', 'declined', 'withdrawn']
class JobDocument(TypedDict):
    id: str
    kind: str
    lane: str
    subject: str
    state: JobState
    cause: Cause | None
    reason: str | None
    attempts: int
    kills: int
    priority: int
    owner: str | None
    worker: str | None
    cost_s: float
    audio_s: float
    request: str
    created_at: str
    not_before: str
    started_at: str | None
    finished_at: str | None
    history: list[AttemptFacts]

class JobFacts(TypedDict):
    id: str
    kind: str
    lane: str
    subject: str
    state: JobState
    cause: Cause | None
    reason: str | None
    attempts: int
    kills: int
    priority: int
    owner: str | None
    worker: str | None
    cost_s: float
    audio_s: float
    request: str
    created_at: str
    not_before: str
    started_at: str | None
    finished_at: str | None

class JobList(TypedDict):
    jobs: list[JobFacts]
    next: str | None

JobState = Literal['waiting', 'leased', 'done', 'quarantined', 'cancelled']
class JoinAccount(TypedDict):
    name: str
    email: str
    password: str

class JudgementDocument(TypedDict):
    acceptable: bool
    message: ToldDocument | None
    findings: list[FindingDocument]

class KeptBeat(TypedDict):
    at_s: float
    position_s: float
    elapsed_s: float

class KeyDocument(TypedDict):
    public: str
    fingerprint: str

Kind_Input = Literal['examine', 'ladder', 'piece', 'join', 'reencode', 'recheck', 'unpack', 'artwork', 'ingest', 'compare', 'deliver', 'release', 'mail', 'tidy', 'fsck', 'reconcile', 'prove', 'export', 'forget', 'close', 'renew', 'rollup', 'neighbours', 'weigh', 'report', 'listen', 'scrobble', 'nothing']
Kind_Output = Literal['track', 'release', 'artist', 'label', 'person', 'playlist']
class KindSize(TypedDict):
    kind: str
    objects: int
    bytes: int
    bytes_before: int

class LabelDocument(TypedDict):
    id: str
    account: str | None
    name: str
    sort_name: str
    bio: str | None
    country: str | None
    isni: str | None
    mbid: str | None
    links: list[str]
    picture: ArtworkFacts | None
    created_at: str
    changed_at: str

class LabelList(TypedDict):
    items: list[LabelDocument]
    next: str | None

Lane = Literal['first', 'ladder', 'long', 'analysis', 'intake', 'webhooks', 'background', 'settlement', 'housekeeping']
class LaneDocument(TypedDict):
    waiting: int
    put_off: int
    running: int
    quarantined: int
    age_s: float
    audio_waiting_s: float
    audio_running_s: float
    cost_waiting_s: float
    cost_left_s: float
    drain_s: float | None
    workers: int
    slots: int
    cores: int
    added: int
    throughput: float
    cpu_s_per_audio_minute: float | None
    attempts: list[AttemptCount]
    wanted_workers: int
    wanted_cores: int

class LibraryItem(TypedDict):
    recording: str
    plays: int
    next_price: int
    remainder: int
    owned_at: str | None
    track: str | None
    title: str | None
    artist: str | None

class LibraryPage(TypedDict):
    steps: int
    items: list[LibraryItem]
    next: str | None

class LikedDocument(TypedDict):
    id: str
    since: str
    stars: int | None
    title: str | None
    by: str | None
    artwork: str | None
    card: TrackCard | None

class LikedList(TypedDict):
    items: list[LikedDocument]
    next: str | None

class LineFacts(TypedDict):
    at: int
    text: str
    words: list[WordFacts]

class LinkDocument(TypedDict):
    link: str
    service: Service
    server: str
    username: str | None
    state: LinkState
    allow_at: str | None
    connected_at: str | None
    sent_at: str | None
    waiting: int
    refused: int
    trouble: str | None
    held_until: str | None

LinkState = Literal['asked', 'connected', 'signed-out']
class ListenDocument(TypedDict):
    listen: str
    at: str
    track: str
    artist: str
    release: str | None
    client: str | None
    card: TrackCard | None

class ListenList(TypedDict):
    items: list[ListenDocument]
    next: str | None

class ListeningChoice(TypedDict):
    is_counted: bool

class LotFacts(TypedDict):
    id: int
    kind: LotKind
    acquired_at: str
    credits: int
    scale: Literal[6]
    value: Amount

LotKind = Literal['paid', 'promo']
class LoudnessReading(TypedDict):
    integrated_lufs: float | None
    range_lu: float | None
    max_momentary_lufs: float | None
    max_short_term_lufs: float | None
    true_peak_dbtp: float | None

class LyricsDocument(TypedDict):
    track: str
    language: str | None
    plain: str
    lines: list[LineFacts] | None
    changed_at: str

class MarkDocument(TypedDict):
    id: str
    since: str | None
    stars: int | None

class MarkList(TypedDict):
    items: list[MarkDocument]

class MasterAccepted(TypedDict):
    track: str
    master: str
    sha256: str
    warnings: list[dict[str, Any]]

class MemberDocument(TypedDict):
    person: str
    name: str
    capacity: Capacity
    since: str

MemberEvent = Literal['admit', 'refuse', 'withdraw', 'lapse', 'renew', 'resign', 'exclude']
class MemberFacts(TypedDict):
    payee: str
    ppm: int

MemberRow = TypedDict("MemberRow", {"id": str, "account": str, "number": int | None, "class": str, "state": MemberState, "name": str, "applied_at": str, "paid_through": str | None})
MemberState = Literal['applied', 'member', 'lapsed', 'refused', 'withdrawn', 'resigned', 'excluded']
class MembershipList(TypedDict):
    items: list[stream__api__acting_documents__MembershipDocument]
    next: str | None

class MessageDocument(TypedDict):
    id: str
    partner: str
    partner_name: str
    delivery: str
    path: str
    sha256: str
    size_bytes: int
    kind: str | None
    version: str | None
    message_id: str | None
    told_at: str | None
    is_test: bool
    title: str | None
    state: MessageState
    errors: int
    warnings: int
    received_at: str
    ended_at: str | None
    acknowledged_at: str | None
    findings: list[FindingDocument]
    before: str | None
    release: str | None
    is_answered: bool

class MessageFacts(TypedDict):
    id: str
    partner: str
    partner_name: str
    delivery: str
    path: str
    sha256: str
    size_bytes: int
    kind: str | None
    version: str | None
    message_id: str | None
    told_at: str | None
    is_test: bool
    title: str | None
    state: MessageState
    errors: int
    warnings: int
    received_at: str
    ended_at: str | None
    acknowledged_at: str | None

class MessageList(TypedDict):
    messages: list[MessageFacts]
    next: str | None

MessageState = Literal['received', 'waiting', 'taken', 'superseded', 'tested', 'refused', 'conflict']
class MonthClosed(TypedDict):
    month: str
    closed_at: str
    closed_by: str | None
    statements: int
    digest: str

class MonthList(TypedDict):
    closed: list[MonthClosed]
    due: str | None
    may_close_at: str | None
    obstacles: list[stream__api__months__ObstacleDocument]

class MonthOutlook(TypedDict):
    month: str
    starts_at: str
    ends_at: str
    over: bool
    payees: int
    scale: int
    sums: list[SectionSum]

class MoveEntry(TypedDict):
    before: NotRequired[str | None]
    behind: NotRequired[str | None]

class MoveFacts(TypedDict):
    number: int
    event: ReleaseEvent
    state: ReleaseState
    by: str | None
    is_overseen: bool
    reason: str | None
    at: str

class MoveList(TypedDict):
    items: list[MoveFacts]
    next: None

class MultipartBegun(TypedDict):
    key: str
    uploadId: str

class MultipartCompleted(TypedDict):
    location: str
    key: str
    track: str | None
    release: str | None
    master: str | None
    sha256: str

class NameArtist(TypedDict):
    name: str
    artist: NotRequired[str | None]
    role: NotRequired[ArtistRole]
    joined: NotRequired[str]
    mbid: NotRequired[str | None]
    isni: NotRequired[str | None]
    ipi: NotRequired[str | None]

class NamedFacts(TypedDict):
    artist: str
    name: str
    role: ArtistRole
    joined: str
    is_confirmed: bool

class NewAccount(TypedDict):
    name: str
    kind: Literal['artist', 'label']

class NewAdjustment(TypedDict):
    reason: str
    entries: list[AdjustmentLine]
    scale: Literal[6]
    day: str

class NewAdvance(TypedDict):
    payee: str
    amount: int
    currency: str
    recoup_ppm: NotRequired[int]
    tracks: NotRequired[list[str]]
    note: NotRequired[str]

class NewAppDocument(TypedDict):
    secret: str
    uri: str
    begun: str

class NewArtistRequest(TypedDict):
    name: str
    agrees: Literal[True]

class NewCharge(TypedDict):
    dues: bool
    shares: NotRequired[int]
    provider: str

class NewClaim(TypedDict):
    payee: str
    track: NotRequired[str | None]
    words: str

class NewClient(TypedDict):
    name: str
    redirect_uris: NotRequired[list[str]]
    post_logout_redirect_uris: NotRequired[list[str]]
    auth_method: NotRequired[Literal['none', 'client_secret_basic', 'client_secret_post']]
    grant_types: NotRequired[list[Literal['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code']]]
    scopes: NotRequired[list[str]]
    is_trusted: NotRequired[bool]
    account: NotRequired[str | None]

class NewContract(TypedDict):
    label: str
    artist: NotRequired[str | None]
    track: NotRequired[str | None]
    ppm: int
    valid_from: NotRequired[str | None]
    valid_until: NotRequired[str | None]

class NewDealDocument(TypedDict):
    track: NotRequired[str | None]
    recording: NotRequired[str | None]
    release: NotRequired[str | None]
    model: DealModel
    territories: NotRequired[list[str] | None]
    excluded: NotRequired[list[str]]
    uses: NotRequired[list[DealUse] | None]
    starts_at: NotRequired[str | None]
    ends_at: NotRequired[str | None]

class NewGift(TypedDict):
    track: NotRequired[str | None]
    listener: NotRequired[str | None]
    millicredits: NotRequired[int | None]

class NewGrant(TypedDict):
    account: str
    credits: int
    scale: Literal[6]
    reason: str
    expires_at: NotRequired[str | None]

class NewHold(TypedDict):
    payee: str
    reason: str

class NewInvitation(TypedDict):
    capacity: Capacity
    email: NotRequired[str | None]

NewMembership = TypedDict("NewMembership", {"class": str, "name": str, "address": NotRequired[str | None], "words": NotRequired[str | None]})
class NewPartner(TypedDict):
    dpid: str
    name: str
    account: str
    state: NotRequired[PartnerState]
    severities: NotRequired[dict[str, Any]]
    keys: NotRequired[list[str]]
    prefix: NotRequired[str | None]

class NewPasskey(TypedDict):
    begun: str
    name: str
    credential: PasskeySaid

class NewPayee(TypedDict):
    kind: Literal['label', 'group', 'member']
    name: str
    country: NotRequired[str | None]
    mine: NotRequired[bool]

class NewPlaylist(TypedDict):
    title: str
    description: NotRequired[str]
    visibility: NotRequired[Visibility]

class NewPlaylistInvitation(TypedDict):
    part: NotRequired[Part]
    days: NotRequired[int]

class NewPurchase(TypedDict):
    track: NotRequired[str | None]
    release: NotRequired[str | None]

class NewRefund(TypedDict):
    play: NotRequired[str | None]
    purchase: NotRequired[str | None]
    reason: str

class NewRelease(TypedDict):
    title: NotRequired[str | None]
    artist: NotRequired[str | None]

class NewReversal(TypedDict):
    account: str
    since: str
    until: str
    why: str

class NewSettlement(TypedDict):
    reference: str
    amount: int
    currency: str
    scale: Literal[6]
    day: str
    provider: str
    fee: NotRequired[int]

class NewSplit(TypedDict):
    track: str | None
    shares: list[WantedShare]
    valid_from: NotRequired[str | None]

class NewTerms(TypedDict):
    valid_from: str
    prices: NotRequired[list[int] | None]
    credit_value_micros: NotRequired[int | None]
    artist_ppm: NotRequired[int | None]
    promo_cap_micros: NotRequired[int | None]

class NewToken(TypedDict):
    label: str
    scopes: NotRequired[list[Scope] | None]
    days: NotRequired[int | None]
    for_player: NotRequired[bool]

class NewTopup(TypedDict):
    product: str
    provider: str
    country: str

class NewVatPayment(TypedDict):
    reference: str
    amount: int
    currency: str
    scale: Literal[6]
    day: str
    country: str

class NewWebhook(TypedDict):
    url: str
    kinds: NotRequired[list[EventKind] | None]

Nothing = Literal['own', 'owned', 'free', 'no-deal', 'not-for-sale']
class ObstacleList(TypedDict):
    items: list[stream__api__closing_documents__ObstacleDocument]
    next: None

class OddDocument(TypedDict):
    code: str
    severity: Severity
    text: str
    about: str

Of = Literal['plays', 'sessions']
class OfflineReport(TypedDict):
    play: str
    beats: list[KeptBeat]

class OpenPlay(TypedDict):
    track: str
    preview: NotRequired[bool]

Outcome = Literal['done', 'failed', 'expired', 'given-back', 'cancelled']
class Owed(TypedDict):
    currency: str
    amount: int
    has_bank_details: bool

class OwnPayouts(TypedDict):
    standings: list[StandingDocument]
    payouts: list[PayoutDocument]

Part = Literal['viewer', 'editor', 'owner']
class PartAddress(TypedDict):
    url: str
    expires: int

class PartnerCounts(TypedDict):
    partner: str
    name: str
    deliveries: dict[str, int]
    messages: dict[str, int]
    unanswered: int
    last_at: str | None

class PartnerDocument(TypedDict):
    dpid: str
    name: str
    account: str
    state: PartnerState
    severities: dict[str, Severity]
    keys: list[str]
    prefix: str | None
    created_at: str
    changed_at: str

class PartnerList(TypedDict):
    partners: list[PartnerDocument]

PartnerState = Literal['active', 'paused']
class PasskeyAsked(TypedDict):
    options: dict[str, Any]
    begun: str

class PasskeyDocument(TypedDict):
    id: str
    name: str
    is_synced: bool
    made_at: str
    last_used_at: str | None

class PasskeyList(TypedDict):
    items: list[PasskeyDocument]
    next: None

class PasskeyMade(TypedDict):
    id: str
    name: str
    is_synced: bool
    made_at: str
    last_used_at: str | None
    codes: list[str]

class PasskeySaid(TypedDict):
    id: str
    rawId: str
    type: Literal['public-key']
    response: AttestationSaid

class PasskeyShown(TypedDict):
    id: str
    rawId: str
    type: Literal['public-key']
    response: AssertionSaid

class PayeeDocument(TypedDict):
    id: str
    kind: PayeeKind
    name: str
    country: str | None
    spoken_for: bool
    members: list[MemberFacts]

PayeeKind = Literal['artist', 'label', 'group', 'member']
class PayeeList(TypedDict):
    payees: list[PayeeDocument]
    made: list[PayeeDocument]

PaymentState = Literal['new', 'open', 'failed', 'paid', 'refunded', 'disputed', 'lost']
class PayoutDocument(TypedDict):
    payout: str
    run: str
    payee: str
    holder: str
    iban: str
    currency: str
    scale: int
    amount: int
    held: int
    released: int
    state: str
    booked_at: str | None
    settled_at: str | None
    returned_at: str | None
    return_said_by: str | None
    reason: str | None

class PayoutList(TypedDict):
    payouts: list[PayoutDocument]

class PictureLinks(TypedDict):
    overview: str
    spectrogram: str

class PlaceDocument_Input(TypedDict):
    host: str
    port: NotRequired[int]
    user: str
    host_key: str
    folder: NotRequired[str]

class PlaceDocument_Output(TypedDict):
    host: str
    port: int
    user: str
    host_key: str
    folder: str

class PlaceProof(TypedDict):
    day: str
    position: int
    path: list[str]

class PlayOpened(TypedDict):
    play: str
    hls: str
    dash: str
    progressive: list[Progressive]
    grant: Grant
    step: int
    price: int
    left_to_own: int
    balance: int
    offline_key: str

PlayState = Literal['open', 'qualified', 'held', 'settled', 'rejected']
class PlayVerdict(TypedDict):
    play: str
    track: str
    grant: Grant
    verdict: PlayState
    reason: str
    evidence: Evidence
    step: int
    price: int
    next_price: int
    left_to_own: int
    owned: bool
    balance: int

class PlaylistDocument(TypedDict):
    id: str
    title: str
    description: str
    visibility: Visibility
    owner: str
    owner_name: str
    part: Part | None
    tracks: int
    duration: float
    version: int
    created_at: str
    changed_at: str
    covers: list[str]

class PlaylistInvitationMade(TypedDict):
    code: str
    part: Part
    expires_at: str

class PlaylistList(TypedDict):
    items: list[PlaylistDocument]
    next: str | None

class PlaylistMemberDocument(TypedDict):
    account: str
    name: str
    part: Part
    joined_at: str

class PlaylistMemberList(TypedDict):
    items: list[PlaylistMemberDocument]

class PreSaveFacts(TypedDict):
    release: str
    title: str
    artist: str
    publish_at: str | None
    publish_zone: str | None
    since: str

class PreSaveList(TypedDict):
    items: list[PreSaveFacts]
    next: str | None

class PriceDocument(TypedDict):
    track: str
    plays: int
    steps: int
    next_price: int
    remainder: int
    nothing: Nothing | None
    territory: str | None
    balance: int

class PriceTrack(TypedDict):
    is_free: bool

class Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    instance: str

class ProductDocument(TypedDict):
    id: str
    title: str
    credits: int
    price: int
    currency: str
    scale: Literal[6]

class ProductList(TypedDict):
    products: list[ProductDocument]
    providers: list[str]

class Progressive(TypedDict):
    rung: str
    mime: str
    url: str

class ProofDocument(TypedDict):
    format: str
    scale: int
    accounts: list[str]
    transactions: list[TransactionProof]

class PublishDate(TypedDict):
    at: str
    zone: NotRequired[str]
    is_announced: NotRequired[bool]
    reason: NotRequired[str | None]

class PurchaseFacts(TypedDict):
    id: str
    track: str
    recording: str
    first_step: int
    last_step: int
    price: int
    bought_at: str
    transaction: int

class Purchased(TypedDict):
    purchases: list[PurchaseFacts]
    price: int
    balance: int

class QualityDocument(TypedDict):
    track: str
    findings: list[FindingFacts]
    source: SourceFacts
    loudness: LoudnessReading | None
    measured: dict[str, Any]
    gain_db: float | None
    pictures: PictureLinks | None

class QueueDocument(TypedDict):
    items: list[QueuePlace]
    current: int | None
    position: float
    version: int
    changed_at: str | None
    changed_by: str

class QueuePlace(TypedDict):
    track: str
    card: TrackCard | None

class Reason_Output(TypedDict):
    code: str
    sentence: str

class ReasonDocument(TypedDict):
    why: Why
    sentence: str
    about: str | None
    about_title: str | None
    people: int | None

class RecipientDocument(TypedDict):
    id: str
    account: str | None
    name: str
    dpid: str
    form: ReportForm
    template: dict[str, Any] | None
    place: PlaceDocument_Output | None
    active: bool
    created_at: str
    changed_at: str

class RecipientList(TypedDict):
    items: list[RecipientDocument]
    next: str | None

class Recommendation(TypedDict):
    card: TrackCard
    reason: ReasonDocument

class RecommendationList(TypedDict):
    explored: float
    items: list[Recommendation]

class RecoveryCodes(TypedDict):
    codes: list[str]

class RefundList(TypedDict):
    refunds: list[stream__api__topup_documents__RefundDocument]

RefundState = Literal['waiting', 'sent', 'refused', 'failed']
class RefundTransferred(TypedDict):
    bank_reference: str

class RefusalDocument(TypedDict):
    code: str
    detail: str

class RefusedList(TypedDict):
    items: list[RefusedListen]

class RefusedListen(TypedDict):
    play: str
    listened_at: str | None
    track: str
    artist: str
    reason: str | None

class ReleaseDocument(TypedDict):
    id: str
    state: ReleaseState
    title: str
    artist: str
    label: str | None
    upc: str | None
    released_on: str | None
    type: ReleaseType | None
    artists: list[NamedFacts]
    label_id: str | None
    grid: str | None
    catalogue_number: str | None
    original_on: str | None
    language: str | None
    mbid: str | None
    group_mbid: str | None
    p_line: RightsLine_Output | None
    c_line: RightsLine_Output | None
    genres: list[str]
    tags: list[str]
    created_at: str
    changed_at: str
    published_at: str | None
    publish_at: str | None
    publish_zone: str | None
    is_announced: bool
    reason: str | None
    artwork: ArtworkFacts | None
    tracks: list[TrackOnRelease]
    archives: list[ArchiveFacts] | None
    findings: list[ReleaseFinding] | None
    may_publish: bool | None

ReleaseEvent = Literal['submit', 'take up', 'recall', 'return', 'schedule', 'publish', 'withdraw', 'reinstate']
class ReleaseFinding(TypedDict):
    code: str
    severity: Literal['error', 'warning', 'note']
    about: str | None
    track: str | None
    text: str
    advice: str

class ReleaseList(TypedDict):
    releases: list[ReleaseSummary]
    next: str | None

ReleaseState = Literal['draft', 'submitted', 'in-review', 'scheduled', 'published', 'withdrawn']
class ReleaseSummary(TypedDict):
    id: str
    state: ReleaseState
    title: str
    artist: str
    created_at: str
    published_at: str | None
    artwork: str | None

ReleaseType = Literal['album', 'ep', 'single', 'compilation', 'live', 'dj-mix']
class RenditionFacts(TypedDict):
    rung: str
    codec: str
    bitrate: int
    bytes: int
    etag: str
    download: str | None

class ReportDocument(TypedDict):
    id: str
    recipient: str
    name: str
    form: ReportForm
    month: str
    number: int
    message_id: str
    replaces: str | None
    state: ReportState
    reason: str | None
    filename: str | None
    size_bytes: int | None
    sha256: str | None
    sums: dict[str, Any]
    asked_at: str
    made_at: str | None
    sent_at: str | None
    answered_at: str | None
    href: str | None

ReportForm = Literal['basic-audio', 'financial', 'csv']
class ReportList(TypedDict):
    items: list[ReportDocument]
    next: str | None

class ReportProgress(TypedDict):
    position_s: float
    elapsed_s: float

ReportState = Literal['due', 'made', 'sent', 'acknowledged', 'refused', 'failed']
class ResetPassword(TypedDict):
    token: str
    password: str
    email: NotRequired[str]

class Restated(TypedDict):
    payee: str
    currency: str
    version: int
    change: int

class RestatedList(TypedDict):
    scale: int
    statements: list[Restated]

class ReturnPayout(TypedDict):
    reason: str
    fee_cents: NotRequired[int]

class Reversal(TypedDict):
    undone: list[ReversedCharge]

class ReversedCharge(TypedDict):
    id: str
    kind: str
    recording: str
    first_step: int
    last_step: int

class ReviewRuleDocument(TypedDict):
    account: str
    name: str
    is_reviewed: bool | None
    applies: bool

Right = Literal['vote', 'stand', 'surplus']
class RightsLine_Input(TypedDict):
    year: NotRequired[int | None]
    owner: NotRequired[str]

class RightsLine_Output(TypedDict):
    year: int | None
    owner: str

Role = Literal['listener', 'artist', 'label', 'collaborator', 'treasurer', 'moderator', 'operator']
RoleKind = Literal['composer', 'lyricist', 'writer', 'arranger', 'publisher', 'performer', 'vocals', 'conductor', 'ensemble', 'producer', 'engineer', 'mixer', 'mastering', 'remixer', 'programmer', 'dj-mixer', 'artwork', 'other']
class RolesDocument(TypedDict):
    account: str
    name: str
    roles: list[Role]

class RollDocument(TypedDict):
    at: str
    members: int
    classes: dict[str, int]
    digest: str
    roll: list[VoterDocument]

class RootDocument(TypedDict):
    day: str
    first: int
    size: int
    root: str
    head: str

class RootList(TypedDict):
    roots: list[RootDocument]

class RunDocument(TypedDict):
    run: str
    state: str
    currency: str
    scale: int
    total: int
    until: str
    drafted_by: str
    drafted_at: str
    approved_by: str | None
    approved_at: str | None
    exported_at: str | None
    executes_on: str | None
    policy: dict[str, Any]
    payouts: list[PayoutDocument]
    waiting: list[WaitingDocument]

class RunFacts(TypedDict):
    run: str
    state: str
    currency: str
    until: str
    drafted_at: str

class RunList(TypedDict):
    runs: list[RunFacts]

class RunningDocument(TypedDict):
    job: str
    kind: str
    lane: str
    subject: str
    attempt: int
    since_s: float
    cost_s: float
    audio_s: float
    worker: str | None

class SaidOfRecipient(TypedDict):
    account: NotRequired[str | None]
    name: str
    dpid: str
    form: ReportForm
    template: NotRequired[dict[str, Any] | None]
    place: NotRequired[PlaceDocument_Input | None]
    active: NotRequired[bool]

class SaidOfTrack(TypedDict):
    title: NotRequired[str | None]
    artist: NotRequired[str | None]
    artists: NotRequired[list[NameArtist] | None]
    credits: NotRequired[list[CreditFacts_Input] | None]
    genres: NotRequired[list[str] | None]
    tags: NotRequired[list[str] | None]
    language: NotRequired[str | None]
    explicit: NotRequired[Explicit | None]
    iswc: NotRequired[str | None]
    mbid: NotRequired[str | None]
    p_line: NotRequired[RightsLine_Input | None]

Scope = Literal['play', 'library.read', 'library.write', 'wallet.read', 'wallet.spend', 'account.read', 'account.write', 'music.read', 'music.write', 'shares.read', 'shares.write', 'earnings.read', 'earnings.write', 'webhooks', 'members', 'books.read', 'books.keep', 'moderate', 'fleet.read', 'fleet.run', 'audit.read']
class ScrobblingDocument(TypedDict):
    links: list[LinkDocument]
    listenbrainz_url: str
    has_lastfm: bool

class SearchAnswer(TypedDict):
    items: list[FoundDocument]
    groups: list[FoundGroup]
    next: str | None

SearchKind = Literal['track', 'release', 'artist', 'label', 'playlist']
class SecondStepDocument(TypedDict):
    begun: str
    has_app: bool
    has_passkey: bool

class SecretMade(TypedDict):
    secret: str

class SectionSum(TypedDict):
    reason: str
    currency: str
    number: int
    amount: int

class SentPart(TypedDict):
    PartNumber: int
    ETag: str

Service = Literal['listenbrainz', 'lastfm']
Severity = Literal['note', 'warning', 'error']
class ShareFacts(TypedDict):
    payee: str | None
    name: str
    ppm: int
    through: str | None
    asked: bool
    state: Literal['accepted', 'declined', 'waiting', 'unclaimed']
    yours: bool

ShareKind = Literal['issue', 'transfer', 'redemption']
class ShareRedemption(TypedDict):
    member: str
    count: int
    bank_reference: str
    reason: NotRequired[str | None]

class ShareTransfer(TypedDict):
    member: str
    to: str
    count: int
    reason: NotRequired[str | None]

class SheetDocument(TypedDict):
    id: str
    kind: SheetKind
    state: SheetState
    owner: str
    owner_name: str
    recording: str | None
    title: str | None
    valid_from: str
    valid_until: str | None
    in_force_from: str | None
    proposed_at: str
    proposed_by: str
    shares: list[ShareFacts]
    may_answer: bool
    waits: list[Amount]

SheetKind = Literal['split', 'contract']
class SheetList(TypedDict):
    sheets: list[SheetDocument]

SheetState = Literal['proposed', 'agreed', 'declined', 'replaced']
Shown = Literal['nothing', 'class', 'since']
class SignInByPasskey(TypedDict):
    begun: str
    credential: PasskeyShown

class SignInFacts(TypedDict):
    id: str
    device: str
    address: str
    country: str | None
    made_at: str
    seen_at: str
    is_here: bool

class SignInList(TypedDict):
    items: list[SignInFacts]
    next: None

class SignInWith(TypedDict):
    email: str
    password: str

class SignedIn(TypedDict):
    closes_at: str | None

class SizeThen(TypedDict):
    day: str
    objects: int
    bytes: int

class SourceFacts(TypedDict):
    filename: str
    size_bytes: int
    container: str | None
    codec: str | None
    sample_rate: int | None
    bit_depth: int | None
    channels: int | None
    samples: int | None

Span = Literal['day', 'week', 'month']
class SpanDocument(TypedDict):
    since: str
    until: str

class StandingDocument(TypedDict):
    payee: str
    currency: str
    scale: int
    payable: int
    reserve: int
    threshold: int
    waits: list[Reason_Output]

class StatementFacts(TypedDict):
    payee: str
    period: str
    currency: str
    version: int
    made_at: str
    opening: int
    closing: int
    restated: int
    digest: str
    href: str

class StatementList(TypedDict):
    scale: int
    statements: list[StatementFacts]

class StatementTaken(TypedDict):
    booked: int
    troubles: list[Reason_Output]

class StepDocument(TypedDict):
    event: MemberEvent
    at: str
    reason: str | None

class StorageDocument(TypedDict):
    counted_at: str | None
    objects: int
    bytes: int
    kinds: list[KindSize]
    growth: list[SizeThen]
    unfinished_uploads: int
    unfinished_bytes: int

class StoredPart(TypedDict):
    PartNumber: int
    Size: int
    ETag: str

StoredParts = list[StoredPart]
class SubmitRelease(TypedDict):
    at: NotRequired[str | None]
    zone: NotRequired[str]
    is_announced: NotRequired[bool]
    reason: NotRequired[str | None]

class SuggestionList(TypedDict):
    items: list[FoundDocument]

class TermsDocument(TypedDict):
    terms: int
    state: TermsState
    valid_from: str
    valid_until: str | None
    currency: str
    prices: list[int]
    sum: int
    scale: int
    credit_value_micros: int
    artist_ppm: int
    coop_ppm: int
    promo_cap_micros: int | None

class TermsList(TypedDict):
    items: list[TermsDocument]

TermsState = Literal['past', 'current', 'coming']
class TerritoryDocument(TypedDict):
    territory: str | None
    plays: int

class TokenDocument(TypedDict):
    id: str
    label: str
    scopes: list[Scope] | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None

class TokenList(TypedDict):
    items: list[TokenDocument]
    next: str | None

class TokenMade(TypedDict):
    id: str
    label: str
    scopes: list[Scope] | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    token: str

class ToldDocument(TypedDict):
    kind: str
    version: str
    id: str
    sender: str
    created_at: str
    title: str | None
    recordings: int
    deals: int

class TopupDocument(TypedDict):
    id: str
    account: str
    provider: str
    state: PaymentState
    product: str
    credits: int
    price: int
    currency: str
    scale: Literal[6]
    country: str
    checkout: str | None
    reference: str | None
    created_at: str
    paid_at: str | None
    paid: int
    refunded: int
    follows: str | None

class TopupList(TypedDict):
    topups: list[TopupDocument]

class Totals(TypedDict):
    scale: int
    totals: list[AccountTotal]

class TrackCard(TypedDict):
    track: str
    recording: str
    title: str
    artist: str
    duration: float | None
    is_audible: bool
    is_free: bool
    release: str | None
    release_title: str | None
    artwork: str | None

class TrackDocument(TypedDict):
    id: str
    recording: str
    title: str
    artist: str
    state: TrackState
    reason: str | None
    created_at: str
    changed_at: str
    playable_at: str | None
    completed_at: str | None
    duration: float | None
    sample_rate: int | None
    channels: int | None
    samples: int | None
    loudness: LoudnessReading | None
    waveform: WaveformLinks | None
    renditions: list[RenditionFacts]
    release: str | None
    duplicates: list[DuplicateFacts] | None
    is_free: bool
    artwork: str | None
    own_artwork: ArtworkFacts | None
    language: str | None
    explicit: Explicit
    iswc: str | None
    mbid: str | None
    p_line: RightsLine_Output | None
    artists: list[NamedFacts] | None
    credits: list[CreditFacts_Output] | None
    genres: list[str] | None
    tags: list[str] | None
    has_lyrics: bool | None

class TrackList(TypedDict):
    tracks: list[TrackDocument]
    next: str | None

class TrackOnRelease(TypedDict):
    track: str
    disc: int
    position: int
    title: str
    artist: str
    isrc: str | None
    artists: list[NamedFacts]
    credits: list[CreditFacts_Output]
    genres: list[str]
    tags: list[str]
    language: str | None
    explicit: Explicit
    iswc: str | None
    mbid: str | None
    p_line: RightsLine_Output | None
    artwork: str | None
    state: TrackState
    reason: str | None
    duration: float | None
    sha256: str | None

TrackState = Literal['received', 'examining', 'playable', 'complete', 'rejected', 'withdrawn', 'removed']
class TransactionProof(TypedDict):
    id: str
    kind: str
    key: str
    facts: str
    occurred_us: int
    booked_us: int
    reverses: str
    payload: str
    entries: list[EntryProof]
    place: PlaceProof | None

class TransferFound(TypedDict):
    bank_reference: str
    amount: int
    currency: str
    scale: Literal[6]
    arrived_at: NotRequired[str | None]

TxnKind = Literal['opening', 'topup', 'grant', 'expiry', 'play', 'purchase', 'gift', 'reversal', 'refund', 'chargeback', 'fee', 'exchange', 'release', 'advance', 'recoupment', 'guarantee', 'reserve', 'payout', 'surplus', 'membership', 'transfer', 'adjustment']
class UploadDocument(TypedDict):
    id: str
    filename: str
    way: Way
    state: UploadState
    offset: int
    length: int | None
    created_at: str
    expires_at: str
    warnings: list[dict[str, Any]]
    refusal: RefusalDocument | None
    track: str | None
    release: str | None
    sha256: str | None

class UploadList(TypedDict):
    uploads: list[UploadDocument]

UploadState = Literal['open', 'whole', 'finishing', 'accepted', 'refused', 'expired', 'terminated']
class VersionFacts(TypedDict):
    number: int
    state: VersionState
    reason: str | None
    master: str
    filename: str
    duration: float | None
    integrated_lufs: float | None
    made_at: str
    used_at: str | None

class VersionList(TypedDict):
    items: list[VersionFacts]
    next: None

VersionState = Literal['waiting', 'ready', 'current', 'former', 'rejected', 'cancelled']
class VersionToReview(TypedDict):
    track: str
    title: str
    artist: str
    note: str | None
    version: VersionFacts

class VersionsToReview(TypedDict):
    items: list[VersionToReview]
    next: str | None

Visibility = Literal['public', 'unlisted', 'private']
VoterDocument = TypedDict("VoterDocument", {"number": int, "account": str, "class": str, "name": str, "since": str, "shares": int})
class WaitingArtist(TypedDict):
    id: str
    name: str
    state: ClaimState
    made_at: str
    decided_at: str | None
    reason: str | None
    account: str

class WaitingDocument(TypedDict):
    payee: str
    name: str
    currency: str
    payable: int
    why: list[str]

class WalletDocument(TypedDict):
    paid: int
    promo: int
    scale: Literal[6]
    frozen_at: str | None
    frozen_reason: str | None
    lots: list[LotFacts]

class WalletHistory(TypedDict):
    lines: list[HistoryLine]
    next: str | None

class WantedShare(TypedDict):
    payee: str | None
    ppm: int

class WaveformLinks(TypedDict):
    dat: str
    json: str
    zooms: list[int]
    screen: str

Way = Literal['tus', 'ietf', 'put', 's3']
class WayDocument(TypedDict):
    way: str
    plays: int

class WebhookFacts(TypedDict):
    id: str
    url: str
    kinds: list[str] | None
    created_at: str
    delivered_at: str | None
    trouble: str | None
    disabled_at: str | None

class WebhookList(TypedDict):
    webhooks: list[WebhookFacts]

class WebhookMade(TypedDict):
    id: str
    url: str
    kinds: list[str] | None
    created_at: str
    delivered_at: str | None
    trouble: str | None
    disabled_at: str | None
    secret: str

class WholeLibrary(TypedDict):
    steps: int
    owned: list[str]
    begun: list[list[str | int]]

Why = Literal['because-you-own', 'people-who-finished', 'because-you-listen-to', 'you-follow', 'undiscovered', 'trending']
class WhyAside(TypedDict):
    reason: str

class WhyDecided(TypedDict):
    why: str

class WhyExcluded(TypedDict):
    reason: str

class WhyRefund(TypedDict):
    reason: str

class WhyRestated(TypedDict):
    why: str
    payee: NotRequired[str | None]

class WordFacts(TypedDict):
    at: int
    text: str

class WorkerDocument(TypedDict):
    name: str
    host: str
    pid: int
    version: str
    cores: int
    lanes: dict[str, int]
    is_draining: bool
    started_at: str
    seen_s: float

class WriteArtist(TypedDict):
    name: NotRequired[str | None]
    sort_name: NotRequired[str | None]
    bio: NotRequired[str | None]
    country: NotRequired[str | None]
    isni: NotRequired[str | None]
    mbid: NotRequired[str | None]
    links: NotRequired[list[str] | None]
    kind: NotRequired[ArtistKind | None]
    ipi: NotRequired[str | None]

class WriteLabel(TypedDict):
    name: NotRequired[str | None]
    sort_name: NotRequired[str | None]
    bio: NotRequired[str | None]
    country: NotRequired[str | None]
    isni: NotRequired[str | None]
    mbid: NotRequired[str | None]
    links: NotRequired[list[str] | None]

class WriteLyrics(TypedDict):
    plain: NotRequired[str | None]
    synced: NotRequired[str | None]
    language: NotRequired[str | None]

class WriteMembers(TypedDict):
    members: list[MemberFacts]

class WriteQueue(TypedDict):
    tracks: list[str]
    current: NotRequired[int | None]
    position: NotRequired[float]
    changed_by: NotRequired[str]

class WriteReviewRule(TypedDict):
    is_reviewed: bool | None

class WriteTracks(TypedDict):
    tracks: list[str]

class stream__api__acting_documents__MemberList(TypedDict):
    items: list[MemberDocument]
    next: str | None

class stream__api__acting_documents__MembershipDocument(TypedDict):
    account: str
    name: str
    kind: AccountKind
    capacity: Capacity
    since: str

class stream__api__buying_documents__RefundDocument(TypedDict):
    transaction: int
    reverses: int
    recording: str
    first_step: int
    last_step: int

class stream__api__closing_documents__ObstacleDocument(TypedDict):
    code: str
    says: str
    accounts: list[AloneDocument]

class stream__api__freezing__Reason(TypedDict):
    reason: str

class stream__api__membership_documents__Decision(TypedDict):
    admits: bool
    reason: NotRequired[str | None]

class stream__api__membership_documents__EntryDocument(TypedDict):
    id: int
    kind: ShareKind
    first: int
    last: int
    from_membership: str | None
    to_membership: str | None
    value: int
    currency: str
    scale: Literal[6]
    at: str
    reason: str | None
    transaction: int | None

class stream__api__membership_documents__EntryList(TypedDict):
    items: list[stream__api__membership_documents__EntryDocument]
    next: str | None

class stream__api__membership_documents__MemberList(TypedDict):
    items: list[MemberRow]
    next: str | None

stream__api__membership_documents__MembershipDocument = TypedDict("stream__api__membership_documents__MembershipDocument", {"id": str, "account": str, "number": int | None, "class": str, "state": MemberState, "name": str, "address": str | None, "words": str | None, "applied_at": str, "admitted_at": str | None, "ended_at": str | None, "paid_through": str | None, "shown": Shown, "shares": list[CertificateDocument], "charges": list[ChargeDocument], "steps": list[StepDocument]})
class stream__api__months__ObstacleDocument(TypedDict):
    code: Code
    number: int
    is_bar: bool
    sentence: str

class stream__api__playlist_documents__EntryDocument(TypedDict):
    entry: str
    added_by: str | None
    added_at: str
    card: TrackCard | None

class stream__api__playlist_documents__EntryList(TypedDict):
    items: list[stream__api__playlist_documents__EntryDocument]
    next: str | None

class stream__api__release_documents__Reason(TypedDict):
    reason: NotRequired[str | None]

class stream__api__split_documents__Decision(TypedDict):
    decision: Literal['approve', 'deny']
    reason: NotRequired[str]

class stream__api__topup_documents__RefundDocument(TypedDict):
    id: str
    topup: str
    state: RefundState
    reason: str
    amount: int
    currency: str
    scale: Literal[6]
    by: Literal['provider', 'transfer']
    sent_at: str | None

class Operations:
    def __init__(self, send: Callable[..., Awaitable[Any]]) -> None: ...
    async def abort_multipart(self, upload: str, *, headers: Mapping[str, str] | None = ...) -> Any:
        """Give an upload up; nothing is kept of it."""

    async def acknowledge_message(self, message: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> MessageDocument:
        """For operators: let the answer to a message go out once more."""

    async def append_to_upload(self, upload: str, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> MasterAccepted | ArchiveAccepted | None:
        """Go on with an upload at its offset."""

    async def approve(self, advance: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdvanceDocument:
        """For treasurers: let an advance be paid that somebody else proposed."""

    async def approve_release(self, release: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Let a release come out, now or at the time that its owner named."""

    async def approve_run(self, run: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> RunDocument:
        """Approve a run that somebody else planned."""

    async def begin_multipart(self, body: BeginMultipart = ..., *, headers: Mapping[str, str] | None = ...) -> MultipartBegun:
        """Begin a multipart upload straight to the storage, as Uppy does."""

    async def cancel_job(self, job: str, *, headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: stop a job; one under way within a second."""

    async def cancel_run(self, run: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> RunDocument:
        """Give up a run that was not sent to the bank."""

    async def close_month(self, month: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> MonthClosed:
        """For treasurers: close a month; saying it again says nothing new."""

    async def complete_multipart(self, upload: str, body: CompleteMultipart, *, headers: Mapping[str, str] | None = ...) -> MultipartCompleted:
        """End an upload: its parts become a master."""

    async def create_upload(self, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> MasterAccepted | ArchiveAccepted:
        """Begin an upload, by tus 1.0.0 or the IETF's resumable uploads."""

    async def delete_account(self, *, headers: Mapping[str, str] | None = ...) -> ErasureDocument:
        """Be forgotten, after some days; what you heard and paid stays, by a number."""

    async def delete_app(self, client: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Show an application out: it acts for you no more."""

    async def delete_archive(self, release: str, archive: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Forget an archive of a draft, and what it lacked; its tracks stay."""

    async def delete_client(self, client: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """For operators: remove an application; it acts for nobody from then on."""

    async def delete_code_app(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Ask for codes of the app no more."""

    async def delete_deal(self, deal: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let a deal end now."""

    async def delete_elsewhere(self, listen: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Forget one thing that you listened to elsewhere."""

    async def delete_entry(self, playlist: str, entry: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Take an entry off a playlist."""

    async def delete_erasure(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Stay after all."""

    async def delete_factors_of(self, account: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """For operators: help who lost app, passkeys and codes; they are told by mail."""

    async def delete_favourite(self, kind: Literal['tracks', 'releases', 'artists', 'playlists'], subject: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Like something no more."""

    async def delete_follow(self, kind: Literal['artists', 'labels', 'people'], subject: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Follow somebody no more."""

    async def delete_gift(self, gift: str, *, headers: Mapping[str, str] | None = ...) -> GiftDocument:
        """Take a gift back that nobody has taken up."""

    async def delete_heard(self, play: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Be told no more of one thing that you heard."""

    async def delete_history(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Be told no more of what you heard until now; the books keep what was paid."""

    async def delete_hold(self, hold: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Lift a hold."""

    async def delete_invitation(self, invitation: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Withdraw an invitation that waits."""

    async def delete_link(self, link: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Disconnect it; what waits for it is not sent."""

    async def delete_lyrics(self, track: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Take away what is sung on your track."""

    async def delete_member(self, person: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let a person no longer act for the account."""

    async def delete_membership(self, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__MembershipDocument:
        """Take your application back, or resign."""

    async def delete_passkey(self, passkey: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let nobody sign in by a passkey any more."""

    async def delete_play(self, play: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Take the address of a play session back, within seconds, everywhere."""

    async def delete_playlist(self, playlist: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Delete your playlist, for all who share it."""

    async def delete_playlist_invitations(self, playlist: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let no code lead in any more; who is in stays."""

    async def delete_playlist_member(self, playlist: str, member: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let somebody be a member no more; yourself, of a list of another's."""

    async def delete_pre_save(self, release: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Want a release no more."""

    async def delete_rating(self, kind: Literal['tracks', 'releases', 'artists'], subject: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Take your stars away."""

    async def delete_release(self, release: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Delete a draft and its tracks."""

    async def delete_role(self, account: str, role: str, *, headers: Mapping[str, str] | None = ...) -> RolesDocument:
        """For operators: revoke a role."""

    async def delete_sign_in(self, sign_in: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Sign out at one place."""

    async def delete_sign_ins(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Sign out everywhere but here; tokens of programs and applications end too."""

    async def delete_sign_ins_of(self, account: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """For operators: sign somebody out everywhere, and end their tokens."""

    async def delete_token(self, token: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """End a token at once."""

    async def delete_track(self, track: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackDocument | None:
        """Delete your track; one that listeners own is withdrawn from all others."""

    async def delete_version(self, track: str, number: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Delete a version that is not heard."""

    async def delete_webhook(self, webhook: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Remove a webhook."""

    async def export_run(self, run: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """The run as a pain.001 file for the bank, the same each time."""

    async def get_account(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> AccountDocument:
        """Your account."""

    async def get_account_members(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__acting_documents__MemberList:
        """Who acts for the account, and as what."""

    async def get_account_of(self, account: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> AccountDetail:
        """For operators: an account, and what may be done with it."""

    async def get_accounts(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., q: str | None = ..., role: Role | None = ..., kind: AccountKind | None = ..., state: AccountState | None = ..., headers: Mapping[str, str] | None = ...) -> AccountRows:
        """For operators: accounts, by name, address, role, kind or state."""

    async def get_acknowledgement(self, message: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """What a message was answered, as DDEX has it."""

    async def get_adjustments(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdjustmentList:
        """What was proposed to be put right, for treasurers."""

    async def get_advances(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdvanceList:
        """Your advances and what is left of them; to treasurers everyone's."""

    async def get_apps(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> AppList:
        """The applications that act for you, and what each may."""

    async def get_artist(self, artist: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ArtistDocument:
        """An artist."""

    async def get_artist_picture(self, artist: str, size: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The picture of an artist, near the size that is asked for, in the form you take best."""

    async def get_artist_picture_as(self, artist: str, size: str, form: Literal['avif', 'webp', 'jpeg'], *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The picture of an artist in a form that is named."""

    async def get_artist_picture_near(self, artist: str, *, size: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """The picture of an artist, in the form you take best."""

    async def get_artist_releases(self, artist: str, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> Discography:
        """What an artist has put out, the newest first."""

    async def get_artist_request(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ArtistRequestDocument:
        """What became of it."""

    async def get_artist_requests(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ArtistRequestList:
        """For moderators: who waits to be an artist."""

    async def get_artist_tracks(self, artist: str, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ArtistTracks:
        """Tracks that name an artist, the newest first."""

    async def get_artists(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ArtistList:
        """The artists that you look after."""

    async def get_artwork(self, release: str, size: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The cover of a release, near the size that is asked for, in the form you take best."""

    async def get_artwork_as(self, release: str, size: str, form: Literal['avif', 'webp', 'jpeg'], *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The cover of a release in a form that is named."""

    async def get_artwork_near(self, release: str, *, size: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """The cover of a release, in the form you take best."""

    async def get_audit(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., act: Act | None = ..., person: str | None = ..., subject: str | None = ..., outcome: str | None = ..., headers: Mapping[str, str] | None = ...) -> ActList:
        """Who did what in an office, the newest first; go on with `cursor`."""

    async def get_badge(self, account: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> BadgeDocument:
        """That somebody is a member, as far as they let it be seen."""

    async def get_bank_details(self, *, fields: str | None = ..., payee: str | None = ..., headers: Mapping[str, str] | None = ...) -> DetailsHistory:
        """Where your money goes and went, masked; of `payee`, if not of yourself."""

    async def get_begun(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> LibraryPage:
        """What you have paid for in part, with titles."""

    async def get_changes(self, message: str, *, fields: str | None = ..., against: str | None = ..., headers: Mapping[str, str] | None = ...) -> ChangesDocument:
        """What a message says otherwise than another, or than the one before it."""

    async def get_chart(self, chart: Literal['new', 'trending', 'most-played', 'up-for-ownership', 'undiscovered'], *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., span: Span | None = ..., headers: Mapping[str, str] | None = ...) -> ChartDocument:
        """A chart, with the rule by which it comes about."""

    async def get_choice(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ListeningChoice:
        """Whether what you hear may be part of what others are recommended."""

    async def get_claims(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClaimList:
        """Your claims; to treasurers and operators all that are open."""

    async def get_classes(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClassList:
        """Classes of members, and what each gives and is given."""

    async def get_client(self, client: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClientDocument:
        """For operators: an application."""

    async def get_clients(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClientList:
        """For operators: applications that people sign in to, the newest first."""

    async def get_closing(self, account: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClosingDocument:
        """What closing an artist or a label comes to; once asked for, how far it is."""

    async def get_comparison(self, *, month: str, fields: str | None = ..., currency: str | None = ..., headers: Mapping[str, str] | None = ...) -> ComparisonDocument:
        """For members: what the plays of a month pay in three ways."""

    async def get_comparison_picture(self, *, month: str, fields: str | None = ..., currency: str | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """The same, drawn."""

    async def get_content(self, message: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """A message as it came, byte by byte."""

    async def get_countries(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> DifferingCountries:
        """Top-ups whose evidence of the country differs, for treasurers."""

    async def get_counts(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> CountsDocument:
        """How many deliveries and messages there are of each partner, by state."""

    async def get_deals(self, *, track: str, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> DealList:
        """What is said of a `track` of yours."""

    async def get_deferred(self, *, fields: str | None = ..., before: str | None = ..., headers: Mapping[str, str] | None = ...) -> DeferredList:
        """For treasurers: unspent credit by its age, as of an instant."""

    async def get_deliveries(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., partner: str | None = ..., state: DeliveryState | None = ..., headers: Mapping[str, str] | None = ...) -> DeliveryList:
        """What was delivered, the newest first."""

    async def get_delivery(self, delivery: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> DeliveryDocument:
        """A delivery: how it came, and what is odd about it."""

    async def get_download(self, track: str, rung: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """A file to keep, for its artist and for who owns it: `flac`, `alac`, `mp3-320`, or `best`; it says what is known of the track today, and is sent by ranges, too."""

    async def get_earnings(self, *, fields: str | None = ..., since: str | None = ..., until: str | None = ..., headers: Mapping[str, str] | None = ...) -> EarningsDocument:
        """What you earn: by day, step and recording; what is owed and paid next."""

    async def get_elsewhere(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ListenList:
        """What you listened to elsewhere, as your programs told; it counts for nobody."""

    async def get_email(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> EmailFacts:
        """One's own address, and whether it is confirmed."""

    async def get_entries(self, playlist: str, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__playlist_documents__EntryList:
        """What stands on a playlist, in order."""

    async def get_erasure(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ErasureDocument:
        """When you will be forgotten."""

    async def get_ern(self, release: str, *, to: str | None = ..., purge: bool | None = ..., test: bool | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """A message of DDEX (ERN 4.3) that tells others of your release."""

    async def get_events(self, *, track: str | None = ..., after: str | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """What happens to your music, as server-sent events; `?track=` for one track."""

    async def get_export(self, export: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ExportDocument:
        """An export, with a link to its file once that is there."""

    async def get_export_file(self, export: str, until: str, seal: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The file of an export, by a link that was given for it."""

    async def get_exports(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ExportList:
        """What you asked for, the newest first."""

    async def get_factors(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> FactorsDocument:
        """What one can show besides the password, and whether it is wanted."""

    async def get_favourites(self, kind: Literal['tracks', 'releases', 'artists', 'playlists'], *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> LikedList:
        """What you like, the newest first."""

    async def get_files(self, delivery: str, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> FileList:
        """The files of a delivery, and what their bytes come to."""

    async def get_findings(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> CheckList:
        """For operators: the checks of the store, the latest first."""

    async def get_findings_of(self, check: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> CheckDocument:
        """For operators: what a check found, or the latest, and what to do about it."""

    async def get_fleet(self, *, fields: str | None = ..., drain_within: float | None = ..., headers: Mapping[str, str] | None = ...) -> FleetDocument:
        """What waits, who works, how many would do it within `drain_within` seconds."""

    async def get_follows(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> FollowList:
        """Whom you follow, the newest first."""

    async def get_freezes(self, account: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> FreezeList:
        """Why a wallet is frozen, for treasurers."""

    async def get_genres(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> GenreList:
        """All genres: which there are, and which are kinds of others."""

    async def get_gifts(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> GiftList:
        """What you gave."""

    async def get_heard(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., of: Of | None = ..., headers: Mapping[str, str] | None = ...) -> HeardList:
        """What you heard, or began to (`of=sessions`), the newest first; for you alone."""

    async def get_history(self, *, fields: str | None = ..., listener: str | None = ..., limit: int | None = ..., cursor: str | None = ..., headers: Mapping[str, str] | None = ...) -> WalletHistory:
        """What changed your credit, the last first."""

    async def get_hold(self, play: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> HoldExplained:
        """For who keeps the books: why a play is held, with the figures."""

    async def get_holds(self, *, fields: str | None = ..., reason: str | None = ..., listener: str | None = ..., limit: int | None = ..., headers: Mapping[str, str] | None = ...) -> HeldPlays:
        """For who keeps the books: plays that are suspicious, and wait for a person."""

    async def get_inbox_file(self, dpid: str, path: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> InboxFileDocument:
        """How much of a file of a delivery is there, to go on from."""

    async def get_income(self, *, fields: str | None = ..., month: str | None = ..., headers: Mapping[str, str] | None = ...) -> Totals:
        """For treasurers: what was earned and spent in a month."""

    async def get_incoming(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., state: UploadState | None = ..., owner: str | None = ..., unfinished: bool | None = ..., headers: Mapping[str, str] | None = ...) -> IncomingList:
        """For operators: uploads of everybody, the newest first."""

    async def get_insights(self, *, fields: str | None = ..., since: str | None = ..., until: str | None = ..., headers: Mapping[str, str] | None = ...) -> InsightsDocument:
        """How your music is heard: by day, step, territory, track and release."""

    async def get_invitation(self, secret: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> InvitationDocument:
        """What you are invited to, by the secret of the link."""

    async def get_invitations(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> InvitationList:
        """The last invitations of the account, and what became of them."""

    async def get_job(self, job: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: a job and every attempt at it."""

    async def get_jobs(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., lane: Lane | None = ..., state: JobState | None = ..., kind: Kind_Input | None = ..., cause: Cause | None = ..., owner: str | None = ..., headers: Mapping[str, str] | None = ...) -> JobList:
        """For operators: jobs, the newest first; go on with `cursor`."""

    async def get_label(self, label: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> LabelDocument:
        """A label."""

    async def get_label_picture(self, label: str, size: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The picture of a label, near the size that is asked for, in the form you take best."""

    async def get_label_picture_as(self, label: str, size: str, form: Literal['avif', 'webp', 'jpeg'], *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The picture of a label in a form that is named."""

    async def get_label_picture_near(self, label: str, *, size: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """The picture of a label, in the form you take best."""

    async def get_label_releases(self, label: str, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> Discography:
        """What a label has put out, the newest first."""

    async def get_labels(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> LabelList:
        """The labels that you look after."""

    async def get_liabilities(self, *, fields: str | None = ..., before: str | None = ..., headers: Mapping[str, str] | None = ...) -> Totals:
        """For treasurers: what is owed, as of an instant."""

    async def get_library(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> WholeLibrary:
        """All that you own or have begun to pay for, by recording."""

    async def get_library_archive(self, *, form: Form | None = ..., part: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """What you own as ZIPs of a hundred recordings, the oldest first, with a receipt: `part` 1, 2, …; later ones change only the last part."""

    async def get_lyrics(self, track: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> LyricsDocument:
        """What is sung, line by line with times where there are any."""

    async def get_lyrics_file(self, track: str, form: Literal['txt', 'lrc'], *, headers: Mapping[str, str] | None = ...) -> bytes:
        """What is sung, as a text or as LRC."""

    async def get_marks(self, kind: Literal['tracks', 'releases', 'artists', 'playlists'], *, id: list[str], fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> MarkList:
        """Whether you like some things, and the stars that you gave them."""

    async def get_member(self, member: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__MembershipDocument:
        """A membership, by its id or its number; for treasurers."""

    async def get_members(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., state: MemberState | None = ..., class_: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__MemberList:
        """Memberships, the newest applications first; for treasurers."""

    async def get_membership(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__MembershipDocument:
        """Your membership: its shares, what you paid, what happened to it."""

    async def get_memberships(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> MembershipList:
        """For whom you act: send one's id in Refrain-Acting-For to do so."""

    async def get_message(self, message: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> MessageDocument:
        """A message with all that was found in it."""

    async def get_messages(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., partner: str | None = ..., delivery: str | None = ..., state: MessageState | None = ..., headers: Mapping[str, str] | None = ...) -> MessageList:
        """Messages, the newest first, and what became of each."""

    async def get_month(self, month: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> MonthOutlook:
        """For treasurers: what closing a month would tell; nothing is changed."""

    async def get_months(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> MonthList:
        """For treasurers: the months that are closed, and which is next."""

    async def get_moves(self, release: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> MoveList:
        """What happened to your release, by whom and why."""

    async def get_names(self, artist: str, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> Discography:
        """Releases of others that name your artist, and wait for your yes."""

    async def get_near(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> LibraryPage:
        """What you are a play or two away from owning, the nearest first."""

    async def get_new_playlists(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PlaylistList:
        """Public playlists of people whom you follow, those first that changed last."""

    async def get_new_releases(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> FollowedReleaseList:
        """What came out of artists and labels that you follow, the newest first."""

    async def get_obstacles(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ObstacleList:
        """What has to be done before you can be forgotten."""

    async def get_own_drafts(self, *, q: str, fields: str | None = ..., limit: int | None = ..., headers: Mapping[str, str] | None = ...) -> SuggestionList:
        """Find what is yours and not out yet."""

    async def get_own_payouts(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> OwnPayouts:
        """What you are owed and were paid, and what stands in the way."""

    async def get_owned(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> LibraryPage:
        """What you own with titles, the newest first."""

    async def get_partner(self, dpid: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PartnerDocument:
        """For operators: a partner."""

    async def get_partners(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PartnerList:
        """Who delivers by DDEX: operators see all, others who delivers for them."""

    async def get_passkeys(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PasskeyList:
        """One's own passkeys, the oldest first."""

    async def get_payee(self, payee: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PayeeDocument:
        """Who a payee is; of a group who belongs to it."""

    async def get_payee_proof(self, payee: str, *, from_: str, until: str, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ProofDocument:
        """All that was booked for a payee within a time, with the path of each."""

    async def get_payees(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PayeeList:
        """Whom you speak for, yourself first; and whom you made."""

    async def get_payout_holds(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> HoldList:
        """Whose payouts are on hold, and why."""

    async def get_picture(self, track: str, picture: str, *, headers: Mapping[str, str] | None = ...) -> Any | bytes:
        """A picture of your master, or what one is drawn from."""

    async def get_play(self, play: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PlayVerdict:
        """What a play session has come to, and on what evidence."""

    async def get_play_proof(self, play: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ProofDocument:
        """What was booked of a play, with the path to the root of its day."""

    async def get_playlist(self, playlist: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PlaylistDocument:
        """A playlist, without what stands on it."""

    async def get_playlist_members(self, playlist: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PlaylistMemberList:
        """Who is let in beside the owner; for those who are."""

    async def get_playlists(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PlaylistList:
        """Your playlists, the newest first."""

    async def get_pre_saves(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PreSaveList:
        """The releases that you wait for."""

    async def get_price(self, track: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PriceDocument:
        """What a track costs you: the next play, and to own it."""

    async def get_products(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ProductList:
        """Packs of credits that are sold, and how they can be paid."""

    async def get_public_playlists(self, person: str, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PlaylistList:
        """Somebody's public playlists, the newest first."""

    async def get_quality(self, track: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> QualityDocument:
        """What to know of your master: findings with advice, measurements, pictures."""

    async def get_queue(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> QueueDocument:
        """What you hear next, on all your devices."""

    async def get_ratings(self, kind: Literal['tracks', 'releases', 'artists'], *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> LikedList:
        """What you gave stars to, the newest first; nobody else is told."""

    async def get_recipient(self, recipient: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RecipientDocument:
        """One who is told."""

    async def get_recipients(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RecipientList:
        """Who is told of plays and sales, the newest first."""

    async def get_recommendations(self, *, limit: int | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RecommendationList:
        """What you might like to hear, each with the reason why."""

    async def get_refunds(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RefundList:
        """Refunds that wait to be transferred, for treasurers."""

    async def get_refused_listens(self, link: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RefusedList:
        """The last listens that it will never take, and why."""

    async def get_register(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., at: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__EntryList:
        """The register of shares as of a time; for treasurers."""

    async def get_release(self, release: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """A release: its tracks in order, its cover, and what to know of a draft."""

    async def get_release_archive(self, release: str, *, form: Form | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """What you own of a release as one ZIP with a receipt, in a `form` or what is nearest to it; it is sent by ranges, too."""

    async def get_releases(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., title: str | None = ..., upc: str | None = ..., mbid: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseList:
        """Your releases, the newest first."""

    async def get_report(self, report: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReportDocument:
        """A report, and what became of it."""

    async def get_report_file(self, report: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The file of a report, as it is sent."""

    async def get_report_key(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> KeyDocument:
        """The public key with which we come to who gets reports by SFTP."""

    async def get_reports(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., recipient: str | None = ..., state: ReportState | None = ..., everybody: bool | None = ..., headers: Mapping[str, str] | None = ...) -> ReportList:
        """Reports of your music, the newest first; who keeps the books may ask for all."""

    async def get_review(self, release: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """A release as its owner sees it."""

    async def get_review_rule(self, account: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReviewRuleDocument:
        """For operators: whether an account's releases are looked at."""

    async def get_reviews(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseList:
        """Releases that wait to be looked at, those that wait longest first."""

    async def get_roles(self, account: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RolesDocument:
        """For operators: the roles of an account."""

    async def get_roll(self, *, fields: str | None = ..., at: str | None = ..., headers: Mapping[str, str] | None = ...) -> RollDocument:
        """The roll for votes at a time; for treasurers."""

    async def get_roll_table(self, *, fields: str | None = ..., at: str | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """The roll for votes at a time, as a table; for treasurers."""

    async def get_root(self, day: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RootDocument:
        """The Merkle root of one day, which never changes."""

    async def get_roots(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RootList:
        """The Merkle root of each day of the books, for anybody to keep."""

    async def get_run(self, run: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RunDocument:
        """A run: who is paid what, who is not, and why."""

    async def get_runs(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> RunList:
        """Payout runs, the newest first."""

    async def get_scrobbling(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ScrobblingDocument:
        """Your accounts elsewhere that are told what you listen to."""

    async def get_search(self, *, q: str, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., kinds: list[SearchKind] | None = ..., headers: Mapping[str, str] | None = ...) -> SearchAnswer:
        """Find music by any part of what it is called, or of whom it is credited to."""

    async def get_shared_playlists(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> PlaylistList:
        """Playlists of others that you were invited to, the newest first."""

    async def get_sheet(self, sheet: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> SheetDocument:
        """A sheet of shares, and who said what to it."""

    async def get_sign_ins(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> SignInList:
        """Where one is signed in, the latest seen first."""

    async def get_splits(self, *, fields: str | None = ..., track: str | None = ..., headers: Mapping[str, str] | None = ...) -> SheetList:
        """Sheets on which you stand, the newest first; with `track` all of yours."""

    async def get_statement(self, period: str, form: Literal['csv', 'json', 'pdf'], *, fields: str | None = ..., payee: str | None = ..., currency: str | None = ..., version: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes | Any:
        """A statement of a month as `csv`, `json` or `pdf`, the latest version."""

    async def get_statements(self, *, fields: str | None = ..., payee: str | None = ..., headers: Mapping[str, str] | None = ...) -> StatementList:
        """Your statements, the latest first; who keeps the books may name a payee."""

    async def get_storage(self, *, fields: str | None = ..., days: int | None = ..., headers: Mapping[str, str] | None = ...) -> StorageDocument:
        """For operators: what the store holds by kind, and how it grows."""

    async def get_suggestions(self, *, q: str, fields: str | None = ..., limit: int | None = ..., headers: Mapping[str, str] | None = ...) -> SuggestionList:
        """What may be meant by what somebody has written so far."""

    async def get_terms(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> TermsList:
        """For treasurers: price lists and the artists' part, past and to come."""

    async def get_tokens(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> TokenList:
        """Your tokens, what they may, and when each was used last."""

    async def get_topup(self, topup: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> TopupDocument:
        """How a top-up stands; treasurers also ask by its transfer's reference."""

    async def get_topups(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> TopupList:
        """Your top-ups, the newest first."""

    async def get_track(self, track: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackDocument:
        """A track: its state, its measurements, its renditions."""

    async def get_track_artwork(self, track: str, size: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The cover that a track has for itself, near the size that is asked for, in the form you take best."""

    async def get_track_artwork_as(self, track: str, size: str, form: Literal['avif', 'webp', 'jpeg'], *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The cover that a track has for itself in a form that is named."""

    async def get_track_artwork_near(self, track: str, *, size: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """The cover that a track has for itself, in the form you take best."""

    async def get_tracks(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackList:
        """What there is to hear, the newest first."""

    async def get_upload(self, upload: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> UploadDocument:
        """How far an upload is, and what it became; HEAD tells where to go on."""

    async def get_verifier(self, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """A program that checks proofs against roots, and needs Python alone."""

    async def get_version_reviews(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> VersionsToReview:
        """Other masters of music that is out that wait to be looked at."""

    async def get_versions(self, track: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> VersionList:
        """The masters that your track has and had; one is sent with `replaces=TRACK`."""

    async def get_waiting(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> SheetList:
        """Sheets that wait for you to accept or decline."""

    async def get_wallet(self, *, fields: str | None = ..., listener: str | None = ..., headers: Mapping[str, str] | None = ...) -> WalletDocument:
        """Your credit, lot by lot; for treasurers that of a `listener`."""

    async def get_waveform(self, track: str, form: Literal['dat', 'json'], *, zoom: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes | Any:
        """The peaks of a track, as audiowaveform writes them; samples a pixel: `zoom`."""

    async def get_webhooks(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> WebhookList:
        """Your webhooks, and how their last deliveries went."""

    async def list_parts(self, upload: str, *, key: str | None = ..., headers: Mapping[str, str] | None = ...) -> StoredParts:
        """The parts that are there."""

    async def list_uploads(self, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> UploadList:
        """Your unfinished uploads, the newest first."""

    async def override_on_upload(self, upload: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """What X-HTTP-Method-Override names, for clients that cannot send it (tus)."""

    async def patch_account(self, body: EditAccount, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> AccountDocument:
        """Say where you live."""

    async def patch_artist(self, artist: str, body: WriteArtist = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ArtistDocument:
        """Write of your artist: names, a text, links, numbers."""

    async def patch_entry(self, playlist: str, entry: str, body: MoveEntry = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> EntriesWritten:
        """Put an entry at another place."""

    async def patch_job(self, job: str, body: EditJob, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: let a job go before others of its lane."""

    async def patch_label(self, label: str, body: WriteLabel = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> LabelDocument:
        """Write of your label."""

    async def patch_membership(self, body: EditMembership, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__MembershipDocument:
        """Say what everybody may see of your membership."""

    async def patch_partner(self, dpid: str, body: EditPartner = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> PartnerDocument:
        """For operators: say anew what is otherwise of a partner, or let it pause."""

    async def patch_playlist(self, playlist: str, body: EditPlaylist = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> PlaylistDocument:
        """Call your playlist something else, or let others see it."""

    async def patch_release(self, release: str, body: EditRelease = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Write on a draft: titles, artists, order, ISRC, credits."""

    async def patch_track(self, track: str, body: SaidOfTrack = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackDocument:
        """Call your track what you say, if it is on no release."""

    async def post_acceptance(self, code: str, *, headers: Mapping[str, str] | None = ...) -> PurchaseFacts:
        """Take a gift up: you own its track."""

    async def post_account(self, body: NewAccount, *, headers: Mapping[str, str] | None = ...) -> stream__api__acting_documents__MembershipDocument:
        """Make the account of an artist or a label, whose owner you are."""

    async def post_adjustment(self, body: NewAdjustment, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdjustmentDocument:
        """Propose to put something right, for treasurers; needs `Idempotency-Key`."""

    async def post_advance(self, body: NewAdvance, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdvanceDocument:
        """For treasurers: propose to give a payee an advance; `Idempotency-Key`."""

    async def post_allowed(self, link: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Say that you allowed it there, which connects it."""

    async def post_approval(self, adjustment: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdjustmentDocument:
        """Book what another treasurer proposed; needs `Idempotency-Key`."""

    async def post_artist(self, body: WriteArtist = ..., *, headers: Mapping[str, str] | None = ...) -> ArtistDocument:
        """Make an artist that you look after; files that name one make it, too."""

    async def post_artist_request(self, body: NewArtistRequest, *, headers: Mapping[str, str] | None = ...) -> ArtistRequestDocument:
        """Ask to be an artist; where the house is open to all, you are one at once."""

    async def post_charge(self, body: NewCharge, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> ChargeDocument:
        """Pay dues, shares, or both."""

    async def post_check(self, *, headers: Mapping[str, str] | None = ...) -> CheckBegun:
        """For operators: check the store now; it mends nothing."""

    async def post_claim(self, body: NewClaim, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClaimDocument:
        """Claim a payee, or what a track earned for nobody known; `Idempotency-Key`."""

    async def post_client(self, body: NewClient, *, headers: Mapping[str, str] | None = ...) -> ClientMade:
        """For operators: add an application."""

    async def post_closing(self, account: str, body: CloseAccount, *, headers: Mapping[str, str] | None = ...) -> ClosingDocument:
        """Close an artist or a label for good; its music is withdrawn piece by piece."""

    async def post_code(self, body: ConfirmEmail, *, headers: Mapping[str, str] | None = ...) -> None:
        """Confirm an address by the code that was mailed to it."""

    async def post_code_again(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Have the mail with the code sent once more."""

    async def post_code_app(self, *, headers: Mapping[str, str] | None = ...) -> NewAppDocument:
        """Begin to set up an app for codes (TOTP), for who signed in a moment ago."""

    async def post_confirmation(self, topup: str, body: TransferFound, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> TopupDocument:
        """Say that a transfer arrived, for treasurers; needs `Idempotency-Key`."""

    async def post_contract(self, body: NewContract, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> SheetDocument:
        """Propose what a label takes before it is divided; `Idempotency-Key`."""

    async def post_deal(self, body: NewDealDocument, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> DealDocument:
        """Say where your music may be had, when, and for what; `Idempotency-Key`."""

    async def post_decision(self, member: str, body: stream__api__membership_documents__Decision, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__MembershipDocument:
        """Admit an applicant, or refuse them with a reason."""

    async def post_entries(self, playlist: str, body: AddTracks, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> EntriesWritten:
        """Put tracks on a playlist, as often as you like; at the end, unless told."""

    async def post_exclusion(self, member: str, body: WhyExcluded, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__MembershipDocument:
        """Exclude a member, with a reason."""

    async def post_export(self, *, headers: Mapping[str, str] | None = ...) -> ExportDocument:
        """Ask for all that is known of you."""

    async def post_forgot(self, body: AskForReset, *, headers: Mapping[str, str] | None = ...) -> None:
        """Have a mail sent by which a password is chosen, if there is such an account."""

    async def post_freeze(self, account: str, body: stream__api__freezing__Reason, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> FreezeDocument:
        """Freeze a wallet, for treasurers."""

    async def post_gift(self, body: NewGift = ..., *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> GiftDocument:
        """Give a track to whoever has its code, or credit; `Idempotency-Key`."""

    async def post_grant(self, body: NewGrant, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> GrantDocument:
        """Give credits to an account, for treasurers; needs `Idempotency-Key`."""

    async def post_heartbeat(self, play: str, body: ReportProgress, *, headers: Mapping[str, str] | None = ...) -> PlayVerdict:
        """Report progress."""

    async def post_hold(self, body: NewHold, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> HoldDocument:
        """Let a payee not be paid until the hold is lifted."""

    async def post_invitation(self, body: NewInvitation, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> InvitationMade:
        """Invite somebody to act for the account, by mail or by a link to hand on."""

    async def post_join(self, body: JoinAccount, *, headers: Mapping[str, str] | None = ...) -> None:
        """Make an account, signed in by a cookie; a mail asks to confirm the address."""

    async def post_label(self, body: WriteLabel = ..., *, headers: Mapping[str, str] | None = ...) -> LabelDocument:
        """Make a label that you look after."""

    async def post_lastfm(self, *, headers: Mapping[str, str] | None = ...) -> LinkDocument:
        """Begin to connect an account of Last.fm; allow it at `allow_at`."""

    async def post_lifting(self, freeze: str, body: stream__api__freezing__Reason, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> FreezeDocument:
        """Take a reason away for which a wallet is frozen, for treasurers."""

    async def post_listenbrainz(self, body: ConnectListenBrainz, *, headers: Mapping[str, str] | None = ...) -> LinkDocument:
        """Connect an account of a ListenBrainz, by its token."""

    async def post_member_payment(self, member: str, body: DuesFound, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> ChargeDocument:
        """Say that dues or shares were paid at the bank."""

    async def post_membership(self, body: NewMembership, *, headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__MembershipDocument:
        """Apply to be a member."""

    async def post_message(self, provider: str, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> bytes:
        """What a payment provider has to say, signed or worth a question."""

    async def post_offline(self, body: OfflineReport, *, headers: Mapping[str, str] | None = ...) -> PlayVerdict:
        """Hand in what was heard offline, sealed with the play's key."""

    async def post_partner(self, body: NewPartner, *, headers: Mapping[str, str] | None = ...) -> PartnerDocument:
        """For operators: let somebody deliver."""

    async def post_passkey(self, body: NewPasskey, *, headers: Mapping[str, str] | None = ...) -> PasskeyMade:
        """Keep a passkey that a browser made; with the first come codes for paper."""

    async def post_passkey_options(self, *, headers: Mapping[str, str] | None = ...) -> PasskeyAsked:
        """What a browser is asked to make a passkey, for who signed in a moment ago."""

    async def post_passkey_sign_in(self, body: SignInByPasskey, *, headers: Mapping[str, str] | None = ...) -> SignedIn:
        """Sign in by a passkey; the answer sets the cookie of a session."""

    async def post_passkey_sign_in_options(self, *, headers: Mapping[str, str] | None = ...) -> PasskeyAsked:
        """What a browser is asked for who signs in by a passkey alone."""

    async def post_payee(self, body: NewPayee, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> PayeeDocument:
        """Make a label, a group, or somebody without an account; `Idempotency-Key`."""

    async def post_ping(self, webhook: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Try a webhook out; one that was given up is taken up again."""

    async def post_play(self, body: OpenPlay, *, headers: Mapping[str, str] | None = ...) -> PlayOpened:
        """Open a play session: media URLs, price, plays left to own."""

    async def post_playlist(self, body: NewPlaylist, *, headers: Mapping[str, str] | None = ...) -> PlaylistDocument:
        """Make a playlist."""

    async def post_playlist_invitation(self, playlist: str, body: NewPlaylistInvitation = ..., *, headers: Mapping[str, str] | None = ...) -> PlaylistInvitationMade:
        """Invite whoever has the code that is answered."""

    async def post_playlist_joining(self, code: str, *, headers: Mapping[str, str] | None = ...) -> PlaylistDocument:
        """Become a member of a playlist by a code."""

    async def post_purchase(self, body: NewPurchase = ..., *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> Purchased:
        """Buy a track outright, or what of a release you do not own; `Idempotency-Key`."""

    async def post_recipient(self, body: SaidOfRecipient, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> RecipientDocument:
        """Have somebody told, from the month that is closed next. `Idempotency-Key`."""

    async def post_recovery_codes(self, *, headers: Mapping[str, str] | None = ...) -> RecoveryCodes:
        """Make ten other codes for paper, told once."""

    async def post_redemption(self, body: ShareRedemption, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__EntryList:
        """Book that shares were paid back."""

    async def post_refund(self, body: NewRefund, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__buying_documents__RefundDocument:
        """Give a purchase back; for treasurers also a play. `Idempotency-Key`."""

    async def post_release(self, body: NewRelease = ..., *, headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Begin a draft; files that are sent with `release=ID` become its tracks."""

    async def post_report(self, body: AskForReport, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReportDocument:
        """Ask for a report of a closed month, which replaces the one before."""

    async def post_reset(self, body: ResetPassword, *, headers: Mapping[str, str] | None = ...) -> None:
        """Choose a password by the token of a mailed link; all sessions end."""

    async def post_reversal(self, body: NewReversal, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> Reversal:
        """For who keeps the books: undo what an account was charged in a time."""

    async def post_run(self, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> RunDocument:
        """Plan to pay what closed months owe; another approves it. `Idempotency-Key`."""

    async def post_second_step(self, body: FinishSignIn, *, headers: Mapping[str, str] | None = ...) -> None:
        """Finish a sign-in by a code of one's app, or one on paper."""

    async def post_secret(self, client: str, *, headers: Mapping[str, str] | None = ...) -> SecretMade:
        """For operators: give an application another secret."""

    async def post_sending(self, report: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReportDocument:
        """Send a report once more; one that could not be made is made first."""

    async def post_settlement(self, body: NewSettlement, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> Booked:
        """Book a provider's payout, for treasurers; needs `Idempotency-Key`."""

    async def post_sign_in(self, body: SignInWith, *, headers: Mapping[str, str] | None = ...) -> SecondStepDocument | None:
        """Sign in by address and password; the answer sets a cookie, or asks for more."""

    async def post_split(self, body: NewSplit, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> SheetDocument:
        """Propose who shares a track of yours, or all of your music; `Idempotency-Key`."""

    async def post_statement(self, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> StatementTaken:
        """Book what a camt.053 or camt.054 message tells of payouts."""

    async def post_terms(self, body: NewTerms, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> TermsDocument:
        """For treasurers: let other prices or parts hold from a time to come."""

    async def post_token(self, body: NewToken, *, headers: Mapping[str, str] | None = ...) -> TokenMade:
        """Make a token for a program of yours, as narrow as you like; told once."""

    async def post_topup(self, body: NewTopup, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> TopupDocument:
        """Order a pack of credits; needs `Idempotency-Key`."""

    async def post_transfer(self, body: ShareTransfer, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__membership_documents__EntryList:
        """Enter that shares are another member's now."""

    async def post_transferred(self, refund: str, body: RefundTransferred, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__topup_documents__RefundDocument:
        """Say that a refund was transferred, for treasurers; needs `Idempotency-Key`."""

    async def post_vat_payment(self, body: NewVatPayment, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> Booked:
        """Book tax that was paid, for treasurers; needs `Idempotency-Key`."""

    async def post_version_approval(self, track: str, number: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> VersionList:
        """Let all hear a master that was looked at."""

    async def post_version_return(self, track: str, number: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> VersionList:
        """Give a master back to its owner, with a reason."""

    async def post_webhook(self, body: NewWebhook, *, headers: Mapping[str, str] | None = ...) -> WebhookMade:
        """Have your events sent to an address, signed as Standard Webhooks are."""

    async def publish_release(self, release: str, *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Let all hear a draft, unless there are errors among its findings."""

    async def put_acceptance(self, secret: str, *, headers: Mapping[str, str] | None = ...) -> InvitationDocument:
        """Accept: you act for the account from then on."""

    async def put_acting(self, body: ActFor, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let your sign-in act for an account until told otherwise."""

    async def put_answer(self, sheet: str, body: Answer, *, headers: Mapping[str, str] | None = ...) -> SheetDocument:
        """Accept or decline; what waited for you is yours, or goes back."""

    async def put_artist_decision(self, request: str, body: stream__api__split_documents__Decision, *, headers: Mapping[str, str] | None = ...) -> ArtistRequestDocument:
        """For moderators: let somebody in, or say why not; they are told by mail."""

    async def put_artist_picture(self, artist: str, body: bytes | AsyncIterable[bytes] = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ArtistDocument:
        """Send a picture of your artist: JPEG, PNG, WebP, AVIF, TIFF or GIF."""

    async def put_artwork(self, release: str, body: bytes | AsyncIterable[bytes] = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Send the cover of a draft: JPEG, PNG, WebP, AVIF, TIFF or GIF."""

    async def put_back_release(self, release: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Put a release back that was taken down."""

    async def put_bank_details(self, body: EnterDetails, *, headers: Mapping[str, str] | None = ...) -> DetailsHistory:
        """Say where your money goes; new details wait some days."""

    async def put_choice(self, body: ListeningChoice, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ListeningChoice:
        """Let what you hear be part of what others are recommended, or not."""

    async def put_client(self, client: str, body: NewClient, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClientMade:
        """For operators: say anew what an application is."""

    async def put_code_app(self, body: ConfirmApp, *, headers: Mapping[str, str] | None = ...) -> RecoveryCodes:
        """Set the app up by its first code; with it come codes for paper, told once."""

    async def put_decision(self, claim: str, body: stream__api__split_documents__Decision, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClaimDocument:
        """For treasurers and operators: decide about somebody else's claim."""

    async def put_email(self, body: ChangeEmail, *, headers: Mapping[str, str] | None = ...) -> None:
        """Ask for another address, which is used once it was confirmed."""

    async def put_entries(self, playlist: str, body: WriteTracks, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> EntriesWritten:
        """Let a playlist be these tracks and no others."""

    async def put_favourite(self, kind: Literal['tracks', 'releases', 'artists', 'playlists'], subject: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Like something."""

    async def put_follow(self, kind: Literal['artists', 'labels', 'people'], subject: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Follow an artist, a label, or somebody who has public playlists."""

    async def put_hand_over(self, account: str, body: HandOver, *, headers: Mapping[str, str] | None = ...) -> None:
        """Hand an artist or a label over to another member, and leave it."""

    async def put_inbox_file(self, dpid: str, path: str, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> InboxFileDocument:
        """Send a file of a delivery, or with `Content-Range` a piece of it; an empty `BatchComplete_…` says that all is there."""

    async def put_label_picture(self, label: str, body: bytes | AsyncIterable[bytes] = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> LabelDocument:
        """Send a picture of your label: JPEG, PNG, WebP, AVIF, TIFF or GIF."""

    async def put_lyrics(self, track: str, body: WriteLyrics = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> LyricsDocument:
        """Write what is sung on your track."""

    async def put_master(self, filename: str, body: bytes | AsyncIterable[bytes] = ..., *, release: str | None = ..., headers: Mapping[str, str] | None = ...) -> MasterAccepted | ArchiveAccepted:
        """Send a master, or an archive of them; `?release=ID` puts it on a draft."""

    async def put_member(self, person: str, body: EditMember, *, headers: Mapping[str, str] | None = ...) -> MemberDocument:
        """Let a member act as a viewer, an editor or an owner."""

    async def put_members(self, payee: str, body: WriteMembers, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> PayeeDocument:
        """Say who a group of yours is, for shares that are proposed from then on."""

    async def put_name(self, artist: str, release: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Say that your artist is rightly named on a release and its tracks."""

    async def put_password(self, body: ChangePassword, *, headers: Mapping[str, str] | None = ...) -> None:
        """Choose another password; all other sessions and tokens end."""

    async def put_playlist_member(self, playlist: str, member: str, body: ChangePlaylistMember, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let a member see your playlist only, or change what is on it."""

    async def put_pre_save(self, release: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Want a release that is announced: it is among your favourites once it is out."""

    async def put_price(self, track: str, body: PriceTrack, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackDocument:
        """Let all hear your track for nothing, or no longer."""

    async def put_queue(self, body: WriteQueue, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> QueueDocument:
        """Say what you hear next, and where you are in it."""

    async def put_rating(self, kind: Literal['tracks', 'releases', 'artists'], subject: str, body: GiveStars, *, headers: Mapping[str, str] | None = ...) -> None:
        """Give something one to five stars."""

    async def put_recipient(self, recipient: str, body: SaidOfRecipient, *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> RecipientDocument:
        """Tell somebody otherwise from now on."""

    async def put_refusal(self, secret: str, *, headers: Mapping[str, str] | None = ...) -> InvitationDocument:
        """Decline."""

    async def put_review_rule(self, account: str, body: WriteReviewRule, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReviewRuleDocument:
        """For operators: say whether an account's releases are looked at."""

    async def put_role(self, account: str, role: str, *, headers: Mapping[str, str] | None = ...) -> RolesDocument:
        """For operators: grant a role."""

    async def put_track_artwork(self, track: str, body: bytes | AsyncIterable[bytes] = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackDocument:
        """Send a cover of its own for your track: JPEG, PNG, WebP, AVIF, TIFF or GIF."""

    async def quarantine_job(self, job: str, body: WhyAside, *, headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: set a job aside, and say why."""

    async def recall_release(self, release: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Make a draft again of what was submitted or scheduled; nothing comes out."""

    async def refund_topup(self, topup: str, body: WhyRefund, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__topup_documents__RefundDocument:
        """Send back what is unspent, for treasurers; needs `Idempotency-Key`."""

    async def refuse_single(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Refused: files go to the storage in parts only."""

    async def reinstate_release(self, release: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Let all hear your release again."""

    async def reinstate_track(self, track: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackDocument:
        """Let all hear your track again that you deleted while listeners owned it."""

    async def reject_hold(self, play: str, body: WhyDecided, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> HoldExplained:
        """For who keeps the books: let a held play come to nothing."""

    async def release_hold(self, play: str, body: WhyDecided, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> HoldExplained:
        """For who keeps the books: let a held play be settled."""

    async def remove_artist(self, artist: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Delete your artist whom nothing names."""

    async def remove_artist_picture(self, artist: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Let your artist have no picture any more."""

    async def remove_label(self, label: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Delete your label that has nothing."""

    async def remove_label_picture(self, label: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Let your label have no picture any more."""

    async def remove_track_artwork(self, track: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> None:
        """Let your track have no cover of its own any more."""

    async def restate_month(self, month: str, body: WhyRestated, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> RestatedList:
        """For treasurers: tell statements anew, where something changed, and why."""

    async def retry_delivery(self, delivery: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> DeliveryDocument:
        """For operators: look again at all of a delivery that was not taken."""

    async def retry_job(self, job: str, *, headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: let a job be done again, also one that is done."""

    async def retry_of_message(self, message: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> MessageDocument:
        """For operators: look at a message again, as if it had just come."""

    async def return_payout(self, payout: str, body: ReturnPayout, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> PayoutList:
        """Say that a transfer came back; once two have said so, it is owed again."""

    async def return_release(self, release: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Give a release back to its owner; say why."""

    async def schedule_release(self, release: str, body: PublishDate, *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Let all hear a draft from a time on; `recall` takes it back."""

    async def settle_payout(self, payout: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> PayoutList:
        """Say that a transfer left the account."""

    async def settle_run(self, run: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> RunDocument:
        """Say that all of a run left the account."""

    async def sign_part(self, upload: str, number: str, *, fields: str | None = ..., key: str | None = ..., headers: Mapping[str, str] | None = ...) -> PartAddress:
        """Where to PUT a part."""

    async def stop_acting_for(self, account: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Act for an account no longer."""

    async def submit_release(self, release: str, body: SubmitRelease = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Ask that a draft is looked at before it comes out."""

    async def take_down_release(self, release: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Take down anybody's release; say why."""

    async def take_up_release(self, release: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Look at a release that was submitted."""

    async def terminate_upload(self, upload: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Give an upload up; nothing is kept of it."""

    async def use_version(self, track: str, number: str, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> VersionList:
        """Let a version be the one that is heard; an old one is restored so."""

    async def validate_message(self, body: bytes | AsyncIterable[bytes] = ..., *, partner: str | None = ..., headers: Mapping[str, str] | None = ...) -> JudgementDocument:
        """Judge a message as if it had been delivered; nothing is written or fetched."""

    async def withdraw_release(self, release: str, body: stream__api__release_documents__Reason = ..., *, idempotency_key: str | None = ..., if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Let nobody hear your release but those who own its tracks; say why."""

