"""What things of the books and of reviews are called on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from accounting.ledger import AccountKind
from accounting.obstacles import Code
from accounting.payouts import Why
from accounting.statements import Section
from catalog.payment_states import PaymentState
from catalog.payout_states import PayoutState, RunState
from catalog.report_recipients import ReportForm
from catalog.report_states import ReportState
from stream.pages.language import N_


def _words(**said: str) -> Mapping[str, str]:
    return MappingProxyType(said)


#: What stands in the way of closing a month: what it is, and where one sees to it.
OBSTACLES: Mapping[Code, tuple[str, str]] = MappingProxyType(
    {
        Code.NOT_OVER: (N_("The month is not over yet."), ""),
        Code.HELD_PLAYS: (
            N_("Plays of it are held as suspicious. Decide, or they come to a later month."),
            "/office/holds",
        ),
        Code.UNSETTLED_PLAYS: (N_("Plays of it are not settled yet, which takes a moment."), ""),
        Code.OPEN_ADJUSTMENTS: (
            N_("Adjustments wait for a second person."),
            "/office/adjustments",
        ),
        Code.PAYOUTS_UNDER_WAY: (
            N_("Payouts are on their way: no bank statement has shown them yet."),
            "/office/payouts",
        ),
        Code.BOOKS_DIFFER: (
            N_("When the books were reconciled last, figures differed that must not."),
            "",
        ),
        Code.NOT_RECONCILED: (N_("The books were not reconciled for two days."), ""),
    }
)
KINDS: Mapping[AccountKind, str] = MappingProxyType(
    {
        AccountKind.PSP: N_("At payment providers"),
        AccountKind.BANK: N_("At the bank"),
        AccountKind.ADVANCE: N_("Advances"),
        AccountKind.TRANSIT: N_("Payouts on their way"),
        AccountKind.WALLET: N_("Listeners' credit, paid for"),
        AccountKind.WALLET_PROMO: N_("Listeners' credit, given"),
        AccountKind.PAYABLE: N_("Owed to payees"),
        AccountKind.SUSPENSE: N_("Shares that nobody has accepted yet"),
        AccountKind.RESERVE: N_("Held back for payees"),
        AccountKind.VAT: N_("Value added tax"),
        AccountKind.COOP_SHARE: N_("The co-operative's part of plays"),
        AccountKind.BREAKAGE: N_("Rounding of refunds"),
        AccountKind.DUES: N_("Dues"),
        AccountKind.PROMO: N_("Credit that was given"),
        AccountKind.PSP_FEES: N_("Fees of payment providers"),
        AccountKind.CHARGEBACK: N_("Chargebacks"),
        AccountKind.GUARANTEE: N_("Guarantees"),
        AccountKind.EXCHANGE: N_("Currencies exchanged"),
        AccountKind.SURPLUS: N_("Surplus"),
        AccountKind.OPENING: N_("What was there before"),
        AccountKind.SHARES: N_("Members' shares"),
    }
)
SECTIONS: Mapping[Section, str] = MappingProxyType(
    {
        Section.PLAYS: N_("Plays"),
        Section.PURCHASES: N_("Tracks bought outright"),
        Section.REFUNDS: N_("Refunds and corrections"),
        Section.SHARES: N_("Shares released"),
        Section.SURPLUS: N_("Shares of the surplus"),
        Section.ADVANCES: N_("Advances"),
        Section.OTHER: N_("Other"),
        Section.RECOUPMENT: N_("Advances recouped"),
        Section.HOLDBACK: N_("Held back, and given back"),
        Section.PAYOUTS: N_("Paid out"),
    }
)
#: Words, and how they are marked.
RUNS: Mapping[RunState, tuple[str, str]] = MappingProxyType(
    {
        RunState.DRAFT: (N_("waits for approval"), "warn"),
        RunState.APPROVED: (N_("approved"), "accent"),
        RunState.EXPORTED: (N_("at the bank"), "good"),
        RunState.CANCELLED: (N_("cancelled"), ""),
    }
)
PAYOUTS: Mapping[PayoutState, tuple[str, str]] = MappingProxyType(
    {
        PayoutState.PLANNED: (N_("planned"), ""),
        PayoutState.BOOKED: (N_("on its way"), "accent"),
        PayoutState.SETTLED: (N_("paid"), "good"),
        PayoutState.RETURNED: (N_("came back"), "wrong"),
        PayoutState.CANCELLED: (N_("cancelled"), ""),
    }
)
WAITS: Mapping[Why, str] = MappingProxyType(
    {
        Why.BELOW_THRESHOLD: N_("less than is paid out at once; it is carried forward"),
        Why.IN_DEBT: N_("more was taken back than is owed"),
        Why.OTHER_CURRENCY: N_("owed in a currency that is not paid out yet"),
        Why.ON_HOLD: N_("on hold until somebody lifts it"),
        Why.NO_DETAILS: N_("no bank details yet"),
        Why.NEW_DETAILS: N_("bank details are new, and wait for some days"),
        Why.DOUBTFUL_DETAILS: N_("the bank sent a transfer back"),
        Why.UNKNOWN: N_("booked for nobody that can be paid"),
    }
)
TOPUPS: Mapping[PaymentState, tuple[str, str]] = MappingProxyType(
    {
        PaymentState.NEW: (N_("ordered"), ""),
        PaymentState.OPEN: (N_("waits for its transfer"), "warn"),
        PaymentState.FAILED: (N_("failed"), "wrong"),
        PaymentState.PAID: (N_("paid"), "good"),
        PaymentState.REFUNDED: (N_("sent back"), ""),
        PaymentState.DISPUTED: (N_("disputed"), "wrong"),
        PaymentState.LOST: (N_("lost"), "wrong"),
    }
)
#: What the bank may say of a transfer that came back (ISO 20022), as far as people choose it.
RETURNS: Mapping[str, str] = _words(
    AC01=N_("The account number is wrong"),
    AC04=N_("The account is closed"),
    AC06=N_("The account is blocked"),
    AG01=N_("Transfers to it are not allowed"),
    BE01=N_("The name does not fit the account"),
    MS03=N_("The bank gives no reason"),
)
FORMS: Mapping[ReportForm, str] = MappingProxyType(
    {
        ReportForm.BASIC_AUDIO: N_("plays and sales, by DDEX"),
        ReportForm.FINANCIAL: N_("earnings, by DDEX"),
        ReportForm.CSV: N_("a table of their own"),
    }
)
REPORTS: Mapping[ReportState, tuple[str, str]] = MappingProxyType(
    {
        ReportState.DUE: (N_("to be made"), ""),
        ReportState.MADE: (N_("made"), "accent"),
        ReportState.SENT: (N_("sent"), "accent"),
        ReportState.ACKNOWLEDGED: (N_("taken"), "good"),
        ReportState.REFUSED: (N_("refused"), "wrong"),
        ReportState.FAILED: (N_("came to nothing"), "wrong"),
    }
)
