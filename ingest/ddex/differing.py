"""What is otherwise in a message than in the one before it, in the words of a release.

Releases, recordings and deals are compared, not lines of XML: a message of another version, or in
another order, that says the same differs in nothing. What is the same of several recordings is
told once, of all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.ddex.canonical import Message
from ingest.ddex.documents import message_told
from ingest.ddex.facts import (
    RELEASE,
    Facts,
    Name,
    Offer,
    deal_names,
    label_of,
    name_of,
    offers_of,
    places_of,
    recordings,
    release_facts,
    resource_facts,
)
from ingest.ddex.territories import Territories

#: Of uses of releases that are put side by side: a large album has some ten thousand.
_MOST_OFFERED = 120_000
_MOST_CHANGES = 2_000
#: Of names that have a change in common, so many are written down in a line for people.
_NAMED = 3
#: Whether it is there at all.
_ITSELF = ""
_Offered = Mapping[Offer, Mapping[Name, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is otherwise: of what (`release`, `recording`, `deal`), of which ones, how.

    `old` is None where there was nothing of it, and `new` where there is nothing of it now.
    """

    about: str
    names: tuple[str, ...]
    what: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that is otherwise; not `is_whole` where it was too much to compare or to tell."""

    old: Message
    new: Message
    changes: tuple[Change, ...]
    is_whole: bool


def difference(old: Message, new: Message) -> Difference:
    """Compare a message with one that came before it."""
    before, is_all_before = _offered(old)
    after, is_all_after = _offered(new)
    found = [
        *_of_message(old, new),
        *_of_release(old, new),
        *_together(_of_recordings(old, new)),
        *_together(_of_deals(before, after, _labels(old) | _labels(new))),
    ]
    return Difference(
        old=old,
        new=new,
        changes=tuple(found[:_MOST_CHANGES]),
        is_whole=is_all_before and is_all_after and len(found) <= _MOST_CHANGES,
    )


def difference_told(found: Difference) -> dict[str, Any]:
    """Print a comparison as a document."""
    return {
        "old": message_told(found.old),
        "new": message_told(found.new),
        "is_whole": found.is_whole,
        "changes": [
            {
                "about": one.about,
                "names": list(one.names),
                "what": one.what,
                "old": one.old,
                "new": one.new,
            }
            for one in found.changes
        ],
    }


def difference_text(found: Difference) -> str:
    """Print a comparison for people, a line for each change."""
    lines = [_line(one) for one in found.changes]
    if not found.is_whole:
        lines.append("That is not all: there is too much to compare or to tell.")
    return "\n".join(lines or ["Both say the same."])


def _line(one: Change) -> str:
    more = len(one.names) - _NAMED
    named = ", ".join(one.names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    what = f" {one.what}:" if one.what else ""
    mark = "+" if one.old is None else "-" if one.new is None else "~"
    told = " → ".join(text for text in (one.old, one.new) if text is not None)
    return f"{mark} {one.about} {named}:{what} {told}".rstrip(" :")


def _of_message(old: Message, new: Message) -> Iterator[Change]:
    before = {"kind": str(old.kind), "profile": old.profile, "language": old.language}
    after = {"kind": str(new.kind), "profile": new.profile, "language": new.language}
    for what, was, now in _changed(before, after):
        yield Change(about="message", names=(new.header.message_id,), what=what, old=was, new=now)


def _of_release(old: Message, new: Message) -> Iterator[Change]:
    was, now = old.main_release, new.main_release
    told = now or was
    if told is None:
        return
    name = next((one.text for one in told.titles), told.reference)
    if was is None or now is None:
        came = ("", None) if now is None else (None, "")
        yield Change(about="release", names=(name,), what=_ITSELF, old=came[0], new=came[1])
        return
    for what, before, after in _changed(release_facts(old, was), release_facts(new, now)):
        yield Change(about="release", names=(name,), what=what, old=before, new=after)


def _of_recordings(old: Message, new: Message) -> Iterator[Change]:
    before, after = recordings(old), recordings(new)
    for name in dict.fromkeys([*after, *before]):
        was, now = before.get(name), after.get(name)
        told = now or was
        assert told is not None  # noqa: S101 - it is in one of both
        about, labels = _about(told[0].kind), (label_of(told[0].titles, name),)
        if was is None or now is None:
            came = ("", None) if now is None else (None, "")
            yield Change(about=about, names=labels, what=_ITSELF, old=came[0], new=came[1])
            continue
        changed = _changed(resource_facts(old, *was), resource_facts(new, *now))
        for what, one, other in changed:
            yield Change(about=about, names=labels, what=what, old=one, new=other)


def _about(kind: str) -> str:
    return "recording" if kind == "SoundRecording" else kind.lower()


def _of_deals(before: _Offered, after: _Offered, labels: Mapping[Name, str]) -> Iterator[Change]:
    for offer in dict.fromkeys([*after, *before]):
        was, now = before.get(offer, {}), after.get(offer, {})
        said = (offer.use, offer.model, offer.period, offer.price, offer.notes)
        what = ", ".join(filter(None, said))
        for name in dict.fromkeys([*now, *was]):
            if was.get(name) != now.get(name):
                yield Change(
                    about="deal",
                    names=(labels.get(name, name),),
                    what=what,
                    old=was.get(name),
                    new=now.get(name),
                )


def _offered(message: Message) -> tuple[_Offered, bool]:
    """Answer where each thing is to be had, of all that deals are about; and whether it is all."""
    named = deal_names(message)
    found = defaultdict[Offer, dict[Name, list[Territories]]](dict)
    left = _MOST_OFFERED
    for deal in message.deals:
        about = [named.get(one, Name(one)) for one in dict.fromkeys(deal.releases)]
        for terms in deal.terms:
            for offer in offers_of(terms):
                left -= max(1, len(about))
                if left < 0:
                    return _written(found), False
                for name in about:
                    found[offer].setdefault(name, []).append(terms.territories)
    return _written(found), True


def _written(found: Mapping[Offer, Mapping[Name, Sequence[Territories]]]) -> _Offered:
    # Tracks of a release are mostly offered in the same places.
    written = cache(places_of)
    return {
        offer: {name: written(tuple(places)) for name, places in by_name.items()}
        for offer, by_name in found.items()
    }


def _labels(message: Message) -> dict[Name, str]:
    main = message.main_release
    title = next((one.text for one in main.titles), "") if main else ""
    named = {name_of(one): label_of(one.titles, name_of(one)) for one in message.resources}
    return {**named, RELEASE: title} if title else named


def _changed(old: Facts, new: Facts) -> Iterator[tuple[str, str | None, str | None]]:
    for what in dict.fromkeys([*new, *old]):
        if old.get(what) != new.get(what):
            yield what, old.get(what), new.get(what)


def _together(changes: Iterable[Change]) -> Iterator[Change]:
    """Tell what several have in common once, where it stood first."""
    found = dict[tuple[str, str, str | None, str | None], list[str]]()
    for one in changes:
        found.setdefault((one.about, one.what, one.old, one.new), []).extend(one.names)
    for (about, what, old, new), names in found.items():
        yield Change(about=about, names=tuple(names), what=what, old=old, new=new)
