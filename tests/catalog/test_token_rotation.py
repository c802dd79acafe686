"""Tokens that are exchanged once: a family lived through by chance, against a plain model."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from catalog.token_rotation import GRACE, MOST_SIBLINGS, Shown, Verdict, verdict

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FRESH = Shown(
    expires_at=NOON + timedelta(days=60),
    used_at=None,
    family_ended=False,
    sibling_used=False,
    children=0,
    child_used=False,
)


def test_a_fresh_token_is_exchanged() -> None:
    assert verdict(FRESH, NOON) is Verdict.EXCHANGE


def test_one_whose_answer_was_lost_is_answered_again_for_a_moment() -> None:
    used = replace(FRESH, used_at=NOON, children=1)

    assert verdict(used, NOON + GRACE) is Verdict.EXCHANGE
    assert verdict(used, NOON + GRACE + timedelta(seconds=1)) is Verdict.STOLEN


def test_one_whose_answer_arrived_is_not() -> None:
    used = replace(FRESH, used_at=NOON, children=1, child_used=True)

    assert verdict(used, NOON) is Verdict.STOLEN


def test_nobody_loses_so_many_answers() -> None:
    used = replace(FRESH, used_at=NOON, children=MOST_SIBLINGS)

    assert verdict(used, NOON) is Verdict.OVER
    assert verdict(used, NOON + GRACE + timedelta(seconds=1)) is Verdict.STOLEN


def test_a_token_beside_one_that_was_used_is_a_copy() -> None:
    assert verdict(replace(FRESH, sibling_used=True), NOON) is Verdict.STOLEN


def test_one_that_is_over_is_over() -> None:
    assert verdict(FRESH, FRESH.expires_at) is Verdict.OVER
    assert verdict(replace(FRESH, family_ended=True), NOON) is Verdict.OVER


@dataclass
class Kept:
    parent: "Kept | None"
    used_at: datetime | None = None


class Family(RuleBasedStateMachine):
    """A player and a thief with copies: between them at most one goes on for long."""

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.kept: list[Kept] = []
        self.has_ended = False

    @initialize(target=tokens)
    def begin(self) -> Kept:
        self.kept.append(Kept(None))
        return self.kept[0]

    @rule(seconds=st.integers(0, 90))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(target=tokens, shown=tokens)
    def show(self, shown: Kept) -> object:
        """Show a token, as its player does, or as somebody who copied it."""
        found = verdict(self._facts(shown), self.now)
        if found is Verdict.STOLEN:
            self.has_ended = True
        if found is not Verdict.EXCHANGE:
            return multiple()
        shown.used_at = shown.used_at or self.now
        self.kept.append(Kept(shown))
        return self.kept[-1]

    @rule(lost=consumes(tokens))
    def lose(self, lost: Kept) -> None:
        """Lose an answer on its way."""

    @invariant()
    def of_siblings_one_was_used(self) -> None:
        for parent in self.kept:
            children = [one for one in self.kept if one.parent is parent]
            assert sum(one.used_at is not None for one in children) <= 1
            assert len(children) <= MOST_SIBLINGS

    @invariant()
    def what_was_used_is_one_chain(self) -> None:
        """Whoever shows two tokens that are not of one chain has ended the family before."""
        used = [one for one in self.kept if one.used_at is not None]
        assert len({id(one.parent) for one in used}) == len(used)

    def _facts(self, shown: Kept) -> Shown:
        children = [one for one in self.kept if one.parent is shown]
        siblings = [
            one
            for one in self.kept
            if shown.parent is not None and one.parent is shown.parent and one is not shown
        ]
        return Shown(
            expires_at=NOON + timedelta(days=60),
            used_at=shown.used_at,
            family_ended=self.has_ended,
            sibling_used=any(one.used_at is not None for one in siblings),
            children=len(children),
            child_used=any(one.used_at is not None for one in children),
        )


Family.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestFamily = Family.TestCase
