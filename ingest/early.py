"""The early word as an upload keeps it: a refusal with a status, or warnings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from catalog.uploads import Refusal
from ingest.sniff import AUDIO, Kind, Notice, Verdict, sniff

#: What it is cannot become music (RFC 9110, 15.5.16); or it could, were it not for what it says.
_WRONG_TYPE, _WRONG_CONTENT = 415, 422
_TAKEN = AUDIO | {Kind.ZIP, Kind.EMPTY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the first MiB of a file tells: why nothing can come of it, or what is odd."""

    refusal: Refusal | None = None
    warnings: tuple[dict[str, Any], ...] = ()


#: Judges a file by its first MiB (all of it, when it is smaller), its name, and its size if known.
Judge = Callable[[bytes, str, int | None], Judgement]


def early_word(head: bytes, filename: str, size: int | None) -> Judgement:
    """Judge a file by its first MiB, its name, and its size if known."""
    verdict = sniff(head, filename, size)
    if verdict.refusal is not None:
        return Judgement(refusal=_refusal(verdict, verdict.refusal))
    warnings = ({"code": one.code, "sentence": one.sentence} for one in verdict.notices)
    return Judgement(warnings=tuple(warnings))


def _refusal(verdict: Verdict, notice: Notice) -> Refusal:
    status = _WRONG_CONTENT if verdict.kind in _TAKEN else _WRONG_TYPE
    return Refusal(code=notice.code, sentence=notice.sentence, status=status)
