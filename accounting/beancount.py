"""The journal in the language of Beancount, so that others' programs can read and check it.

Amounts keep all six places. Accounts are named after the rules of that language, each after one of
ours; what a transaction says besides stands in its metadata. At the end of each month the balances
of the accounts that moved are asserted, of which Beancount's loader checks each.
https://beancount.github.io/docs/beancount_language_syntax.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

from accounting.ledger import Account, Entry, Side, side_of

_SIDES = {
    Side.ASSET: "Assets",
    Side.LIABILITY: "Liabilities",
    Side.INCOME: "Income",
    Side.EXPENSE: "Expenses",
    Side.EQUITY: "Equity",
}
_MICROS = 1_000_000
#: Before anything can have been booked; an account that is opened twice is an error.
_OPENED = "1970-01-01"
#: Names that need no more than a capital, or nothing.
_LOWER, _UPPER = re.compile(r"[a-z][a-z0-9]+"), re.compile(r"[A-Z]{2,}")
_HEAD = 'option "title" "{title}"\noption "operating_currency" "{currency}"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A transaction as it stands in the journal."""

    number: int
    kind: str
    key: str
    occurred_at: datetime
    booked_at: datetime
    reverses: int
    facts: str
    entries: Sequence[Entry]


class Months:
    """What accounts come to at the end of each month; only those that moved in it are told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._moved: dict[tuple[int, int], dict[tuple[Account, str], int]] = {}

    def add(self, booked: Booked) -> None:
        """Take a transaction, in any order."""
        day = day_of(booked)
        month = self._moved.setdefault((day.year, day.month), defaultdict(int))
        for entry in booked.entries:
            month[entry.account, entry.currency] += entry.amount

    def assertions(self) -> Iterator[str]:
        """Answer a line for each account at the end of each month in which it moved."""
        sums: dict[tuple[Account, str], int] = defaultdict(int)
        for year, month in sorted(self._moved):
            after = date(year + month // 12, month % 12 + 1, 1)  # at its very beginning
            moved = self._moved[year, month]
            for account, currency in sorted(moved, key=_by_name):
                sums[account, currency] += moved[account, currency]
                amount = amount_of(sums[account, currency])
                yield f"{after} balance {name_of(account)} {amount} ~ 0 {currency}\n"


def head_of(title: str, currency: str) -> str:
    """Answer how the file begins."""
    return _HEAD.format(title=_escaped(title), currency=currency)


def opening_of(account: Account) -> str:
    """Answer the line that opens an account."""
    return f"{_OPENED} open {name_of(account)}\n"


def transaction_of(booked: Booked) -> str:
    """Answer the lines of a transaction; its date is the day (UTC) on which it was booked."""
    lines = [f'\n{day_of(booked)} * "{_escaped(booked.kind)}" "{_escaped(booked.key)}"\n']
    lines.append(f'  number: "{booked.number}"\n')
    lines.append(f'  occurred: "{booked.occurred_at.astimezone(UTC).isoformat()}"\n')
    lines.append(f'  booked: "{booked.booked_at.astimezone(UTC).isoformat()}"\n')
    if booked.reverses:
        lines.append(f'  reverses: "{booked.reverses}"\n')
    lines.append(f'  facts: "{_escaped(booked.facts)}"\n')
    lines += map(_posting, booked.entries)
    return "".join(lines)


@lru_cache(maxsize=1 << 17)
def name_of(account: Account) -> str:
    """Answer what Beancount calls an account: no two of ours are called the same."""
    kind = "".join(word.capitalize() for word in account.kind.rpartition(":")[2].split("_"))
    owner = [_part(account.of)] if account.of else []
    return ":".join([_SIDES[side_of(account.kind)], kind, *owner])


def amount_of(micros: int) -> str:
    """Answer an amount to the last millionth."""
    whole, rest = divmod(abs(micros), _MICROS)
    return f"{'-' if micros < 0 else ''}{whole}.{rest:06}"


def day_of(booked: Booked) -> date:
    """Answer the day on which a transaction was booked (UTC)."""
    return booked.booked_at.astimezone(UTC).date()


def _posting(entry: Entry) -> str:
    line = f"  {name_of(entry.account)}  {amount_of(entry.amount)} {entry.currency}\n"
    if entry.lot:
        line += f'    lot: "{entry.lot}"\n    credits: "{amount_of(entry.credits)}"\n'
    return line


def _part(text: str) -> str:
    """Answer a component of a name: a capital or a digit, then letters, digits and dashes."""
    if _UPPER.fullmatch(text):
        return text
    if _LOWER.fullmatch(text):
        return text.capitalize()
    if _is_uuid(text):
        return text.upper()
    return "X-" + "".join(one if one.isascii() and one.isalnum() else _code(one) for one in text)


def _code(one: str) -> str:
    return f"-{ord(one):x}-"


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _by_name(key: tuple[Account, str]) -> tuple[str, str]:
    return key[0].name, key[1]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
