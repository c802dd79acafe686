"""The rules by which a message is judged, by their names: those that a partner may weigh anew.

What cannot be read at all has no weight, and neither has what the catalogue finds, as that another
owns a recording: whoever sends it does not decide that. Nor has what must hold for a message to be
taken at all (`FIXED`): of what nobody can tell apart nothing is made.
"""

from __future__ import annotations

from collections.abc import Iterable

from base.errors import Refused

RULES = frozenset(
    {
        "artist-missing",
        "backwards",
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
        "namespace-missing",
        "no-deal-for-track",
        "no-deals",
        "no-file",
        "no-track-release",
        "nowhere",
        "original-date-later",
        "other-recipient",
        "overlapping-deals",
        "partyid-syntax",
        "restricted-use",
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

FIXED = frozenset(
    {
        "created-in-future",
        "dangling-reference",
        "duplicate-isrc",
        "duplicate-reference",
        "header-too-long",
        "isrc-missing",
        "isrc-syntax",
        "main-release-missing",
        "no-tracks",
        "purge-of-nothing",
        "purge-too-many",
        "release-id-missing",
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
            f"There is no rule “{unknown[0][:60]}” to weigh; docs/ddex.md has them all.",
            status=422,
        )
