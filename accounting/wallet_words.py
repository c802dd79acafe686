"""What a transaction meant to a listener, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from accounting.ledger import TxnKind

_SENTENCES = {
    TxnKind.OPENING: "Carried over from before there were books.",
    TxnKind.TOPUP: "Credit was bought.",
    TxnKind.GRANT: "Credit was given by the co-operative.",
    TxnKind.EXPIRY: "Credit that was given ran out.",
    TxnKind.CHARGEBACK: "A payment was taken back by the bank.",
    TxnKind.ADJUSTMENT: "The books were put right.",
}


def sentence(
    kind: TxnKind, facts: Mapping[str, str | int], *, credits_: int, title: str | None
) -> str:
    """Say why credit came (more than nothing) or went (less)."""
    about = f"“{title}”" if title else "a track"
    match kind:
        case TxnKind.PLAY:
            return f"Play {facts.get('step', '')} of {about}.".replace("  ", " ")
        case TxnKind.PURCHASE:
            first, last = facts.get("first_step", ""), facts.get("last_step", "")
            return f"Bought {about}: what was left of it, steps {first} to {last}."
        case TxnKind.GIFT:
            return _gift(facts, about, is_mine=credits_ < 0)
        case TxnKind.REFUND | TxnKind.REVERSAL:
            return _back(facts, credits_)
        case _:
            return _SENTENCES.get(kind, "Something else was booked.")


def _back(facts: Mapping[str, str | int], credits_: int) -> str:
    reason = str(facts.get("reason", "")).rstrip(".") or "it was undone"
    is_money = "payment" in facts and credits_ < 0
    return f"What was paid is sent back: {reason}." if is_money else f"Given back: {reason}."


def _gift(facts: Mapping[str, str | int], about: str, *, is_mine: bool) -> str:
    if "gift" in facts:
        return f"A gift of {about}." if is_mine else f"What was left of a gift of {about}."
    return "Credit was given to a listener." if is_mine else "Credit was given by a listener."
