"""Why something is recommended, in a sentence of the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from catalog.recommending import Reason, Why
from stream.pages.language import N_

_SENTENCES = {
    Why.OWNED: N_("Because you own “%(about)s”: %(people)s people hear both"),
    Why.FINISHED: N_("%(people)s people who made “%(about)s” theirs hear this, too"),
    Why.HEARD: N_("Because you listen to “%(about)s”: %(people)s people hear both"),
    Why.FOLLOWED: N_("New from %(about)s, whom you follow"),
    Why.UNDISCOVERED: N_("New, and heard by few so far"),
    Why.TRENDING: N_("Many people listen to it these days"),
}


def reason_said(reason: Reason, say: Callable[..., str]) -> str:
    """Say why."""
    told = {"about": reason.about, "people": reason.people}
    said = {name: value for name, value in told.items() if value is not None}
    return say(_SENTENCES[reason.why], **said)
