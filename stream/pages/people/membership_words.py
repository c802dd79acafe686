"""Memberships, classes and shares as people read them."""

from __future__ import annotations

from typing import Any

from accounting.payments.manual import BY_HAND
from catalog.member_states import MemberEvent, MemberState
from catalog.membership import Admission, Right, Shown, Terms
from catalog.payment_states import PaymentState
from stream.api.membership_documents import ChargeDocument, MembershipDocument
from stream.pages.people.days import day_of, money_of

_STATES = {
    MemberState.APPLIED: "You have applied to be a member.",
    MemberState.MEMBER: "You are a member.",
    MemberState.LAPSED: "Your dues ran out, and your vote rests until you pay them.",
    MemberState.REFUSED: "Your application was refused. You may apply again.",
    MemberState.WITHDRAWN: "You took your application back. You may apply again.",
    MemberState.RESIGNED: "You resigned. You may apply again.",
    MemberState.EXCLUDED: "You were excluded. Write to those who keep the roll if you disagree.",
}
_EVENTS = {
    MemberEvent.ADMIT: "You were admitted.",
    MemberEvent.REFUSE: "Your application was refused.",
    MemberEvent.WITHDRAW: "You took your application back.",
    MemberEvent.LAPSE: "Your dues ran out.",
    MemberEvent.RENEW: "You paid your dues.",
    MemberEvent.RESIGN: "You resigned.",
    MemberEvent.EXCLUDE: "You were excluded.",
}
_RIGHTS = {
    Right.VOTE: "Has a vote.",
    Right.STAND: "May stand for election.",
    Right.SURPLUS: "Shares in what is left of a year.",
}
_ADMISSIONS = {
    Admission.PAID: "Who pays is a member.",
    Admission.OPERATOR: "Those who keep the roll admit, and you pay then.",
}
_SHOWN = {
    Shown.NOTHING: "Nothing: nobody sees that you are a member",
    Shown.CLASS: "That you are a member, and of which class",
    Shown.SINCE: "The same, and since when",
}
_UNPAID = frozenset({PaymentState.NEW, PaymentState.OPEN})


def class_words(terms: Terms) -> dict[str, Any]:
    """Tell what a class asks and gives."""
    return {
        "id": terms.class_id,
        "title": terms.title,
        "dues": money_of(terms.dues, terms.currency) if terms.dues else None,
        "share": money_of(terms.share_value, terms.currency) if terms.share_value else None,
        "shares": terms.shares,
        "first": money_of(terms.first_payment, terms.currency),
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
        "since": day_of(found.admitted_at),
        "applied": day_of(found.applied_at),
        "through": day_of(found.paid_through),
        "shown": str(found.shown),
        "shares": [
            {
                "numbers": f"{one.first} to {one.last}" if one.last > one.first else str(one.first),
                "count": one.count,
                "value": money_of(one.value * one.count, one.currency),
                "since": day_of(one.since),
            }
            for one in found.shares
        ],
        "held": sum(one.count for one in found.shares),
        "charges": [_charge(one) for one in found.charges],
        "steps": [(day_of(one.at), _EVENTS[one.event], one.reason) for one in found.steps],
    }


def provider_words(name: str) -> str:
    """Tell how one pays."""
    return "by a transfer from your bank" if name == BY_HAND else f"at {name.capitalize()}"


def shown_words() -> list[tuple[str, str]]:
    """Tell what everybody may be let see."""
    return [(str(one), words) for one, words in _SHOWN.items()]


def _charge(one: ChargeDocument) -> dict[str, Any]:
    return {
        "amount": money_of(one.amount, one.currency),
        "dues": money_of(one.dues, one.currency) if one.dues else None,
        "shares": one.shares,
        "is_waiting": one.state in _UNPAID,
        "is_paid": one.paid_at is not None and one.void_at is None,
        "state": str(one.state),
        "checkout": one.checkout,
        "reference": one.reference,
        "paid": day_of(one.paid_at),
        "from": day_of(one.starts_on),
        "through": day_of(one.ends_on),
    }
