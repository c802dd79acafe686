"""Written from the description of the interface: `make client`."""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import Any, Literal, NotRequired, TypedDict

class AccountDocument(TypedDict):
    id: str
    name: str
    roles: list[Role]
    country: str | None

AccountKind = Literal['person', 'artist', 'label']
class AccountTotal(TypedDict):
    account: str
    currency: str
    amount: int
    credits: int

Act = Literal['role.granted', 'role.revoked', 'token.made', 'token.ended', 'account.made', 'account.erased', 'member.invited', 'member.added', 'member.changed', 'member.removed', 'invitation.withdrawn', 'hold.released', 'hold.rejected', 'play.reversed', 'wallet.frozen', 'wallet.freed', 'payout-run.planned', 'payout-run.approved', 'payout-run.cancelled', 'payout-run.settled', 'payout-run.exported', 'payout.settled', 'payout.returned', 'payee.held', 'payee.freed', 'terms.set', 'track.removed', 'release.removed']
class ActDocument(TypedDict):
    id: int
    at: str
    act: str
    account: str | None
    person: str | None
    credential: str | None
    subject: str
    facts: dict[str, Any]

class ActFor(TypedDict):
    account: str | None

class ActList(TypedDict):
    items: list[ActDocument]
    next: str | None

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
class Amount(TypedDict):
    amount: int
    scale: Literal[6]
    currency: str

class Answer(TypedDict):
    answer: Literal['accept', 'decline']

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
class AskForReset(TypedDict):
    email: str

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

class BeginMultipart(TypedDict):
    filename: NotRequired[str]
    type: NotRequired[str | None]
    metadata: NotRequired[dict[str, str | float | bool | None]]

class Booked(TypedDict):
    transaction: int

Capacity = Literal['viewer', 'editor', 'owner']
Cause = Literal['bad-input', 'unavailable', 'out-of-memory', 'crash', 'timeout', 'worker-lost', 'bad-result', 'fault']
class ChangeEmail(TypedDict):
    email: str
    current: NotRequired[str]

class ChangePassword(TypedDict):
    current: NotRequired[str]
    password: str

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
    after: str | None

ClaimState = Literal['open', 'approved', 'denied']
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

class ConfirmEmail(TypedDict):
    code: str

class CountryDiffers(TypedDict):
    topup: str
    account: str
    country: str
    told: str
    paid_at: str | None
    paid: int
    currency: str
    scale: Literal[6]

class CreditFacts(TypedDict):
    role: str
    name: str

class DealDocument(TypedDict):
    id: str
    track: str | None
    recording: str | None
    release: str | None
    model: DealModel
    territories: list[str] | None
    excluded: list[str]
    starts_at: str
    ends_at: str | None

class DealList(TypedDict):
    deals: list[DealDocument]

DealModel = Literal['paid', 'free', 'unavailable']
class Decision(TypedDict):
    decision: Literal['approve', 'deny']
    reason: NotRequired[str]

class DeferredCredit(TypedDict):
    days: int
    currency: str
    lots: int
    credits: int
    amount: int

class DeferredList(TypedDict):
    scale: int
    deferred: list[DeferredCredit]

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

class DuplicateFacts(TypedDict):
    kind: Alike
    text: str
    track: str | None
    errors: float
    offset: float

class EditAccount(TypedDict):
    country: str | None

class EditJob(TypedDict):
    priority: int

class EditMember(TypedDict):
    capacity: Capacity

class EditRelease(TypedDict):
    title: NotRequired[str | None]
    artist: NotRequired[str | None]
    label: NotRequired[str | None]
    upc: NotRequired[str | None]
    released_on: NotRequired[str | None]
    tracks: NotRequired[list[EditTrack]]
    order: NotRequired[list[list[str]] | None]

class EditSingle(TypedDict):
    title: NotRequired[str | None]
    artist: NotRequired[str | None]

class EditTrack(TypedDict):
    track: str
    title: NotRequired[str | None]
    artist: NotRequired[str | None]
    isrc: NotRequired[str | None]
    credits: NotRequired[list[CreditFacts] | None]

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

class EntryProof(TypedDict):
    account: str | None
    account_id: str
    currency: str
    amount: int
    lot: str
    credits: int

EventKind = Literal['track.received', 'track.examining', 'track.playable', 'track.complete', 'track.rejected', 'track.withdrawn', 'track.removed', 'track.measured', 'track.renditions', 'release.unpacked', 'release.published', 'upload.refused', 'upload.expired', 'upload.warned', 'ping']
class Evidence(TypedDict):
    needed_ms: int
    delivered_ms: int
    reported_ms: int
    heard_ms: int
    passed_ms: int

class FindingFacts(TypedDict):
    code: str
    severity: Literal['error', 'warning', 'note']
    at: list[list[Any]] | None
    text: str
    advice: str
    confidence: float | None

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

class FreezeDocument(TypedDict):
    id: str
    account: str
    reason: str
    by: str
    frozen_at: str
    lifted_at: str | None

class FreezeList(TypedDict):
    freezes: list[FreezeDocument]

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

Grant = Literal['full', 'preview', 'owned', 'free']
class GrantDocument(TypedDict):
    account: str
    credits: int
    scale: Literal[6]
    transaction: int

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
    reasons: list[str]
    sentences: list[str]
    decisions: list[HoldDecided]

class HoldList(TypedDict):
    holds: list[HoldDocument]

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

class KeptBeat(TypedDict):
    at_s: float
    position_s: float
    elapsed_s: float

Kind = Literal['examine', 'ladder', 'piece', 'join', 'reencode', 'recheck', 'unpack', 'artwork', 'compare', 'deliver', 'mail', 'tidy', 'fsck', 'reconcile', 'prove', 'weigh', 'nothing']
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
    owned_at: str | None
    track: str | None
    title: str | None
    artist: str | None

class LibraryPage(TypedDict):
    steps: int
    items: list[LibraryItem]
    after: str | None

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

class MemberFacts(TypedDict):
    payee: str
    ppm: int

class MemberList(TypedDict):
    items: list[MemberDocument]
    next: str | None

class MembershipDocument(TypedDict):
    account: str
    name: str
    kind: AccountKind
    capacity: Capacity
    since: str

class MembershipList(TypedDict):
    items: list[MembershipDocument]
    next: str | None

class MonthClosed(TypedDict):
    month: str
    closed_at: str
    closed_by: str | None
    statements: int
    digest: str

class MonthList(TypedDict):
    closed: list[MonthClosed]
    due: str | None

class MonthOutlook(TypedDict):
    month: str
    starts_at: str
    ends_at: str
    over: bool
    payees: int
    scale: int
    sums: list[SectionSum]

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

class NewClaim(TypedDict):
    payee: str
    track: NotRequired[str | None]
    words: str

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

class NewPayee(TypedDict):
    kind: Literal['label', 'group', 'member']
    name: str
    country: NotRequired[str | None]
    mine: NotRequired[bool]

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

class NewToken(TypedDict):
    label: str
    scopes: NotRequired[list[Scope] | None]
    days: NotRequired[int | None]

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
class OfflineReport(TypedDict):
    play: str
    beats: list[KeptBeat]

class OpenPlay(TypedDict):
    track: str
    preview: NotRequired[bool]

Outcome = Literal['done', 'failed', 'expired', 'given-back', 'cancelled']
class OwnPayouts(TypedDict):
    standings: list[StandingDocument]
    payouts: list[PayoutDocument]

class PartAddress(TypedDict):
    url: str
    expires: int

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

class Reason_Input(TypedDict):
    reason: str

class Reason_Output(TypedDict):
    code: str
    sentence: str

class RefundList(TypedDict):
    refunds: list[stream__api__topup_documents__RefundDocument]

RefundState = Literal['waiting', 'sent', 'refused', 'failed']
class RefundTransferred(TypedDict):
    bank_reference: str

class RefusalDocument(TypedDict):
    code: str
    detail: str

class ReleaseDocument(TypedDict):
    id: str
    state: ReleaseState
    title: str
    artist: str
    label: str | None
    upc: str | None
    released_on: str | None
    created_at: str
    changed_at: str
    published_at: str | None
    artwork: ArtworkFacts | None
    tracks: list[TrackOnRelease]
    archives: list[ArchiveFacts] | None
    findings: list[ReleaseFinding] | None
    may_publish: bool | None

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

ReleaseState = Literal['draft', 'published']
class ReleaseSummary(TypedDict):
    id: str
    state: ReleaseState
    title: str
    artist: str
    created_at: str
    published_at: str | None

class RenditionFacts(TypedDict):
    rung: str
    codec: str
    bitrate: int
    bytes: int
    etag: str
    download: str | None

class ReportProgress(TypedDict):
    position_s: float
    elapsed_s: float

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

Role = Literal['listener', 'artist', 'label', 'collaborator', 'treasurer', 'moderator', 'operator']
class RolesDocument(TypedDict):
    account: str
    name: str
    roles: list[Role]

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

Scope = Literal['play', 'library.read', 'library.write', 'wallet.read', 'wallet.spend', 'account.read', 'account.write', 'music.read', 'music.write', 'shares.read', 'shares.write', 'earnings.read', 'earnings.write', 'webhooks', 'members', 'books.read', 'books.keep', 'moderate', 'fleet.read', 'fleet.run', 'audit.read']
class SectionSum(TypedDict):
    reason: str
    currency: str
    number: int
    amount: int

class SentPart(TypedDict):
    PartNumber: int
    ETag: str

class ShareFacts(TypedDict):
    payee: str | None
    name: str
    ppm: int
    through: str | None
    asked: bool
    state: Literal['accepted', 'declined', 'waiting', 'unclaimed']
    yours: bool

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

class SourceFacts(TypedDict):
    filename: str
    size_bytes: int
    container: str | None
    codec: str | None
    sample_rate: int | None
    bit_depth: int | None
    channels: int | None
    samples: int | None

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

class StoredPart(TypedDict):
    PartNumber: int
    Size: int
    ETag: str

StoredParts = list[StoredPart]
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

class TrackList(TypedDict):
    tracks: list[TrackDocument]

class TrackOnRelease(TypedDict):
    track: str
    disc: int
    position: int
    title: str
    artist: str
    isrc: str | None
    credits: list[CreditFacts]
    state: TrackState
    reason: str | None
    duration: float | None

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

TxnKind = Literal['opening', 'topup', 'grant', 'expiry', 'play', 'purchase', 'gift', 'reversal', 'refund', 'chargeback', 'fee', 'exchange', 'release', 'advance', 'recoupment', 'guarantee', 'reserve', 'payout', 'surplus', 'transfer', 'adjustment']
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
    before: int | None

class WantedShare(TypedDict):
    payee: str | None
    ppm: int

class WaveformLinks(TypedDict):
    dat: str
    json: str
    zooms: list[int]
    screen: str

Way = Literal['tus', 'ietf', 'put', 's3']
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

class WhyAside(TypedDict):
    reason: str

class WhyDecided(TypedDict):
    why: str

class WhyRefund(TypedDict):
    reason: str

class WhyRestated(TypedDict):
    why: str
    payee: NotRequired[str | None]

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

class WriteMembers(TypedDict):
    members: list[MemberFacts]

class stream__api__buying_documents__RefundDocument(TypedDict):
    transaction: int
    reverses: int
    recording: str
    first_step: int
    last_step: int

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

    async def append_to_upload(self, upload: str, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> MasterAccepted | ArchiveAccepted | None:
        """Go on with an upload at its offset."""

    async def approve(self, advance: str, *, headers: Mapping[str, str] | None = ...) -> AdvanceDocument:
        """For treasurers: let an advance be paid that somebody else proposed."""

    async def approve_run(self, run: str, *, headers: Mapping[str, str] | None = ...) -> RunDocument:
        """Approve a run that somebody else planned."""

    async def begin_multipart(self, body: BeginMultipart = ..., *, headers: Mapping[str, str] | None = ...) -> MultipartBegun:
        """Begin a multipart upload straight to the storage, as Uppy does."""

    async def cancel_job(self, job: str, *, headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: stop a job; one under way within a second."""

    async def cancel_run(self, run: str, *, headers: Mapping[str, str] | None = ...) -> RunDocument:
        """Give up a run that was not sent to the bank."""

    async def close_month(self, month: str, *, headers: Mapping[str, str] | None = ...) -> MonthClosed:
        """For treasurers: close a month; saying it again says nothing new."""

    async def complete_multipart(self, upload: str, body: CompleteMultipart, *, headers: Mapping[str, str] | None = ...) -> MultipartCompleted:
        """End an upload: its parts become a master."""

    async def create_upload(self, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> MasterAccepted | ArchiveAccepted:
        """Begin an upload, by tus 1.0.0 or the IETF's resumable uploads."""

    async def delete_account(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Be forgotten, for good; what you heard and paid stays, under a number."""

    async def delete_archive(self, release: str, archive: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Forget an archive of a draft, and what it lacked; its tracks stay."""

    async def delete_deal(self, deal: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let a deal end now."""

    async def delete_gift(self, gift: str, *, headers: Mapping[str, str] | None = ...) -> GiftDocument:
        """Take a gift back that nobody has taken up."""

    async def delete_hold(self, hold: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Lift a hold."""

    async def delete_invitation(self, invitation: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Withdraw an invitation that waits."""

    async def delete_member(self, person: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let a person no longer act for the account."""

    async def delete_membership(self, account: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Act for an account no longer."""

    async def delete_play(self, play: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Take the address of a play session back, within seconds, everywhere."""

    async def delete_release(self, release: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Delete a draft and its tracks."""

    async def delete_role(self, account: str, role: str, *, headers: Mapping[str, str] | None = ...) -> RolesDocument:
        """For operators: revoke a role."""

    async def delete_sign_in(self, sign_in: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Sign out at one place."""

    async def delete_sign_ins(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Sign out everywhere but here."""

    async def delete_token(self, token: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """End a token at once."""

    async def delete_track(self, track: str, *, headers: Mapping[str, str] | None = ...) -> TrackDocument | None:
        """Delete your track; one that listeners own is withdrawn from all others."""

    async def delete_webhook(self, webhook: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Remove a webhook."""

    async def export_run(self, run: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The run as a pain.001 file for the bank, the same each time."""

    async def get_account(self, *, headers: Mapping[str, str] | None = ...) -> AccountDocument:
        """Your account."""

    async def get_adjustments(self, *, headers: Mapping[str, str] | None = ...) -> AdjustmentList:
        """What was proposed to be put right, for treasurers."""

    async def get_advances(self, *, headers: Mapping[str, str] | None = ...) -> AdvanceList:
        """Your advances and what is left of them; to treasurers everyone's."""

    async def get_artwork(self, release: str, size: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The cover, near the size that is asked for, in the form you take best."""

    async def get_artwork_as(self, release: str, size: str, form: Literal['avif', 'webp', 'jpeg'], *, headers: Mapping[str, str] | None = ...) -> bytes:
        """The cover in a form that is named."""

    async def get_audit(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., act: Act | None = ..., person: str | None = ..., subject: str | None = ..., headers: Mapping[str, str] | None = ...) -> ActList:
        """Who did what in an office, the newest first; go on with `cursor`."""

    async def get_bank_details(self, *, payee: str | None = ..., headers: Mapping[str, str] | None = ...) -> DetailsHistory:
        """Where your money goes and went, masked; of `payee`, if not of yourself."""

    async def get_begun(self, *, limit: int | None = ..., after: str | None = ..., headers: Mapping[str, str] | None = ...) -> LibraryPage:
        """What you have paid for in part, with titles; go on with `after`."""

    async def get_claims(self, *, after: str | None = ..., limit: int | None = ..., headers: Mapping[str, str] | None = ...) -> ClaimList:
        """Your claims; to treasurers and operators all that are open."""

    async def get_comparison(self, *, month: str, currency: str | None = ..., headers: Mapping[str, str] | None = ...) -> ComparisonDocument:
        """For members: what the plays of a month pay in three ways."""

    async def get_comparison_picture(self, *, month: str, currency: str | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """The same, drawn."""

    async def get_countries(self, *, headers: Mapping[str, str] | None = ...) -> DifferingCountries:
        """Top-ups whose evidence of the country differs, for treasurers."""

    async def get_deals(self, *, track: str, headers: Mapping[str, str] | None = ...) -> DealList:
        """What is said of a `track` of yours."""

    async def get_deferred(self, *, before: str | None = ..., headers: Mapping[str, str] | None = ...) -> DeferredList:
        """For treasurers: unspent credit by its age, as of an instant."""

    async def get_download(self, track: str, rung: str, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """A file to keep, for its artist and for who owns it; ranges and tags as media."""

    async def get_email(self, *, headers: Mapping[str, str] | None = ...) -> EmailFacts:
        """One's own address, and whether it is confirmed."""

    async def get_events(self, *, track: str | None = ..., after: str | None = ..., headers: Mapping[str, str] | None = ...) -> bytes:
        """What happens to your music, as server-sent events; `?track=` for one track."""

    async def get_fleet(self, *, drain_within: float | None = ..., headers: Mapping[str, str] | None = ...) -> FleetDocument:
        """What waits, who works, how many would do it within `drain_within` seconds."""

    async def get_freezes(self, account: str, *, headers: Mapping[str, str] | None = ...) -> FreezeList:
        """Why a wallet is frozen, for treasurers."""

    async def get_gifts(self, *, headers: Mapping[str, str] | None = ...) -> GiftList:
        """What you gave."""

    async def get_history(self, *, listener: str | None = ..., limit: int | None = ..., before: int | None = ..., headers: Mapping[str, str] | None = ...) -> WalletHistory:
        """What changed your credit, the last first; go on with `before`."""

    async def get_hold(self, play: str, *, headers: Mapping[str, str] | None = ...) -> HoldExplained:
        """For who keeps the books: why a play is held, with the figures."""

    async def get_holds(self, *, reason: str | None = ..., listener: str | None = ..., limit: int | None = ..., headers: Mapping[str, str] | None = ...) -> HeldPlays:
        """For who keeps the books: plays that are suspicious, and wait for a person."""

    async def get_income(self, *, month: str | None = ..., headers: Mapping[str, str] | None = ...) -> Totals:
        """For treasurers: what was earned and spent in a month."""

    async def get_invitation(self, secret: str, *, headers: Mapping[str, str] | None = ...) -> InvitationDocument:
        """What you are invited to, by the secret of the link."""

    async def get_invitations(self, *, headers: Mapping[str, str] | None = ...) -> InvitationList:
        """The last invitations of the account, and what became of them."""

    async def get_job(self, job: str, *, headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: a job and every attempt at it."""

    async def get_jobs(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., lane: Lane | None = ..., state: JobState | None = ..., kind: Kind | None = ..., cause: Cause | None = ..., owner: str | None = ..., headers: Mapping[str, str] | None = ...) -> JobList:
        """For operators: jobs, the newest first; go on with `cursor`."""

    async def get_liabilities(self, *, before: str | None = ..., headers: Mapping[str, str] | None = ...) -> Totals:
        """For treasurers: what is owed, as of an instant."""

    async def get_library(self, *, headers: Mapping[str, str] | None = ...) -> WholeLibrary:
        """All that you own or have begun to pay for, by recording."""

    async def get_members(self, *, headers: Mapping[str, str] | None = ...) -> MemberList:
        """Who acts for the account, and as what."""

    async def get_memberships(self, *, headers: Mapping[str, str] | None = ...) -> MembershipList:
        """For whom you act: send one's id in Refrain-Acting-For to do so."""

    async def get_month(self, month: str, *, headers: Mapping[str, str] | None = ...) -> MonthOutlook:
        """For treasurers: what closing a month would tell; nothing is changed."""

    async def get_months(self, *, headers: Mapping[str, str] | None = ...) -> MonthList:
        """For treasurers: the months that are closed, and which is next."""

    async def get_own_payouts(self, *, headers: Mapping[str, str] | None = ...) -> OwnPayouts:
        """What you are owed and were paid, and what stands in the way."""

    async def get_owned(self, *, limit: int | None = ..., after: str | None = ..., headers: Mapping[str, str] | None = ...) -> LibraryPage:
        """What you own with titles, the newest first; go on with `after`."""

    async def get_payee(self, payee: str, *, headers: Mapping[str, str] | None = ...) -> PayeeDocument:
        """Who a payee is; of a group who belongs to it."""

    async def get_payee_proof(self, payee: str, *, from_: str, until: str, headers: Mapping[str, str] | None = ...) -> ProofDocument:
        """All that was booked for a payee within a time, with the path of each."""

    async def get_payees(self, *, headers: Mapping[str, str] | None = ...) -> PayeeList:
        """Whom you speak for, yourself first; and whom you made."""

    async def get_payout_holds(self, *, headers: Mapping[str, str] | None = ...) -> HoldList:
        """Whose payouts are on hold, and why."""

    async def get_picture(self, track: str, picture: str, *, headers: Mapping[str, str] | None = ...) -> Any | bytes:
        """A picture of your master, or what one is drawn from."""

    async def get_play(self, play: str, *, headers: Mapping[str, str] | None = ...) -> PlayVerdict:
        """What a play session has come to, and on what evidence."""

    async def get_play_proof(self, play: str, *, headers: Mapping[str, str] | None = ...) -> ProofDocument:
        """What was booked of a play, with the path to the root of its day."""

    async def get_price(self, track: str, *, headers: Mapping[str, str] | None = ...) -> PriceDocument:
        """What a track costs you: the next play, and to own it."""

    async def get_products(self, *, headers: Mapping[str, str] | None = ...) -> ProductList:
        """Packs of credits that are sold, and how they can be paid."""

    async def get_quality(self, track: str, *, headers: Mapping[str, str] | None = ...) -> QualityDocument:
        """What to know of your master: findings with advice, measurements, pictures."""

    async def get_refunds(self, *, headers: Mapping[str, str] | None = ...) -> RefundList:
        """Refunds that wait to be transferred, for treasurers."""

    async def get_release(self, release: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """A release: its tracks in order, its cover, and what to know of a draft."""

    async def get_releases(self, *, limit: int | None = ..., cursor: str | None = ..., fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseList:
        """Your releases, the newest first."""

    async def get_roles(self, account: str, *, headers: Mapping[str, str] | None = ...) -> RolesDocument:
        """For operators: the roles of an account."""

    async def get_root(self, day: str, *, headers: Mapping[str, str] | None = ...) -> RootDocument:
        """The Merkle root of one day, which never changes."""

    async def get_roots(self, *, headers: Mapping[str, str] | None = ...) -> RootList:
        """The Merkle root of each day of the books, for anybody to keep."""

    async def get_run(self, run: str, *, headers: Mapping[str, str] | None = ...) -> RunDocument:
        """A run: who is paid what, who is not, and why."""

    async def get_runs(self, *, headers: Mapping[str, str] | None = ...) -> RunList:
        """Payout runs, the newest first."""

    async def get_sheet(self, sheet: str, *, headers: Mapping[str, str] | None = ...) -> SheetDocument:
        """A sheet of shares, and who said what to it."""

    async def get_sign_ins(self, *, headers: Mapping[str, str] | None = ...) -> SignInList:
        """Where one is signed in, the latest seen first."""

    async def get_splits(self, *, track: str | None = ..., headers: Mapping[str, str] | None = ...) -> SheetList:
        """Sheets on which you stand, the newest first; with `track` all of yours."""

    async def get_statement(self, period: str, form: Literal['csv', 'json', 'pdf'], *, payee: str | None = ..., currency: str | None = ..., version: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes | Any:
        """A statement of a month as `csv`, `json` or `pdf`, the latest version."""

    async def get_statements(self, *, payee: str | None = ..., headers: Mapping[str, str] | None = ...) -> StatementList:
        """Your statements, the latest first; who keeps the books may name a payee."""

    async def get_tokens(self, *, headers: Mapping[str, str] | None = ...) -> TokenList:
        """Your tokens, what they may, and when each was used last."""

    async def get_topup(self, topup: str, *, headers: Mapping[str, str] | None = ...) -> TopupDocument:
        """How a top-up stands; treasurers also ask by its transfer's reference."""

    async def get_topups(self, *, headers: Mapping[str, str] | None = ...) -> TopupList:
        """Your top-ups, the newest first."""

    async def get_track(self, track: str, *, fields: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackDocument:
        """A track: its state, its measurements, its renditions."""

    async def get_tracks(self, *, headers: Mapping[str, str] | None = ...) -> TrackList:
        """What there is to hear."""

    async def get_upload(self, upload: str, *, headers: Mapping[str, str] | None = ...) -> UploadDocument:
        """How far an upload is, and what it became; HEAD tells where to go on."""

    async def get_verifier(self, *, headers: Mapping[str, str] | None = ...) -> bytes:
        """A program that checks proofs against roots, and needs Python alone."""

    async def get_waiting(self, *, headers: Mapping[str, str] | None = ...) -> SheetList:
        """Sheets that wait for you to accept or decline."""

    async def get_wallet(self, *, listener: str | None = ..., headers: Mapping[str, str] | None = ...) -> WalletDocument:
        """Your credit, lot by lot; for treasurers that of a `listener`."""

    async def get_waveform(self, track: str, form: Literal['dat', 'json'], *, zoom: int | None = ..., headers: Mapping[str, str] | None = ...) -> bytes | Any:
        """The peaks of a track, as audiowaveform writes them; samples a pixel: `zoom`."""

    async def get_webhooks(self, *, headers: Mapping[str, str] | None = ...) -> WebhookList:
        """Your webhooks, and how their last deliveries went."""

    async def list_parts(self, upload: str, *, headers: Mapping[str, str] | None = ...) -> StoredParts:
        """The parts that are there."""

    async def list_uploads(self, *, headers: Mapping[str, str] | None = ...) -> UploadList:
        """Your unfinished uploads, the newest first."""

    async def override_on_upload(self, upload: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """What X-HTTP-Method-Override names, for clients that cannot send it (tus)."""

    async def patch_account(self, body: EditAccount, *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> AccountDocument:
        """Say where you live."""

    async def patch_job(self, job: str, body: EditJob, *, headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: let a job go before others of its lane."""

    async def patch_release(self, release: str, body: EditRelease = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Write on a draft: titles, artists, order, ISRC, credits."""

    async def patch_track(self, track: str, body: EditSingle = ..., *, if_match: str | None = ..., headers: Mapping[str, str] | None = ...) -> TrackDocument:
        """Call your track what you say, if it is on no release."""

    async def post_acceptance(self, code: str, *, headers: Mapping[str, str] | None = ...) -> PurchaseFacts:
        """Take a gift up: you own its track."""

    async def post_account(self, body: NewAccount, *, headers: Mapping[str, str] | None = ...) -> MembershipDocument:
        """Make the account of an artist or a label, whose owner you are."""

    async def post_adjustment(self, body: NewAdjustment, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdjustmentDocument:
        """Propose to put something right, for treasurers; needs `Idempotency-Key`."""

    async def post_advance(self, body: NewAdvance, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdvanceDocument:
        """For treasurers: propose to give a payee an advance; `Idempotency-Key`."""

    async def post_approval(self, adjustment: str, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> AdjustmentDocument:
        """Book what another treasurer proposed; needs `Idempotency-Key`."""

    async def post_claim(self, body: NewClaim, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> ClaimDocument:
        """Claim a payee, or what a track earned for nobody known; `Idempotency-Key`."""

    async def post_code(self, body: ConfirmEmail, *, headers: Mapping[str, str] | None = ...) -> None:
        """Confirm an address by the code that was mailed to it."""

    async def post_code_again(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Have the mail with the code sent once more."""

    async def post_confirmation(self, topup: str, body: TransferFound, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> TopupDocument:
        """Say that a transfer arrived, for treasurers; needs `Idempotency-Key`."""

    async def post_contract(self, body: NewContract, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> SheetDocument:
        """Propose what a label takes before it is divided; `Idempotency-Key`."""

    async def post_deal(self, body: NewDealDocument, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> DealDocument:
        """Say where your music may be had, when, and for what; `Idempotency-Key`."""

    async def post_forgot(self, body: AskForReset, *, headers: Mapping[str, str] | None = ...) -> None:
        """Have a mail sent by which a password is chosen, if there is such an account."""

    async def post_freeze(self, account: str, body: Reason_Input, *, headers: Mapping[str, str] | None = ...) -> FreezeDocument:
        """Freeze a wallet, for treasurers."""

    async def post_gift(self, body: NewGift = ..., *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> GiftDocument:
        """Give a track to whoever has its code, or credit; `Idempotency-Key`."""

    async def post_grant(self, body: NewGrant, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> GrantDocument:
        """Give credits to an account, for treasurers; needs `Idempotency-Key`."""

    async def post_heartbeat(self, play: str, body: ReportProgress, *, headers: Mapping[str, str] | None = ...) -> PlayVerdict:
        """Report progress."""

    async def post_hold(self, body: NewHold, *, headers: Mapping[str, str] | None = ...) -> HoldDocument:
        """Let a payee not be paid until the hold is lifted."""

    async def post_invitation(self, body: NewInvitation, *, headers: Mapping[str, str] | None = ...) -> InvitationMade:
        """Invite somebody to act for the account, by mail or by a link to hand on."""

    async def post_join(self, body: JoinAccount, *, headers: Mapping[str, str] | None = ...) -> None:
        """Make an account, signed in by a cookie; a mail asks to confirm the address."""

    async def post_lifting(self, freeze: str, body: Reason_Input, *, headers: Mapping[str, str] | None = ...) -> FreezeDocument:
        """Take a reason away for which a wallet is frozen, for treasurers."""

    async def post_message(self, provider: str, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> bytes:
        """What a payment provider has to say, signed or worth a question."""

    async def post_offline(self, body: OfflineReport, *, headers: Mapping[str, str] | None = ...) -> PlayVerdict:
        """Hand in what was heard offline, sealed with the play's key."""

    async def post_payee(self, body: NewPayee, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> PayeeDocument:
        """Make a label, a group, or somebody without an account; `Idempotency-Key`."""

    async def post_ping(self, webhook: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Try a webhook out; one that was given up is taken up again."""

    async def post_play(self, body: OpenPlay, *, headers: Mapping[str, str] | None = ...) -> PlayOpened:
        """Open a play session: media URLs, price, plays left to own."""

    async def post_purchase(self, body: NewPurchase = ..., *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> Purchased:
        """Buy a track outright, or what of a release you do not own; `Idempotency-Key`."""

    async def post_refund(self, body: NewRefund, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__buying_documents__RefundDocument:
        """Give a purchase back; for treasurers also a play. `Idempotency-Key`."""

    async def post_release(self, body: NewRelease = ..., *, headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Begin a draft; files that are sent with `release=ID` become its tracks."""

    async def post_reset(self, body: ResetPassword, *, headers: Mapping[str, str] | None = ...) -> None:
        """Choose a password by the token of a mailed link; all sessions end."""

    async def post_reversal(self, body: NewReversal, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> Reversal:
        """For who keeps the books: undo what an account was charged in a time."""

    async def post_run(self, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> RunDocument:
        """Plan to pay what closed months owe; another approves it. `Idempotency-Key`."""

    async def post_settlement(self, body: NewSettlement, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> Booked:
        """Book a provider's payout, for treasurers; needs `Idempotency-Key`."""

    async def post_sign_in(self, body: SignInWith, *, headers: Mapping[str, str] | None = ...) -> None:
        """Sign in by address and password; the answer sets the cookie of a session."""

    async def post_split(self, body: NewSplit, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> SheetDocument:
        """Propose who shares a track of yours, or all of your music; `Idempotency-Key`."""

    async def post_statement(self, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> StatementTaken:
        """Book what a camt.053 or camt.054 message tells of payouts."""

    async def post_token(self, body: NewToken, *, headers: Mapping[str, str] | None = ...) -> TokenMade:
        """Make a token for a program of yours, as narrow as you like; told once."""

    async def post_topup(self, body: NewTopup, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> TopupDocument:
        """Order a pack of credits; needs `Idempotency-Key`."""

    async def post_transferred(self, refund: str, body: RefundTransferred, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__topup_documents__RefundDocument:
        """Say that a refund was transferred, for treasurers; needs `Idempotency-Key`."""

    async def post_vat_payment(self, body: NewVatPayment, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> Booked:
        """Book tax that was paid, for treasurers; needs `Idempotency-Key`."""

    async def post_webhook(self, body: NewWebhook, *, headers: Mapping[str, str] | None = ...) -> WebhookMade:
        """Have your events sent to an address, signed as Standard Webhooks are."""

    async def publish_release(self, release: str, *, headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Let all hear a draft, unless there are errors among its findings."""

    async def put_acceptance(self, secret: str, *, headers: Mapping[str, str] | None = ...) -> InvitationDocument:
        """Accept: you act for the account from then on."""

    async def put_acting(self, body: ActFor, *, headers: Mapping[str, str] | None = ...) -> None:
        """Let your sign-in act for an account until told otherwise."""

    async def put_answer(self, sheet: str, body: Answer, *, headers: Mapping[str, str] | None = ...) -> SheetDocument:
        """Accept or decline; what waited for you is yours, or goes back."""

    async def put_artwork(self, release: str, body: bytes | AsyncIterable[bytes] = ..., *, headers: Mapping[str, str] | None = ...) -> ReleaseDocument:
        """Send the cover of a draft: JPEG, PNG, WebP, AVIF, TIFF or GIF."""

    async def put_bank_details(self, body: EnterDetails, *, headers: Mapping[str, str] | None = ...) -> DetailsHistory:
        """Say where your money goes; new details wait some days."""

    async def put_decision(self, claim: str, body: Decision, *, headers: Mapping[str, str] | None = ...) -> ClaimDocument:
        """For treasurers and operators: decide about somebody else's claim."""

    async def put_email(self, body: ChangeEmail, *, headers: Mapping[str, str] | None = ...) -> None:
        """Ask for another address, which is used once it was confirmed."""

    async def put_master(self, filename: str, body: bytes | AsyncIterable[bytes] = ..., *, release: str | None = ..., headers: Mapping[str, str] | None = ...) -> MasterAccepted | ArchiveAccepted:
        """Send a master, or an archive of them; `?release=ID` puts it on a draft."""

    async def put_member(self, person: str, body: EditMember, *, headers: Mapping[str, str] | None = ...) -> MemberDocument:
        """Let a member act as a viewer, an editor or an owner."""

    async def put_members(self, payee: str, body: WriteMembers, *, headers: Mapping[str, str] | None = ...) -> PayeeDocument:
        """Say who a group of yours is, for shares that are proposed from then on."""

    async def put_password(self, body: ChangePassword, *, headers: Mapping[str, str] | None = ...) -> None:
        """Choose another password; all other sessions end."""

    async def put_price(self, track: str, body: PriceTrack, *, headers: Mapping[str, str] | None = ...) -> TrackDocument:
        """Let all hear your track for nothing, or no longer."""

    async def put_refusal(self, secret: str, *, headers: Mapping[str, str] | None = ...) -> InvitationDocument:
        """Decline."""

    async def put_role(self, account: str, role: str, *, headers: Mapping[str, str] | None = ...) -> RolesDocument:
        """For operators: grant a role."""

    async def quarantine_job(self, job: str, body: WhyAside, *, headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: set a job aside, and say why."""

    async def refund_topup(self, topup: str, body: WhyRefund, *, idempotency_key: str | None = ..., headers: Mapping[str, str] | None = ...) -> stream__api__topup_documents__RefundDocument:
        """Send back what is unspent, for treasurers; needs `Idempotency-Key`."""

    async def refuse_single(self, *, headers: Mapping[str, str] | None = ...) -> None:
        """Refused: files go to the storage in parts only."""

    async def reject_hold(self, play: str, body: WhyDecided, *, headers: Mapping[str, str] | None = ...) -> HoldExplained:
        """For who keeps the books: let a held play come to nothing."""

    async def release_hold(self, play: str, body: WhyDecided, *, headers: Mapping[str, str] | None = ...) -> HoldExplained:
        """For who keeps the books: let a held play be settled."""

    async def restate_month(self, month: str, body: WhyRestated, *, headers: Mapping[str, str] | None = ...) -> RestatedList:
        """For treasurers: tell statements anew, where something changed, and why."""

    async def retry_job(self, job: str, *, headers: Mapping[str, str] | None = ...) -> JobDocument:
        """For operators: let a job be done again, also one that is done."""

    async def return_payout(self, payout: str, body: ReturnPayout, *, headers: Mapping[str, str] | None = ...) -> PayoutList:
        """Say that a transfer came back; once two have said so, it is owed again."""

    async def settle_payout(self, payout: str, *, headers: Mapping[str, str] | None = ...) -> PayoutList:
        """Say that a transfer left the account."""

    async def settle_run(self, run: str, *, headers: Mapping[str, str] | None = ...) -> RunDocument:
        """Say that all of a run left the account."""

    async def sign_part(self, upload: str, number: str, *, headers: Mapping[str, str] | None = ...) -> PartAddress:
        """Where to PUT a part."""

    async def terminate_upload(self, upload: str, *, headers: Mapping[str, str] | None = ...) -> None:
        """Give an upload up; nothing is kept of it."""

