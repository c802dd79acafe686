from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.ledger import TxnKind
from accounting.unwinding import Charge, ChargeKind, unwound
from accounting.wallet_words import sentence
from base.errors import Refused

WHO, WHAT = UUID(int=1), UUID(int=2)


def charge(first: int, last: int | None = None, *, recording: UUID = WHAT) -> Charge:
    return Charge(
        id=UUID(int=first),
        kind=ChargeKind.PLAY if last is None else ChargeKind.PURCHASE,
        txn_id=first,
        listener_id=WHO,
        payer_id=WHO,
        payee_id=UUID(int=9),
        recording_id=recording,
        first_step=first,
        last_step=last or first,
    )


@given(st.integers(1, 9), st.data())
def test_any_end_of_what_was_paid_is_given_back_in_any_order(
    plays: int, data: st.DataObject
) -> None:
    charges = [charge(step) for step in range(1, plays + 1)]
    count = data.draw(st.integers(0, plays))
    some = data.draw(st.permutations(charges[plays - count :]))

    left = unwound(some, {(WHO, WHAT): plays})

    assert left == ({(WHO, WHAT): plays - count} if count else {})


def test_what_was_bought_is_given_back_before_what_was_played() -> None:
    other = UUID(int=3)
    charges = [charge(2), charge(3, 9), charge(1, recording=other)]

    assert unwound(charges, {(WHO, WHAT): 9, (WHO, other): 1}) == {
        (WHO, WHAT): 1,
        (WHO, other): 0,
    }
    for some in ([charge(2)], [charge(1), charge(3, 9)]):
        with pytest.raises(Refused) as refused:
            unwound(some, {(WHO, WHAT): 9})
        assert (refused.value.code, refused.value.status) == ("later-plays-first", 409)


_SENT_BACK = "What was paid is sent back: by mistake."


@pytest.mark.parametrize(
    ("kind", "facts", "credits_", "said"),
    [
        (TxnKind.PLAY, {"step": 3}, -8, "Play 3 of “Song”."),
        (TxnKind.GIFT, {"gift": "g"}, -9, "A gift of “Song”."),
        (TxnKind.GIFT, {"gift": "g"}, 9, "What was left of a gift of “Song”."),
        (TxnKind.GIFT, {}, -9, "Credit was given to a listener."),
        (TxnKind.GIFT, {}, 9, "Credit was given by a listener."),
        (TxnKind.REFUND, {"reason": "too loud."}, 9, "Given back: too loud."),
        (TxnKind.REFUND, {"payment": "1", "reason": "by mistake"}, -9, _SENT_BACK),
        (TxnKind.TOPUP, {}, 9, "Credit was bought."),
        (TxnKind.SURPLUS, {}, 9, "Something else was booked."),
    ],
)
def test_each_change_is_told_in_a_sentence(
    kind: TxnKind, facts: dict[str, str | int], credits_: int, said: str
) -> None:
    assert sentence(kind, facts, credits_=credits_, title="Song") == said
