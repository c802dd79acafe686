"""Do all that must agree, agree? Two sides that were counted apart are compared, figure by figure.

Each check has a sentence for what differs. What is nothing need not be told on either side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum


class Check(StrEnum):
    """What is compared; also the code of each difference."""

    BALANCE = "journal-unbalanced"
    PROVIDER = "provider-journal"
    LOTS = "wallet-lots"
    WALLETS = "wallet-journal"
    WORTH = "lots-journal"
    BOOKED = "play-unbooked"
    CHARGED = "play-journal"
    PLAYED = "journal-plays"
    SESSIONS = "session-plays"
    COUNTERS = "counter-plays"
    CHAIN = "journal-unchained"


#: What is said of a difference, whose `subject` is a listener, a play, a payment, or a currency.
SENTENCES: Mapping[Check, str] = {
    Check.BALANCE: "All entries in {subject} come to {found} micro-units, and not to {expected}.",
    Check.PROVIDER: (
        "The payment {subject} is {expected} micro-units by its provider, {found} by the journal."
    ),
    Check.LOTS: "The wallet {subject} holds {found} micro-credits, its lots {expected}.",
    Check.WALLETS: "The wallet {subject} holds {found} micro-credits, by the journal {expected}.",
    Check.WORTH: "The lots of {subject} are worth {found} micro-units, by the journal {expected}.",
    Check.BOOKED: "The play {subject} costs {expected} milli-credits and is booked nowhere.",
    Check.CHARGED: "The play {subject} costs {expected} micro-credits; {found} were booked.",
    Check.PLAYED: "The transaction {subject} is of a play, and there are {found} plays of it.",
    Check.SESSIONS: "The session {subject} is settled, and there are {found} plays of it.",
    Check.COUNTERS: "{subject}: its counter stands at step {found}, and {expected} was paid last.",
    Check.CHAIN: "{found} transactions are not in the chain yet, the oldest of them {subject}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two figures that should be the same."""

    check: Check
    subject: str
    expected: int
    found: int

    @property
    def sentence(self) -> str:
        """What is wrong, for people."""
        said = {"subject": self.subject, "expected": self.expected, "found": self.found}
        return SENTENCES[self.check].format_map(said)

    def as_json(self) -> dict[str, str | int]:
        """Print it to be stored."""
        facts = asdict(self)
        return {"code": facts.pop("check"), **facts, "sentence": self.sentence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was compared by one check, and what differs."""

    check: Check
    figures: int
    differences: tuple[Difference, ...]


def compared(check: Check, *, expected: Mapping[str, int], found: Mapping[str, int]) -> Compared:
    """Compare what two sides say of the same subjects."""
    subjects = expected.keys() | found.keys()
    return Compared(
        check=check,
        figures=len(subjects),
        differences=tuple(_differences(check, sorted(subjects), expected, found)),
    )


def counted(all_compared: Iterable[Compared]) -> dict[str, int]:
    """Answer how many differences there are of each code, of those that have any."""
    return dict(
        Counter({one.check: len(one.differences) for one in all_compared if one.differences})
    )


def _differences(
    check: Check,
    subjects: Iterable[str],
    expected: Mapping[str, int],
    found: Mapping[str, int],
) -> Iterator[Difference]:
    for subject in subjects:
        one, other = expected.get(subject, 0), found.get(subject, 0)
        if one != other:
            yield Difference(check=check, subject=subject, expected=one, found=other)
