"""What is known of somebody from an earlier house, as a part of an export of their own data."""

from __future__ import annotations

from catalog.models.earlier import (
    EarlierCounter,
    EarlierCredit,
    EarlierPerson,
    EarlierPlay,
)
from catalog.personal_queries import Export, theirs

#: What is exported of it.
EARLIER: tuple[Export, ...] = (
    Export(
        name="earlier_person",
        says="The number by which you were known in the house before this one.",
        query=theirs(EarlierPerson, EarlierPerson.account_id),
    ),
    Export(
        name="earlier_plays",
        says="What you heard and bought in the house before this one.",
        query=theirs(EarlierPlay, EarlierPlay.listener_id),
    ),
    Export(
        name="earlier_library",
        says="How often you had paid for each recording there, and what you owned.",
        query=theirs(EarlierCounter, EarlierCounter.listener_id),
    ),
    Export(
        name="earlier_credit",
        says="What you had to spend there, in millionths of a credit.",
        query=theirs(EarlierCredit, EarlierCredit.listener_id),
    ),
)
