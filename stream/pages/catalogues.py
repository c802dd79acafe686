"""The sentences of the pages in other languages: one gettext catalogue an area, read as text.

The source is English, whose sentences are the keys. What is not translated is said in English.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po

from stream.pages.phrases import TITLE
from stream.pages.told import Form, forms_of

LOCALES = Path(__file__).with_name("locales")
ENGLISH = "en"
#: The area of what the rooms below say.
ROOMS = "rooms"
#: As they call themselves.
LANGUAGES: Mapping[str, str] = MappingProxyType({ENGLISH: "English", "es": "Español"})

Said = str | tuple[str, ...]
#: More is no sentence of ours; and of how many one is put together.
_LONGEST, _MOST = 2_000, 8
#: Values within values: ours go no deeper.
_DEEPEST = 3
_END = re.compile(r"(?<=[.!?]) ")
_LISTED = re.compile(r"(, | and | or )")
_QUOTED = re.compile("“(.*)”", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All sentences in one language; of what is counted, one for one and one for many."""

    language: str
    sentences: Mapping[str, Said]
    #: Those that scripts say, as JSON, and a name for it that changes with them.
    script: str
    script_name: str
    #: Of sentences that come with their values in them.
    forms: Sequence[Form]

    def gettext(self, sentence: str) -> str:
        """Translate."""
        found = self.sentences.get(sentence, sentence)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Translate what is said of so many; English and Spanish have two forms."""
        found = self.sentences.get(one)
        forms = found if isinstance(found, tuple) else (one, many)
        return forms[0] if n == 1 else forms[-1]

    def told(self, sentence: str) -> str:
        """Translate what another room said in English, its values in it.

        Several sentences that it put together are told one by one, and what nobody knows as it is.
        """
        if len(sentence) > _LONGEST:
            return sentence
        whole = self._whole(sentence)
        return whole or " ".join(self._part(one) for one in _END.split(sentence, _MOST))

    def _part(self, sentence: str) -> str:
        """Translate one of several, or what is said of what stands before it."""
        about, colon, said = sentence.partition(": ")
        whole = self._whole(sentence)
        return whole or f"{about}{colon}{self._whole(said) or said}"

    def _whole(self, sentence: str, *, deep: int = 0) -> str | None:
        if sentence in self.sentences:
            return self.gettext(sentence)
        for form in self.forms:
            values = form.values_in(sentence)
            if values is not None:
                return form.said % {
                    name: self._value(value, deep=deep) for name, value in values.items()
                }
        return None

    def _value(self, value: str, *, deep: int) -> str:
        """Translate a value where it is words of ours; names and numbers stay what they are."""
        if deep == _DEEPEST:
            return value
        if value[:1].isupper() and " " not in value:
            return value
        if quoted := _QUOTED.fullmatch(value):
            return self.gettext(TITLE) % {"title": quoted[1]}
        whole = self._whole(value, deep=deep + 1)
        if whole is not None:
            return whole
        parts = [self._whole(part, deep=deep + 1) for part in _LISTED.split(value, _MOST)]
        known = [part for part in parts if part is not None]
        return "".join(known) if len(known) == len(parts) else value


@cache
def catalogue_of(language: str) -> Catalogue:
    """Answer all that is said in a language, from the catalogues of all areas."""
    sentences: dict[str, Said] = {}
    of_scripts: dict[str, Said] = {}
    of_rooms: dict[str, str] = {}
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id or message.fuzzy:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                said = message.string or ""
                sentences[key] = said if isinstance(said, str) else tuple(said)
                if path.stem == ROOMS and isinstance(said, str):
                    of_rooms[key] = said
                if any(name.endswith(".ts") for name, _ in message.locations):
                    of_scripts[key] = sentences[key]
    script = json.dumps(of_scripts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    digest = hashlib.sha256(script.encode()).hexdigest()[:12]
    return Catalogue(
        language=language,
        sentences=MappingProxyType(sentences),
        script=script,
        script_name=f"{language}-{digest}" if of_scripts else "",
        forms=tuple(forms_of(of_rooms)),
    )
