"""What needs somebody now, as sentences: the most urgent first, each with where to see to it.

It takes what was found and answers values. Its limits are those of the alerts in docs/fleet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalog.capacity import drain_s
from catalog.fleet_figures import Fleet
from catalog.kinds import Lane
from stream.fleet import EvidenceWaiting, Seen
from stream.pages.catalogues import Catalogue

#: Listeners wait for what the first lane does.
_FIRST_WAITS_S = 30
_DRAINS_WITHIN_S = 3600
_PLAYS_WAIT_S = 300
_EVIDENCE_WAITS_S = 60
_RECONCILED_WITHIN_S = 129_600
_ORDER = ("wrong", "warn", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A sentence; its `kind` is that of an alert: wrong, warn, or nothing that is bad."""

    words: str
    kind: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many of each wait for a person; None: who asks has nothing to do with them.

    Nobody counts all: `most` says "or more".
    """

    most: int
    releases: int | None = None
    masters: int | None = None
    claims: int | None = None
    artists: int | None = None
    runs: int | None = None
    applicants: int | None = None


def urgent_first(needs: Iterable[Need]) -> list[Need]:
    """Put what is wrong before what only waits."""
    return sorted(needs, key=lambda one: _ORDER.index(one.kind))


def of_machines(seen: Seen, say: Catalogue) -> Iterator[Need]:
    """Answer what an operator should look at."""
    yield from _of_parts(seen.reachable, say)
    if seen.fleet is None:
        return
    yield from _of_crew(seen.fleet, say)
    yield from _of_lanes(seen.fleet, say)
    yield from _of_plays(seen.fleet, seen.evidence, say)
    yield from _of_store(seen.fleet, say)


def of_books(fleet: Fleet, say: Catalogue) -> Iterator[Need]:
    """Answer what a treasurer should look at."""
    if fleet.held:
        words = say.ngettext("%(n)s play is held", "%(n)s plays are held", fleet.held)
        yield Need(words=words % {"n": fleet.held}, kind="warn", href="/office/holds")
    if fleet.reconciled is None:
        return
    differs = sum(fleet.reconciled.differences.values())
    if differs:
        words = say.ngettext(
            "%(n)s figure of the books differs: do not close or pay out before it is explained",
            "%(n)s figures of the books differ: do not close or pay out before they are explained",
            differs,
        )
        yield Need(words=words % {"n": differs}, kind="wrong", href="/office/months")
    if fleet.reconciled.age_s > _RECONCILED_WITHIN_S:
        words = say.gettext("The books were not reconciled for a day and a half")
        yield Need(words=words, kind="warn", href="/office/jobs?kind=reconcile")


def of_people(waiting: Waiting, say: Catalogue) -> Iterator[Need]:
    """Answer what waits for a decision."""
    releases = ("%(n)s release waits to be reviewed", "%(n)s releases wait to be reviewed")
    masters = ("%(n)s new master waits to be reviewed", "%(n)s new masters wait to be reviewed")
    artists = ("%(n)s person asks to be an artist", "%(n)s people ask to be artists")
    claims = ("%(n)s claim waits for an answer", "%(n)s claims wait for an answer")
    runs = ("%(n)s payout run waits for approval", "%(n)s payout runs wait for approval")
    applicants = ("%(n)s person wants to be a member", "%(n)s people want to be members")
    for count, (one, many), href in (
        (waiting.releases, releases, "/office/reviews"),
        (waiting.masters, masters, "/office/reviews"),
        (waiting.artists, artists, "/office/artists"),
        (waiting.claims, claims, "/office/claims"),
        (waiting.runs, runs, "/office/payouts"),
        (waiting.applicants, applicants, "/office/members"),
    ):
        if count:
            number = f"{waiting.most}+" if count > waiting.most else str(count)
            words = say.ngettext(one, many, count) % {"n": number}
            yield Need(words=words, kind="", href=href)


def _of_parts(reachable: Mapping[str, bool], say: Catalogue) -> Iterator[Need]:
    sentences = {
        "database": say.gettext("The database does not answer: nothing goes on without it"),
        "valkey": say.gettext("The queue does not answer: jobs and plays wait"),
        "storage": say.gettext("The storage does not answer: only what is kept in copies plays"),
    }
    for part, is_there in reachable.items():
        if not is_there:
            yield Need(words=sentences[part], kind="wrong", href="/office/fleet")


def _of_crew(fleet: Fleet, say: Catalogue) -> Iterator[Need]:
    if not fleet.crew.workers:
        yield Need(words=say.gettext("No worker takes jobs"), kind="wrong", href="/office/fleet")
    versions = {one.version for one in fleet.workers}
    if len(versions) > 1:
        words = say.gettext("Workers of several versions run: an upgrade is under way, or stuck")
        yield Need(words=words, kind="", href="/office/fleet")
    if fleet.mismatches:
        words = say.gettext(
            "A result came out otherwise when it was made again: a machine is broken"
        )
        yield Need(words=words, kind="wrong", href="/office/jobs?kind=recheck")


def _of_lanes(fleet: Fleet, say: Catalogue) -> Iterator[Need]:
    aside = sum(one.quarantined.jobs for one in fleet.lanes.values())
    if aside:
        words = say.ngettext(
            "%(n)s job is set aside and waits for you",
            "%(n)s jobs are set aside and wait for you",
            aside,
        )
        where = "/office/jobs?state=quarantined"
        yield Need(words=words % {"n": aside}, kind="warn", href=where)
    for lane, figures in fleet.lanes.items():
        takes = drain_s(figures)
        if takes is None:
            words = say.gettext("Jobs of the lane %(lane)s wait, and no worker takes them")
        elif lane == Lane.FIRST and figures.age_s > _FIRST_WAITS_S:
            words = say.gettext("Listeners wait: the lane %(lane)s is behind")
        elif lane != Lane.BACKGROUND and takes > _DRAINS_WITHIN_S:
            words = say.gettext("The lane %(lane)s needs more than an hour: start more workers")
        else:
            continue
        kind = "wrong" if takes is None else "warn"
        yield Need(words=words % {"lane": lane}, kind=kind, href="/office/fleet")


def _of_plays(fleet: Fleet, evidence: EvidenceWaiting | None, say: Catalogue) -> Iterator[Need]:
    if fleet.plays_age_s > _PLAYS_WAIT_S:
        words = say.gettext("Plays wait to be settled: see that a worker does settlement")
        yield Need(words=words, kind="wrong", href="/office/fleet")
    if evidence is not None and evidence.age_s > _EVIDENCE_WAITS_S:
        words = say.gettext("What was heard is not taken in: see that a worker does settlement")
        yield Need(words=words, kind="wrong", href="/office/fleet")


def _of_store(fleet: Fleet, say: Catalogue) -> Iterator[Need]:
    if fleet.checked is None:
        return
    losses, found = fleet.checked.losses, sum(fleet.checked.findings.values())
    if losses:
        words = say.ngettext(
            "%(n)s stored file is lost or damaged, and only a backup has it",
            "%(n)s stored files are lost or damaged, and only a backup has them",
            losses,
        )
        yield Need(words=words % {"n": losses}, kind="wrong", href="/office/findings")
    elif found:
        words = say.ngettext(
            "%(n)s finding in the store can be mended",
            "%(n)s findings in the store can be mended",
            found,
        )
        yield Need(words=words % {"n": found}, kind="warn", href="/office/findings")
