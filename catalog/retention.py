"""How long what is known of people is kept: one table of rules, which a job obeys every night.

What is not in it stays until somebody erases it, or goes in ways of its own: docs/privacy.md says
what and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Rows of a table, of those that are `only` so, are kept for some days from a time in them.

    Then they are deleted; or only what stands in the columns `blanks`, and the rest stays.
    """

    table: str
    counted_from: str
    days: int
    why: str
    blanks: tuple[str, ...] = ()
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def before(self, now: datetime) -> datetime:
        """Answer when it must have been that is kept no longer."""
        return now - timedelta(days=self.days)


#: What bookkeeping law wants kept (in Germany § 147 AO, § 257 HGB): ten years, and the year that
#: they begin after.
BOOKS_DAYS = 11 * 366
#: Until statements are closed, and objections to them are over.
EVIDENCE_DAYS = 400

RULES: tuple[Rule, ...] = (
    Rule(
        table="play_sessions",
        counted_from="active_at",
        days=EVIDENCE_DAYS,
        why="which seconds were served and heard decides what a play is; then the play is enough",
        blanks=("delivered", "told"),
        only={"state": ("settled", "rejected")},
    ),
    Rule(
        table="heartbeats",
        counted_from="at",
        days=EVIDENCE_DAYS,
        why="what a player told says whether it played; then the play is enough",
    ),
    Rule(
        table="payments",
        counted_from="created_at",
        days=30,
        why="the page of a provider is open for a day",
        blanks=("checkout_url",),
    ),
    Rule(
        table="payments",
        counted_from="created_at",
        days=EVIDENCE_DAYS,
        why="which card it was tells accounts that play for one another; disputes end in time",
        blanks=("fingerprint",),
    ),
    Rule(
        table="memberships",
        counted_from="ended_at",
        days=180,
        why="who was refused may object for half a year",
        blanks=("name", "address", "words"),
        only={"state": ("refused", "withdrawn")},
    ),
    Rule(
        table="memberships",
        counted_from="ended_at",
        days=BOOKS_DAYS,
        why="the register of members is a book, and kept as such",
        blanks=("name", "address", "words"),
        only={"state": ("resigned", "excluded")},
    ),
    Rule(
        table="memberships",
        counted_from="admitted_at",
        days=EVIDENCE_DAYS,
        why="what an applicant said has done its work",
        blanks=("words",),
    ),
    Rule(
        table="invitations",
        counted_from="expires_at",
        days=30,
        why="whoever was invited has answered by then, or did not want to",
    ),
    Rule(
        table="personal_exports",
        counted_from="asked_at",
        days=EVIDENCE_DAYS,
        why="the file goes after a week; that it was asked for shows that we answered",
    ),
)
