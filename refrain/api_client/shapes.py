"""How an operation is called: what of it goes into the path, the query and the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An operation; of the query and the head, the names of arguments and what they are sent as."""

    name: str
    method: str
    path: str
    places: Sequence[str] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None

    def address(self, places: Sequence[str], said: Mapping[str, Any]) -> str:
        """Answer the path and the query of a call."""
        path = self.path
        for name, value in zip(self.places, places, strict=True):
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        asked = {
            sent: said[name] for name, sent in self.query.items() if said.get(name) is not None
        }
        written = urlencode({name: _text(value) for name, value in asked.items()}, doseq=True)
        return f"{path}?{written}" if written else path

    def head(self, said: Mapping[str, Any]) -> dict[str, str]:
        """Answer the headers of a call."""
        named = self.headers.items()
        return {sent: str(said[name]) for name, sent in named if said.get(name) is not None}

    def require_known(self, said: Mapping[str, Any]) -> None:
        """Let a call pass that says nothing unknown.

        Raises:
            TypeError: it does.

        """
        if unknown := sorted(set(said) - set(self.query) - set(self.headers) - {"headers"}):
            raise TypeError(f"{self.name} takes no {', '.join(unknown)}")


def _text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)
