"""A row of the export as it is asked: numbers, times and words, each by the names it may have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, DecimalException
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from base.errors import Refused
from ingest.words import one_line

#: What makes numbers of ours of numbers that are no UUIDs.
_NAMESPACE = uuid5(NAMESPACE_URL, "https://refrain.example/earlier")
_TRUE, _FALSE = {"t", "true", "1", "yes"}, {"f", "false", "0", "no"}
_MICROS_PER_MILLI = 1_000
_LARGEST = 2**62


class Left(Refused):
    """A row that is left out, and why."""


class Fields:
    """A row; a name is asked for as tables have it, or as it was called at other times."""

    def __init__(self, table: str, values: Mapping[str, str | None]) -> None:
        """Take a row as it was read."""
        self._table, self._values = table, values

    def said(self, *names: str) -> str | None:
        """Answer what stands under the first of the names that says anything."""
        return next((told for one in names if (told := self._values.get(plain(one)))), None)

    def text(self, *names: str, most: int = 400) -> str | None:
        """Answer a line that can be shown, or nothing."""
        return one_line(self.said(*names), most)

    def needed(self, *names: str, most: int = 400) -> str:
        """Answer the same of what has to be there.

        Raises:
            Left: `value-missing`.

        """
        found = self.text(*names, most=most)
        if found is None:
            raise Left("value-missing", f"It has no {names[0]}.")
        return found

    def id(self, *names: str) -> UUID | None:
        """Answer a UUID.

        Raises:
            Left: `bad-number`.

        """
        told = self.said(*names)
        try:
            return None if told is None else UUID(told)
        except ValueError:
            raise Left("bad-number", f"Its {names[0]} is no UUID.") from None

    def needed_id(self, *names: str) -> UUID:
        """Answer a UUID that has to be there.

        Raises:
            Left: `bad-number`, `value-missing`.

        """
        found = self.id(*names)
        if found is None:
            raise Left("value-missing", f"It has no {names[0]}.")
        return found

    def key(self) -> UUID:
        """Answer the number of a row, or one that is made of it where it is no UUID.

        Raises:
            Left: `value-missing`.

        """
        told = self.said("id")
        if told is None:
            raise Left("value-missing", "It has no id.")
        try:
            return UUID(told)
        except ValueError:
            return made_id(self._table, told)

    def whole(self, *names: str) -> int | None:
        """Answer a whole number, or nothing where there is none that fits."""
        told = self.said(*names)
        try:
            found = int(told) if told else None
        except ValueError:
            return None
        return found if found is not None and abs(found) < _LARGEST else None

    def is_set(self, *names: str) -> bool | None:
        """Answer yes or no, or nothing where that is not said."""
        told = (self.said(*names) or "").casefold()
        return True if told in _TRUE else False if told in _FALSE else None

    def at(self, *names: str) -> datetime | None:
        """Answer an instant; without a zone it is of UTC, as that house kept them.

        Raises:
            Left: `bad-time`.

        """
        told = self.said(*names)
        try:
            found = datetime.fromisoformat(told) if told else None
            if found is None:
                return None
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):  # in UTC it may be before the first year
            raise Left("bad-time", f"Its {names[0]} is no time.") from None

    def credits(self, *names: str) -> int:
        """Answer thousandths of a credit as the millionths that wallets count.

        Raises:
            Left: `bad-credit`: it is less than nothing, or finer than can be counted.

        """
        try:
            found = Decimal(self.said(*names) or "0") * _MICROS_PER_MILLI
        except DecimalException:
            raise Left("bad-credit", f"Its {names[0]} is no number.") from None
        if not found.is_finite():
            raise Left("bad-credit", f"Its {names[0]} is no number.")
        if not 0 <= found < _LARGEST or found != found.to_integral_value():
            raise Left("bad-credit", f"Its {names[0]} is less than nothing, or too fine or large.")
        return int(found)


@lru_cache(1_024)
def plain(name: str) -> str:
    """Answer a name as names are compared."""
    return name.strip().strip('"').replace("_", "").casefold()


def made_id(*parts: object) -> UUID:
    """Answer a number that is always the same for the same things."""
    return uuid5(_NAMESPACE, "\n".join(map(str, parts)))
