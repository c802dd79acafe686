"""What a player asks with: names and values of the address, and of a form that is posted."""

from __future__ import annotations

from collections.abc import Iterable

from stream.subsonic.faults import Code, Fault

_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


class Parameters:
    """Names, each with its values in order; a value that is empty was not given."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take what was sent, wherever it stood."""
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if value:
                self._values.setdefault(name, []).append(value)

    def all(self, name: str) -> list[str]:
        """Answer all values of a name, in order."""
        return self._values.get(name, [])

    def get(self, name: str, default: str = "") -> str:
        """Answer the first value of a name."""
        found = self.all(name)
        return found[0] if found else default

    def must(self, name: str) -> str:
        """Answer the first value of a name that has to be there.

        Raises:
            Fault: 10: it is not.

        """
        found = self.get(name)
        if not found:
            raise Fault(Code.PARAMETER_MISSING, f"Required parameter is missing: {name}.")
        return found

    def number(self, name: str, default: int, *, least: int = 0, most: int = (1 << 53) - 1) -> int:
        """Answer a whole number, moved into its bounds, as players ask for more than there may be.

        Raises:
            Fault: 0: it is no number.

        """
        text = self.get(name)
        if not text:
            return default
        try:
            found = int(text)
        except ValueError:
            raise Fault(Code.GENERIC, f"{name} is a whole number.") from None
        return min(max(found, least), most)

    def yes(self, name: str, *, default: bool = False) -> bool:
        """Answer what is `true` or `false`.

        Raises:
            Fault: 0: it is neither.

        """
        text = self.get(name).lower()
        if not text:
            return default
        if text not in _TRUE | _FALSE:
            raise Fault(Code.GENERIC, f"{name} is true or false.")
        return text in _TRUE
