"""What can be wrong with the store: a code for programs, words for people, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.reference import Reference, Role

LOST, DAMAGED = "lost", "damaged"
ORPHAN = "object-unneeded"
_REPAIR = "Run `refrain fsck --repair`"
_BACKUP = "Put it back from a backup of the storage, under the same key"
_AGAIN = {
    LOST: f"{_BACKUP}, or have the artist send it again.",
    DAMAGED: f"{_BACKUP}, or take it away and have the artist send it again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong; `subject` is a key, or names a row.

    A loss is what cannot be made again here. `reference` and `master` are what is mended by.
    """

    code: str
    subject: str
    sentence: str
    advice: str
    is_loss: bool = False
    is_mended: bool = False
    reference: Reference | None = None

    def as_json(self) -> dict[str, Any]:
        """Print it for a row or a document."""
        return {
            "code": self.code,
            "subject": self.subject,
            "sentence": self.sentence,
            "advice": self.advice,
            "is_loss": self.is_loss,
            "is_mended": self.is_mended,
        }


#: What an object is called, and what to do without it; of a loss, what is left.
_OBJECTS: Mapping[Role, tuple[str, str]] = {
    Role.MASTER: ("The master {}", "Its renditions still play."),
    Role.RENDITION: ("The rendition {}", f"{_REPAIR}: it is made again from its master."),
    Role.PART: ("A part of what grew of the master {}", f"{_REPAIR}: nobody new is given it."),
    Role.WAVEFORM: (
        "A waveform of the master {}",
        f"{_REPAIR}: it is drawn again from its master.",
    ),
    Role.PICTURE: ("A picture of the master {}", f"{_REPAIR}: it is drawn again from its master."),
    Role.ARTWORK: ("The artwork {}", "Its sizes still show."),
    Role.IMAGE: ("The size {} of an artwork", f"{_REPAIR}: it is made again from the artwork."),
    Role.EXPORT: ("The file of the export {}", "Whose it is can ask for another."),
    Role.ARCHIVE: ("The archive {}, not read yet,", "Its tracks are still to come."),
    Role.SUPPLIED: ("The file {} of a label", "What was made of it stays; it may send it again."),
    Role.MESSAGE: ("The message {} of a label", "What was taken of it stays."),
    Role.ANSWER: ("The answer to the message {}", "It is made again: have it acknowledged anew."),
    Role.REPORT: ("The file of the report of sales {}", "Its recipient may have it; ask for anew."),
}
_LOSSES = frozenset({Role.MASTER, Role.ARTWORK, Role.ARCHIVE, Role.SUPPLIED, Role.MESSAGE})


def lost(reference: Reference) -> Flaw:
    """Say that an object is not there."""
    return _flaw(reference, LOST, "is not in the storage")


def damaged(reference: Reference, how: str) -> Flaw:
    """Say that an object is not what it was."""
    return _flaw(reference, DAMAGED, how)


def is_damage(code: str) -> bool:
    """Whether an object is not what it was, which only who reads it finds out."""
    return code.endswith(f"-{DAMAGED}")


def _flaw(reference: Reference, what: str, how: str) -> Flaw:
    name, advice = _OBJECTS[reference.role]
    is_loss = reference.role in _LOSSES
    return Flaw(
        code=f"{reference.role}-{what}",
        subject=reference.key,
        sentence=f"{name.format(reference.subject)} {how}.",
        advice=f"{_AGAIN[what]} {advice}" if is_loss else advice,
        is_loss=is_loss,
        reference=reference,
    )


def orphan(key: str, size_bytes: int) -> Flaw:
    """Say that no row needs an object, and nobody stores it just now."""
    return Flaw(
        code=ORPHAN,
        subject=key,
        sentence=f"No row refers to an object of {size_bytes} bytes.",
        advice=f"{_REPAIR}: it goes a day later, unless a row refers to it by then.",
    )
