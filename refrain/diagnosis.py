"""What a look at a machine or a house found: whether it is as it should be, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked for."""

    name: str
    ok: bool
    found: str
    mend: str = ""

    def as_json(self) -> dict[str, object]:
        """Print for scripts."""
        told = asdict(self)
        return told if not self.ok else {**told, "mend": ""}
