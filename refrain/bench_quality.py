"""How often the quality report is right about a master's past, on sounds whose past is known."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from base.settings import Settings
from base.units import Samples
from refrain.corpus.cases import Case, Part, cases, sources
from refrain.corpus.changes import Changer
from transcode.findings import Examined
from transcode.hearing import Hearing
from transcode.report import findings_of
from transcode.source import SourceInfo
from transcode.tools import find_tools

#: What is judged; a note of a filter is no judgement.
CODES = ("lossy_source", "upsampled", "padded_bits", "clipped")
#: Which groups of cases a bar is for, and the code that must be found in them.
BARS = {
    "MP3 up to 192 kb/s": ("lossy_source", ("mp3-96", "mp3-128", "mp3-192")),
    "AAC up to 128 kb/s": ("lossy_source", ("aac-64", "aac-96", "aac-128")),
    "upsampled to 96 kHz, 24 bits": ("upsampled", ("upsampled-24",)),
    "padded from 16 to 24 bits": ("padded_bits", ("padded", "padded-gain")),
}
_RECALL, _PRECISION = 0.95, 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was said of a case."""

    name: str
    group: str
    expected: frozenset[str]
    possible: frozenset[str]
    said: frozenset[str]


async def quality(masters: Sequence[Path], *, part: Part, seeds: int) -> dict[str, Any]:
    """Judge every case of a part, and answer precision, recall and every error."""
    tools = await find_tools(Settings().tool_path)
    judged: list[Judged] = []
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        changer = Changer(tools=tools, folder=Path(folder))
        for source in sources(part, masters, seeds=seeds):
            judged += [judge(case) async for case in cases(source, changer)]
    return {"part": part, "cases": len(judged), **figures(judged)}


def judge(case: Case) -> Judged:
    """Answer what the report would say of a lossless file with this sound."""
    info = SourceInfo(
        container="flac",
        codec="flac",
        sample_rate=case.rate,
        channels=case.sound.shape[1],
        bit_depth=case.bits,
        is_float=False,
        is_lossless=True,
        declared_samples=Samples(len(case.sound)),
    )
    hearing = Hearing(info)
    hearing.block(case.sound.astype("<f4").tobytes())
    found = findings_of(Examined(info=info, heard=hearing.result()))
    return Judged(
        name=case.name,
        group=case.group,
        expected=case.expected,
        possible=case.possible,
        said=frozenset(finding.code for finding in found) & frozenset(CODES),
    )


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Answer precision and recall of each code, recall of each group, and the bars."""
    classes = {code: _of_code(code, judged) for code in CODES}
    bars = {name: _of_bar(*bar, judged) for name, bar in BARS.items()}
    return {"classes": classes, "groups": _of_groups(judged), "bars": bars}


def _of_code(code: str, judged: Iterable[Judged]) -> dict[str, Any]:
    concerned = [one for one in judged if code not in one.possible]
    right = [one for one in concerned if code in one.said & one.expected]
    wrong = [one for one in concerned if code in one.said - one.expected]
    missed = [one for one in concerned if code in one.expected - one.said]
    return {
        "precision": _ratio(len(right), len(right) + len(wrong)),
        "recall": _ratio(len(right), len(right) + len(missed)),
        "positives": len(right) + len(missed),
        "negatives": len(concerned) - len(right) - len(missed),
        "wrong": [one.name for one in wrong],
    }


def _of_groups(judged: Iterable[Judged]) -> dict[str, Any]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[one.group].append(one)
    return {
        name: {
            "cases": len(group),
            "right": _ratio(sum(one.expected <= one.said for one in group), len(group)),
            "missed": [one.name for one in group if not one.expected <= one.said],
        }
        for name, group in sorted(groups.items())
    }


def _of_bar(code: str, groups: Sequence[str], judged: Iterable[Judged]) -> dict[str, Any]:
    """Answer a bar's figures: recall in its groups, precision against all that lack the code."""
    concerned = [
        one for one in judged if one.group in groups or code not in one.expected | one.possible
    ]
    found = _of_code(code, concerned)
    met = (found["recall"] or 0) >= _RECALL and (found["precision"] or 0) >= _PRECISION
    return {"precision": found["precision"], "recall": found["recall"], "met": met}


def _ratio(part: int, whole: int) -> float | None:
    return float(np.round(part / whole, 4)) if whole else None
