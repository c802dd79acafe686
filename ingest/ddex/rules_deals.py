"""Deals: what is offered where and when, and what of it cannot be, or is not done here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from catalog.findings import Severity
from ingest.ddex.canonical import DealTerms, Message, Place, Standing
from ingest.ddex.findings import MessageFinding, Status
from ingest.ddex.periods import is_backwards, meet
from ingest.ddex.words import DOWNLOADS, FREE, MODELS, PAID_PER_USE, STREAMS, USER_DEFINED, USES

#: As many as are worth telling of: a message may have thousands of deals, each wrong alike.
_MOST_ALIKE = 20
_PLAYED = frozenset({PAID_PER_USE, FREE, USER_DEFINED})


def of_deals(message: Message) -> Iterator[MessageFinding]:
    """Find deals that are missing, cannot be, contradict others, or are of no use here."""
    told = [terms for deal in message.deals for terms in deal.terms]
    if not told:
        yield MessageFinding(
            rule="no-deals",
            status=Status.NO_DEAL,
            severity=Severity.WARNING,
            text="There is no deal in it: what was to be had is withdrawn from its time on.",
        )
    else:
        yield from _without_deal(message)
    for terms in told:
        yield from _of_terms(message, terms)
    yield from _conflicts(message)


def _without_deal(message: Message) -> Iterator[MessageFinding]:
    dealt = {reference for deal in message.deals for reference in deal.releases}
    for release in message.releases:
        if release.is_track and release.reference not in dealt:
            text = f"No deal is for track release {release.reference}: it is not to be had alone."
            yield _finding(release.place, "no-deal-for-track", Status.NO_DEAL_FOR_TRACK, text)


def _of_terms(message: Message, terms: DealTerms) -> Iterator[MessageFinding]:
    if not terms.periods or any(one.starts is None for one in terms.periods):
        must = message.version.must_tell_start
        if must or terms.standing is Standing.OFFERED:
            yield _finding(
                terms.place,
                "start-missing",
                Status.METADATA_MISSING,
                "It does not say when it starts (StartDate), and so it never does.",
                Severity.ERROR if must else Severity.WARNING,
            )
    if any(is_backwards(one) for one in terms.periods):
        text = "It ends before it starts."
        yield _finding(terms.place, "backwards", Status.RELEASE_DATE_INVALID, text, Severity.ERROR)
    if terms.territories.is_nowhere:
        text = "It holds nowhere: all that it names is excluded."
        yield _finding(terms.place, "nowhere", Status.UNSUPPORTED_USAGE, text, Severity.ERROR)
    if terms.standing is Standing.OFFERED:
        yield from _of_offer(terms)


def _of_offer(terms: DealTerms) -> Iterator[MessageFinding]:
    unknown = [one.value for one in terms.uses if one.value not in USES]
    unknown += [one.value for one in terms.models if one.value not in MODELS]
    if unknown:
        text = f"No version of ERN knows {', '.join(unknown)[:300]}."
        yield _finding(terms.place, "unknown-use", Status.UNSUPPORTED_USAGE, text, Severity.ERROR)
        return
    uses, models = {one.value for one in terms.uses}, {one.value for one in terms.models}
    if any(one.value == USER_DEFINED and not one.own_value for one in (*terms.uses, *terms.models)):
        text = "A UserDefined value names its Namespace and its UserDefinedValue."
        yield _finding(
            terms.place, "user-defined-empty", Status.UNSUPPORTED_USAGE, text, Severity.ERROR
        )
    if not uses & (STREAMS | DOWNLOADS) or not models & _PLAYED:
        text = (
            f"{' and '.join(sorted(uses)) or 'A use that is not told'} under "
            f"{' and '.join(sorted(models)) or 'no model'} is kept, but not offered here: here a "
            "play is paid for each time, until the track is owned."
        )
        yield _finding(terms.place, "unsupported-use", Status.UNSUPPORTED_USAGE, text)


def _conflicts(message: Message) -> Iterator[MessageFinding]:
    by_use = defaultdict[tuple[str, str], list[DealTerms]](list)
    for deal in message.deals:
        for terms in deal.terms:
            if terms.standing is not Standing.OFFERED or terms.is_pre_order:
                continue
            for release in deal.releases:
                for use in terms.uses:
                    by_use[release, use.value].append(terms)
    seen = set[tuple[int, int]]()
    for (release, used), told in by_use.items():
        for one, other in _meeting(told):
            if (id(one), id(other)) in seen or len(seen) >= _MOST_ALIKE:
                continue
            seen.add((id(one), id(other)))
            text = (
                f"Two deals say for what {used} of {release} is to be had at one place and time; "
                f"the other is in line {one.place.line}."
            )
            yield _finding(other.place, "overlapping-deals", Status.CONFLICTING_PERIODS, text)


def _meeting(told: Iterable[DealTerms]) -> Iterator[tuple[DealTerms, DealTerms]]:
    """Answer pairs that hold in one place at one time; most name one country each."""
    by_code = defaultdict[str, list[DealTerms]](list)
    wide = list[DealTerms]()
    for terms in told:
        if terms.territories.is_all_but:
            wide.append(terms)
        for code in () if terms.territories.is_all_but else terms.territories.codes:
            by_code[code].append(terms)
    pairs = [pair for few in by_code.values() for pair in combinations(few, 2)]
    pairs += combinations(wide, 2)
    named = [few[0] for few in by_code.values()]
    pairs += [
        (one, other) for one in wide for other in named if one.territories.meets(other.territories)
    ]
    for one, other in pairs:
        if any(meet(first, second) for first in one.periods for second in other.periods):
            yield one, other


def _finding(
    place: Place,
    rule: str,
    status: Status,
    text: str,
    severity: Severity = Severity.WARNING,
) -> MessageFinding:
    return MessageFinding(
        rule=rule, status=status, severity=severity, text=text, line=place.line, path=place.path
    )
