"""What can be said of a file by its beginning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.sniff.kinds import Kind


class Level(StrEnum):
    """What shall become of the upload."""

    OK = "ok"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that was noticed: a stable code for programs, a sentence for the artist."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a header says of its sound, none of it proven; nothing where it was not reached.

    `frames` are samples of each channel; `ends_at` is the byte behind the last one. `codec` is in
    the words of people, or empty; `is_known` is false where the engine is sure to have no decoder.
    """

    codec: str
    is_lossless: bool
    is_known: bool = True
    rate: float | None = None
    channels: int | None = None
    bits: int | None = None
    frames: int | None = None
    ends_at: int | None = None
    has_pictures: bool = False
    is_protected: bool = False

    @property
    def seconds(self) -> float | None:
        """How long the sound is said to be."""
        if self.frames is None or not self.rate:
            return None
        return self.frames / self.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the file is, what its header claims, and what was noticed, the gravest first.

    `members` are the names in an archive as far as they were seen, as its maker wrote them.
    """

    level: Level
    kind: Kind
    notices: tuple[Notice, ...] = ()
    claim: Claim | None = None
    members: tuple[str, ...] = ()

    @property
    def refusal(self) -> Notice | None:
        """Why it is refused, if it is."""
        return self.notices[0] if self.level is Level.REFUSE else None
