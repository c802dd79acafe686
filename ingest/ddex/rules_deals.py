"""Deals: what is offered where and when, and what of it cannot be, or is not done here."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.findings import Severity
from ingest.ddex.canonical import DealTerms, Message, Resource, ResourceKind, Standing
from ingest.ddex.conflicts import conflicts
from ingest.ddex.findings import MessageFinding, Place, Status, found_at
from ingest.ddex.periods import is_backwards
from ingest.ddex.words import DOWNLOADS, FREE, MODELS, PAID_PER_USE, STREAMS, USER_DEFINED, USES

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
    for release, used, one, other in conflicts(message):
        text = (
            f"Two deals say for what {used} of {release} is to be had at one place and time; "
            f"the other is in line {one.place.line}."
        )
        yield _finding(other.place, "overlapping-deals", Status.CONFLICTING_PERIODS, text)


def _without_deal(message: Message) -> Iterator[MessageFinding]:
    dealt = {reference for deal in message.deals for reference in deal.releases}
    for release in message.releases:
        if release.is_track and release.reference not in dealt:
            text = f"No deal is for track release {release.reference}: it is not to be had alone."
            yield _finding(release.place, "no-deal-for-track", Status.NO_DEAL_FOR_TRACK, text)
    for recording in _without_release(message):
        text = f"Recording {recording.reference} has no track release: it is not to be had alone."
        yield _finding(recording.place, "no-track-release", Status.NO_DEAL_FOR_TRACK, text)


def _without_release(message: Message) -> Iterator[Resource]:
    """Answer recordings of a release of several that are no release by themselves."""
    main = message.main_release
    listed = {one.resource for one in main.items if not one.link} if main else set()
    alone = {
        one.resource for release in message.releases if release.is_track for one in release.items
    }
    heard = [
        one
        for one in message.resources
        if one.kind is ResourceKind.SOUND_RECORDING and one.reference in listed
    ]
    if len(heard) > 1:
        yield from (one for one in heard if one.reference not in alone)


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
    if any(one.is_time_assumed for one in terms.periods):
        text = "A time of it says no offset; it is taken for one of where it holds."
        yield _finding(terms.place, "time-assumed", Status.USER_DEFINED, text, Severity.NOTE)
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
    if terms.restrictions:
        text = (
            f"{', '.join(terms.restrictions)[:300]}: a use that is narrowed like this is kept, but "
            "not offered here."
        )
        yield _finding(terms.place, "restricted-use", Status.UNSUPPORTED_USAGE, text)
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


def _finding(
    place: Place,
    rule: str,
    status: Status,
    text: str,
    severity: Severity = Severity.WARNING,
) -> MessageFinding:
    return found_at(place, rule, status, text, severity)
