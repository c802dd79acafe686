"""The rules by which a message is judged, by their names: those that a partner may weigh anew.

What cannot be read at all has no weight, and neither has what the catalogue finds, as that another
owns a recording: whoever sends it does not decide that.
"""

from __future__ import annotations

from collections.abc import Iterable

from base.errors import Refused

RULES = frozenset(
    {
        "artist-missing",
        "backwards",
        "dangling-reference",
        "duplicate-isrc",
        "duplicate-reference",
        "duration-missing",
        "file-elsewhere",
        "grid-check",
        "grid-syntax",
        "hash-missing",
        "icpn-check",
        "icpn-syntax",
        "isni-check",
        "isni-syntax",
        "isrc-check",
        "isrc-missing",
        "isrc-syntax",
        "main-release-missing",
        "namespace-missing",
        "no-deal-for-track",
        "no-deals",
        "no-file",
        "no-tracks",
        "nowhere",
        "original-date-later",
        "other-recipient",
        "overlapping-deals",
        "partyid-syntax",
        "purge-of-nothing",
        "release-id-missing",
        "role-unknown",
        "schema",
        "sender-syntax",
        "start-missing",
        "test",
        "time-assumed",
        "title-missing",
        "unknown-use",
        "unsupported-use",
        "unused-resource",
        "user-defined-empty",
    }
)


def require_known(rules: Iterable[str]) -> None:
    """See that there are rules of these names.

    Raises:
        Refused: `rule-unknown`, 422: which there is not.

    """
    if unknown := sorted(set(rules) - RULES):
        raise Refused(
            "rule-unknown",
            f"There is no rule “{unknown[0][:60]}”; docs/ddex.md lists them all.",
            status=422,
        )
