"""Text as it is searched: words without case, accents and marks, and as Latin letters say them.

Names and questions are folded by the same rules, so what differs in spelling only is found both
ways: `Sigur Rós` and `sigur ros`, `Кино` and `kino`, `AC/DC` and `acdc`. Every way in which a word
may be said is kept; a question is content with one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from text_unidecode import unidecode

#: What is read of a text, and how much of it.
MOST_CHARACTERS, MOST_WORDS = 400, 40
_LONGEST_WORD = 40
#: Words that are joined, as `acdc` is, while somebody may still write them so.
_LONGEST_JOINED = 30
#: Of consonants alone, as Arabic and Hebrew are written, fewer say nothing.
_SHORTEST_SKELETON = 3
#: Said of no text: what marks a word of consonants alone.
SKELETON = "\ue001"

_ARTICLES = frozenset(
    {"the", "a", "an", "die", "der", "das", "la", "le", "les", "el", "los", "las"}
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’ʼ`´ʹʻ"))
#: Signs that are read as words, or as letters among letters (Ke$ha, P!nk).
_SAID = str.maketrans({"&": " and ", "+": " and "})
_AS_LETTERS = (
    (re.compile(r"(?<=[^\W\d_])!(?=[^\W\d_])"), "i"),
    (re.compile(r"\$(?=[^\W\d_])|(?<=[^\W\d_])\$"), "s"),
)
#: R.E.M. is one word.
_ACRONYM = re.compile(r"(?<=\b\w)\.(?=\w\b)|(?<=\b\w)\.$")
_ASCII = re.compile("[a-z0-9]+")
_VOWELS = str.maketrans(dict.fromkeys("aeiouyw'"))
#: What German and Nordic letters become where there are none of them.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ـ": None, "ک": "ك", "ی": "ي"})
#: Katakana are hiragana; what lengthens a vowel is often left out.
_KANA = str.maketrans(
    {chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)} | {"ー": None}
)
#: Stands for a letter that would lose its mark.
_SHORT_I = "\ue000"
#: Greek as ELOT 743 says it, which is how names are known, and the ending of Russian ones.
_PAIRS = (("γγ", "ng"), ("γκ", "gk"), ("ου", "ou"), ("αυ", "av"), ("ευ", "ev"), ("μπ", "mp"))
_ENDINGS = (("ий", "y"), ("ый", "y"), ("ій", "y"))
_LETTERS = str.maketrans(
    dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True))
    | {"θ": "th", "χ": "ch", "ψ": "ps"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a text: each of `ways` is what one writes it in, all of them together.

    The first is how it was written; `spoken` is how it is said in Latin letters, if it can be.
    """

    ways: tuple[tuple[str, ...], ...]
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A text: its words, its `key` by which it is the same as another, and all as one word."""

    words: tuple[Word, ...]
    key: str
    joined: str

    @property
    def lexemes(self) -> frozenset[str]:
        """Everything by which the text is found."""
        return frozenset(one for word in self.words for way in word.ways for one in way)


@lru_cache(maxsize=8192)
def fold(text: str) -> Folded:
    """Fold a name, or what somebody asks for."""
    text = _lowered(text[:MOST_CHARACTERS])
    words = tuple(_words(text))[:MOST_WORDS]
    spoken = [one.spoken for one in words]
    joined = "".join(spoken)
    return Folded(
        words=words,
        key=" ".join(_without_article(spoken)),
        joined=joined if len(words) > 1 and len(joined) <= _LONGEST_JOINED else "",
    )


def _lowered(text: str) -> str:
    for pattern, letter in _AS_LETTERS:
        text = pattern.sub(letter, text)
    text = _ACRONYM.sub("", text.translate(_APOSTROPHES)).casefold()
    return text if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _words(text: str) -> Iterator[Word]:
    """Answer the words of a text; where there is no letter in it, its signs are one."""
    for chunk in text.translate(_SAID).split():
        parts = list(_parts(chunk))
        joined = "".join(parts)
        words = (_word(part, joined=joined if len(parts) > 1 else "") for part in parts)
        yield from (word for word in words if word.ways)
    if not any(map(_is_of_word, text)) and (signs := "".join(text.split())[:_LONGEST_WORD]):
        yield Word(ways=((signs,),), spoken=signs)


def _parts(chunk: str) -> Iterator[str]:
    """Answer what stands between signs, and each script that is written without spaces."""
    if chunk.isascii():
        yield from _ASCII.findall(chunk)
        return
    start, script = 0, ""
    for at, letter in enumerate(chunk):
        now = _script(letter)
        if now != script:
            if script:
                yield chunk[start:at]
            start, script = at, now
    if script:
        yield chunk[start:]


def _script(letter: str) -> str:
    if not _is_of_word(letter):
        return ""
    return "dense" if _is_dense(letter) else "word"


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter)[0] == "M"


def _is_dense(letter: str) -> bool:
    """Whether it is of a script that leaves no space between words: Han and kana."""
    return "\u3040" <= letter <= "\u30ff" or "\u3400" <= letter <= "\u9fff" or letter == "々"


def _word(part: str, *, joined: str) -> Word:
    spoken = part[:_LONGEST_WORD]
    ways: list[tuple[str, ...]]
    if part.isascii():
        ways = [(spoken,)]
    elif _is_dense(part[0]):
        said = tuple(_romanised(part).split())
        spoken, ways = "".join(said), [_pairs_of(part), said]
    else:
        said = tuple(_said(part))
        spoken, ways = said[1], [(one,) for one in said]
    if 0 < len(joined) <= _LONGEST_JOINED:
        ways.append((joined if joined.isascii() else _romanised(joined).replace(" ", ""),))
    return Word(ways=tuple(dict.fromkeys(way for way in ways if way and all(way))), spoken=spoken)


def _pairs_of(part: str) -> tuple[str, ...]:
    """Answer each letter with the next, so that any part of the text is found in it."""
    told = _bare(part[:_LONGEST_WORD]).translate(_KANA)
    return tuple(a + b for a, b in pairwise(told)) or (told,)


def _said(part: str) -> Iterator[str]:
    """Answer a word as it is written, as it is said, and in the other ways that there are."""
    bare, spoken = _bare(part)[:_LONGEST_WORD], _romanised(part)[:_LONGEST_WORD]
    yield spoken if spoken and _is_latin(bare) else bare
    yield spoken or bare
    if (other := part.translate(_UMLAUTS)) != part:
        yield _romanised(other)[:_LONGEST_WORD]
    skeleton = spoken.translate(_VOWELS)
    if _is_of_consonants(bare) and len(skeleton) >= _SHORTEST_SKELETON:
        yield SKELETON + skeleton


def skeleton_of(word: str) -> str:
    """Answer by which consonants a Latin word may be meant that is written without vowels."""
    skeleton = word.translate(_VOWELS)
    is_enough = word.isascii() and word.isalpha() and len(skeleton) >= _SHORTEST_SKELETON
    return SKELETON + skeleton if is_enough else ""


def _bare(part: str) -> str:
    """Take the marks off a word; but those that make another letter: of kana, and of a short i."""
    apart = unicodedata.normalize("NFD", part.replace("й", _SHORT_I))
    kept = (one for one in apart if one in "\u3099\u309a" or not unicodedata.combining(one))
    return unicodedata.normalize("NFC", "".join(kept)).replace(_SHORT_I, "й").translate(_ARABIC)


def _is_latin(bare: str) -> bool:
    return all(letter < "\u0250" for letter in bare)


def _is_of_consonants(bare: str) -> bool:
    return any("\u0590" <= letter <= "\u06ff" for letter in bare)


def _romanised(part: str) -> str:
    if any("\u0370" <= letter <= "\u03ff" or "\u1f00" <= letter <= "\u1fff" for letter in part):
        return str(unidecode(_replaced(_bare(part), _PAIRS).translate(_LETTERS)))
    for ending, said in _ENDINGS:
        if part.endswith(ending):
            part = part[: -len(ending)] + said
    return "".join(_of_words(unidecode(part).lower())).strip()


def _of_words(text: str) -> Iterator[str]:
    return (one for one in text if one.isalnum() or one == " ")


def _replaced(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def _without_article(words: Sequence[str]) -> Sequence[str]:
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


def is_article(word: str) -> bool:
    """Whether a word may be left out, or be there, of what is otherwise the same."""
    return word in _ARTICLES
