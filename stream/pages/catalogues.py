"""The sentences of the pages in other languages: one gettext catalogue an area, read as text.

The source is English, whose sentences are the keys. What is not translated is said in English.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po

LOCALES = Path(__file__).with_name("locales")
ENGLISH = "en"
#: As they call themselves.
LANGUAGES: Mapping[str, str] = MappingProxyType({ENGLISH: "English", "es": "Español"})

Said = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All sentences in one language; of what is counted, one for one and one for many."""

    language: str
    sentences: Mapping[str, Said]
    #: Those that scripts say, as JSON, and a name for it that changes with them.
    script: str
    script_name: str

    def gettext(self, sentence: str) -> str:
        """Translate."""
        found = self.sentences.get(sentence, sentence)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Translate what is said of so many; English and Spanish have two forms."""
        found = self.sentences.get(one)
        forms = found if isinstance(found, tuple) else (one, many)
        return forms[0] if n == 1 else forms[-1]


@cache
def catalogue_of(language: str) -> Catalogue:
    """Answer all that is said in a language, from the catalogues of all areas."""
    sentences: dict[str, Said] = {}
    of_scripts: dict[str, Said] = {}
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id or message.fuzzy:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                said = message.string or ""
                sentences[key] = said if isinstance(said, str) else tuple(said)
                if any(name.endswith(".ts") for name, _ in message.locations):
                    of_scripts[key] = sentences[key]
    script = json.dumps(of_scripts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    digest = hashlib.sha256(script.encode()).hexdigest()[:12]
    return Catalogue(
        language=language,
        sentences=MappingProxyType(sentences),
        script=script,
        script_name=f"{language}-{digest}" if of_scripts else "",
    )
