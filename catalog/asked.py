"""What somebody looks for, read as words: each with all that would do in its place.

Signs and operators are plain text here; whatever is asked is a question. Pure: which words there
are anywhere is told, see catalog.search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalog.spelling import fold, is_article, skeleton_of

#: Words of a question that are looked for; those behind are not.
MOST_TERMS = 12
#: Words that begin as one word of a question does, and that are like it, which do for it.
MOST_LONGER, MOST_ALIKE = 24, 8
#: A word that is written in so many documents is meant as it is.
_OFTEN = 20
#: Words that are shorter are looked for as they are, but for the last, which is being written.
_SHORTEST_BEGUN = 3
#: A word of so few letters is not misspelt, and one of so few is so in one place.
_SHORTEST_MISSPELT, _SHORT = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word that is looked for: as each of `ways`; what begins like `begun` would do as well."""

    ways: tuple[tuple[str, ...], ...]
    begun: tuple[str, ...]
    is_optional: bool

    @property
    def text(self) -> str:
        """How it is said, to look for what is like it."""
        return next((way[0] for way in self.ways if len(way) == 1 and way[0].isascii()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for: `key` is what would be the same, `joined` all of it as one word."""

    terms: tuple[Term, ...]
    key: str
    joined: str

    @property
    def words(self) -> frozenset[str]:
        """Everything that is asked whether it is written anywhere."""
        said = {word for term in self.terms for way in term.ways for word in way}
        return frozenset(said | {self.joined} - {""})


#: Words that do for another: alternatives, each of words that must all be there.
Alternatives = Sequence[tuple[str, ...]]


def read(text: str) -> Question:
    """Read a question, however long it is and whatever is in it."""
    folded = fold(text)
    words = folded.words[:MOST_TERMS]
    has_others = any(not is_article(word.spoken) for word in words)
    return Question(
        terms=tuple(
            Term(
                ways=(*word.ways, *((one,) for one in _skeletons(word.spoken))),
                begun=tuple(_begun(word.ways, is_last=number == len(words))),
                is_optional=has_others and is_article(word.spoken) and number < len(words),
            )
            for number, word in enumerate(words, 1)
        ),
        key=folded.key,
        joined=folded.joined,
    )


def _skeletons(spoken: str) -> Iterator[str]:
    if skeleton := skeleton_of(spoken):
        yield skeleton


def _begun(ways: Alternatives, *, is_last: bool) -> Iterator[str]:
    for way in ways:
        if len(way) == 1 and (is_last or len(way[0]) >= _SHORTEST_BEGUN):
            yield way[0]


def required(
    question: Question, longer: Mapping[str, Sequence[str]], known: Mapping[str, int]
) -> list[Alternatives]:
    """Answer what a document must have, one of each; of words that are nowhere nothing is left.

    The last word may be but begun, and so may those before it that are rarely written as they are.
    An empty alternative says that nothing has what is asked for.
    """
    last = question.terms[-1]
    return [
        _doing_for(term, longer if term is last or not is_usual(term, known) else {}, known)
        for term in question.terms
        if not term.is_optional
    ]


def is_usual(term: Term, known: Mapping[str, int]) -> bool:
    """Whether a word is written so often that nobody who writes it means another."""
    return any(known.get(way[0], 0) >= _OFTEN for way in term.ways)


def _doing_for(
    term: Term, longer: Mapping[str, Sequence[str]], known: Mapping[str, int]
) -> Alternatives:
    whole = [way for way in term.ways if all(word in known for word in way)]
    begun = [(word,) for start in term.begun for word in longer.get(start, ())]
    return list(dict.fromkeys([*whole, *begun]))


def at_most(needed: Sequence[Alternatives], often: Mapping[str, int]) -> int:
    """Answer how many documents can have one of each, by how many have each word."""
    return min(
        (sum(min(often.get(word, 0) for word in way) for way in ways) for ways in needed), default=0
    )


def misspelt(question: Question, known: Mapping[str, int]) -> list[str]:
    """Answer the words of a question that may be meant for others."""
    return [
        term.text
        for term in question.terms
        if len(term.text) >= _SHORTEST_MISSPELT
        and not term.text.isdigit()
        and not is_usual(term, known)
    ]


def is_alike(asked: str, word: str, *, is_begun: bool) -> int | None:
    """Answer how many letters of a word are other than asked for; nothing if it is too many.

    One that `is_begun` may go on: `beatel` is meant for `beatles`.
    """
    most = 1 if len(asked) <= _SHORT else 2
    found = distance(asked, word, most=most)
    if is_begun and found > most and len(word) > len(asked):
        found = min(distance(asked, word[:end], most=most) for end in _ends(asked, word))
    return found if found <= most else None


def _ends(asked: str, word: str) -> range:
    return range(max(1, len(asked) - 1), min(len(word), len(asked) + 1) + 1)


def distance(one: str, other: str, *, most: int) -> int:
    """Count the letters to put in, leave out, change or turn round; beyond `most` it is `most + 1`.

    Optimal string alignment (Damerau, 1964).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        oldest, before, row = before, row, [i, *(0 for _ in other)]
        for j, counterpart in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            is_turned = i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], counterpart)
            if is_turned:
                row[j] = min(row[j], oldest[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
