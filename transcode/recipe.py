"""By what a rendition is made: its rung and our rules, in one word that changes when they do.

Two renditions of a master by one recipe and one encoder are the same bytes. So whoever changes what
comes out raises a number here; a test knows the commands of today, and says so when they change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from transcode.ladder import FIRST, REST, Codec, Rung

#: Rules of a codec: its options, priming, pieces and joints, rates, depths, gains.
RULES: Mapping[Codec, int] = dict.fromkeys(Codec, 1) | {Codec.FLAC: 2}
#: How what was encoded is written: our own files, and the ordinary ones with their tags.
PACKAGING = 1
TAGGING = 1
_DIGITS = 16


def recipe_of(rung: Rung) -> str:
    """Answer the recipe of a rung; that of the one that all masters have tells of the others, too.

    So a rung that is added or taken away is missed in what was made before.
    """
    written = TAGGING if rung.is_download else PACKAGING
    beside = [each.name for each in (*FIRST, *REST)] if rung.opens else []
    said = json.dumps([asdict(rung), RULES[rung.codec], written, beside], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]


def recipes() -> dict[str, str]:
    """Answer the recipes of the ladder, by the names of the rungs."""
    return {rung.name: recipe_of(rung) for rung in (*FIRST, *REST)}
