"""What is to be done to a label's release, whatever state it is in."""

from datetime import timedelta

import pytest

from accounting.deals import DealModel, DealUse
from catalog.states import RELEASE_MOVES, ReleaseEvent, ReleaseState
from ingest.ddex.outlook import Outlook, Step, outlook_of, step_for
from tests.accounting.test_availability import DAY, NOON, deal

HOUR = timedelta(hours=1)
NOW, LATER, NEVER = (
    Outlook(is_had=True),
    Outlook(is_had=False, had_from=NOON),
    Outlook(is_had=False),
)


@pytest.mark.parametrize("state", list(ReleaseState))
@pytest.mark.parametrize("seen", [NOW, LATER, NEVER])
def test_every_step_is_one_that_the_table_of_states_allows(
    state: ReleaseState, seen: Outlook
) -> None:
    step = step_for(state, seen)

    is_dated_anew = (state, step) == (ReleaseState.SCHEDULED, Step.SCHEDULE)
    if step is not Step.NOTHING and not is_dated_anew:
        assert (state, ReleaseEvent(step.value)) in RELEASE_MOVES


def test_what_may_be_had_comes_out_and_what_may_not_goes() -> None:
    assert step_for(ReleaseState.DRAFT, NOW) is Step.PUBLISH
    assert step_for(ReleaseState.DRAFT, LATER) is Step.SCHEDULE
    assert step_for(ReleaseState.DRAFT, NEVER) is Step.NOTHING
    assert step_for(ReleaseState.SCHEDULED, NEVER) is Step.RECALL
    assert step_for(ReleaseState.PUBLISHED, LATER) is Step.WITHDRAW
    assert step_for(ReleaseState.PUBLISHED, NOW) is Step.NOTHING
    assert step_for(ReleaseState.WITHDRAWN, NOW) is Step.REINSTATE


def test_it_is_looked_at_when_anything_begins_or_ends_anywhere() -> None:
    tokyo = deal(territories={"JP"}, starts=DAY)
    shortly = deal(territories={"DE"}, starts=NOON, ends=NOON + HOUR)
    begins = NOON.replace(day=7, hour=15)

    before = outlook_of([[tokyo], [shortly]], now=begins - timedelta(microseconds=1))
    then = outlook_of([[tokyo], [shortly]], now=begins)

    assert (before.is_had, before.had_from, before.changes_at) == (False, begins, begins)
    assert (then.is_had, then.changes_at) == (True, NOON)
    alone = outlook_of([[shortly]], now=NOON + HOUR)
    assert alone == Outlook(is_had=False)


def test_what_may_be_heard_and_never_owned_does_not_come_out() -> None:
    heard = deal(starts=NOON, uses={DealUse.STREAM})
    free = deal(DealModel.FREE, starts=NOON, uses={DealUse.STREAM})

    assert not outlook_of([[heard]], now=NOON).is_had
    assert outlook_of([[heard], [free]], now=NOON).is_had
    assert outlook_of([[], []], now=NOON) == Outlook(is_had=False)
