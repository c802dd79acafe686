"""One thing that does not agree in the books: what it is about, and where, in a sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """What was found: `code` is for programs, `subject` names the row that it is about."""

    code: str
    subject: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        """Answer it for a script."""
        return asdict(self)


def about_transaction(number: int, code: str, sentence: str) -> Discrepancy:
    """Answer what is wrong with a transaction; the sentence goes on after its name."""
    return Discrepancy(
        code=code, subject=f"transaction:{number}", sentence=f"Transaction {number} {sentence}"
    )


def about_link(position: int, code: str, sentence: str) -> Discrepancy:
    """Answer what is wrong with a link of the chain; the sentence goes on after its name."""
    return Discrepancy(
        code=code, subject=f"link:{position}", sentence=f"Link {position} of the chain {sentence}"
    )


def about_day(day: object, code: str, sentence: str) -> Discrepancy:
    """Answer what is wrong with the root of a day; the sentence goes on after its name."""
    return Discrepancy(code=code, subject=f"day:{day}", sentence=f"The root of {day} {sentence}")
