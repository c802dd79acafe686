"""Memberships, classes and shares as people read them."""

from __future__ import annotations

from typing import Any

from accounting.payments.manual import BY_HAND
from catalog.member_states import MemberEvent, MemberState
from catalog.membership import Admission, Right, Shown, Terms
from catalog.payment_states import PaymentState
from stream.api.membership_documents import ChargeDocument, MembershipDocument
from stream.pages.language import N_

_STATES = {
    MemberState.APPLIED: N_("You have applied to be a member."),
    MemberState.MEMBER: N_("You are a member."),
    MemberState.LAPSED: N_("Your dues ran out, and your vote rests until you pay them."),
    MemberState.REFUSED: N_("Your application was refused. You may apply again."),
    MemberState.WITHDRAWN: N_("You took your application back. You may apply again."),
    MemberState.RESIGNED: N_("You resigned. You may apply again."),
    MemberState.EXCLUDED: N_(
        "You were excluded. Write to those who keep the roll if you disagree."
    ),
}
_EVENTS = {
    MemberEvent.ADMIT: N_("You were admitted."),
    MemberEvent.REFUSE: N_("Your application was refused."),
    MemberEvent.WITHDRAW: N_("You took your application back."),
    MemberEvent.LAPSE: N_("Your dues ran out."),
    MemberEvent.RENEW: N_("You paid your dues."),
    MemberEvent.RESIGN: N_("You resigned."),
    MemberEvent.EXCLUDE: N_("You were excluded."),
}
_RIGHTS = {
    Right.VOTE: N_("Has a vote."),
    Right.STAND: N_("May stand for election."),
    Right.SURPLUS: N_("Shares in what is left of a year."),
}
_ADMISSIONS = {
    Admission.PAID: N_("Who pays is a member."),
    Admission.OPERATOR: N_("Those who keep the roll admit, and you pay then."),
}
_SHOWN = {
    Shown.NOTHING: N_("Nothing: nobody sees that you are a member"),
    Shown.CLASS: N_("That you are a member, and of which class"),
    Shown.SINCE: N_("The same, and since when"),
}
_UNPAID = frozenset({PaymentState.NEW, PaymentState.OPEN})


def class_words(terms: Terms) -> dict[str, Any]:
    """Tell what a class asks and gives."""
    return {
        "id": terms.class_id,
        "title": terms.title,
        "dues": terms.dues,
        "share": terms.share_value,
        "currency": terms.currency,
        "shares": terms.shares,
        "first": terms.first_payment,
        "admission": _ADMISSIONS[terms.admission],
        "rights": [_RIGHTS[one] for one in Right if one in terms.rights],
        "grace_days": terms.grace_days,
    }


def membership_words(found: MembershipDocument, terms: Terms | None) -> dict[str, Any]:
    """Tell a membership with its shares, payments, and what happened."""
    ended = [one.reason for one in found.steps if one.reason]
    return {
        "state": _STATES[found.state],
        "is_applicant": found.state is MemberState.APPLIED,
        "reason": ended[-1] if ended else None,
        "number": found.number,
        "name": found.name,
        "title": terms.title if terms else found.class_id,
        "since": found.admitted_at,
        "applied": found.applied_at,
        "through": found.paid_through,
        "shown": str(found.shown),
        "shares": [
            {
                "numbers": f"{one.first}-{one.last}" if one.last > one.first else str(one.first),
                "count": one.count,
                "worth": one.value * one.count,
                "currency": one.currency,
                "since": one.since,
            }
            for one in found.shares
        ],
        "held": sum(one.count for one in found.shares),
        "charges": [_charge(one) for one in found.charges],
        "steps": [(one.at, _EVENTS[one.event], one.reason) for one in found.steps],
    }


def provider_words(name: str) -> str:
    """Tell how one pays."""
    return N_("by a transfer from your bank") if name == BY_HAND else N_("at %(provider)s")


def shown_words() -> list[tuple[str, str]]:
    """Tell what everybody may be let see."""
    return [(str(one), words) for one, words in _SHOWN.items()]


def _charge(one: ChargeDocument) -> dict[str, Any]:
    return {
        "amount": one.amount,
        "currency": one.currency,
        "dues": one.dues,
        "shares": one.shares,
        "is_waiting": one.state in _UNPAID,
        "is_paid": one.paid_at is not None and one.void_at is None,
        "checkout": one.checkout,
        "reference": one.reference,
        "paid": one.paid_at,
        "starts": one.starts_on,
        "through": one.ends_on,
    }
