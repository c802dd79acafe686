"""What is wrong with a message, by the codes with which DDEX acknowledges (ErncFileStatus)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from base.errors import Refused
from catalog.findings import Severity
from ingest.ddex.rules import RULES


class Status(StrEnum):
    """What may be said of a file; those of DDEX, so that an acknowledgement can carry them."""

    FILE_OK = "FileOK"
    ERN_MISSING = "ErnMissing"
    NEW_RELEASE_MESSAGE_INVALID = "NewReleaseMessageInvalid"
    METADATA_MISSING = "MetadataMissing"
    IDENTIFIER_INVALID = "IdentifierInvalid"
    IDENTIFIER_SYNTAX_INVALID = "IdentifierSyntaxInvalid"
    RESOURCE_MISSING = "ResourceMissing"
    RESOURCE_CORRUPT = "ResourceCorrupt"
    RESOURCE_NOT_MEETING_SPECIFICATIONS = "ResourceNotMeetingSpecifications"
    HASH_WRONG_OR_MISSING = "SignatureOrHashSumWrongOrMissing"
    NO_DEAL = "NoDealInNewReleaseMessage"
    NO_DEAL_FOR_TRACK = "NoDealForTrackRelease"
    CONFLICTING_PERIODS = "ConflictingAvailabilityPeriods"
    UNSUPPORTED_USAGE = "UnsupportedUsage"
    RELEASE_DATE_INVALID = "CommercialReleaseDateInvalid"
    ORIGINAL_DATE_LATER = "OriginalReleaseDateLaterThanReleaseDate"
    ARTIST_MISSING = "PrimaryArtistNameMissing"
    ARTIST_ROLE_UNKNOWN = "ArtistRoleUnknown"
    RIGHTS_CONFLICT = "RightsConflict"
    INTERNAL_ERROR = "InternalError"
    USER_DEFINED = "UserDefined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a file something stands: its line, and its path from the root."""

    line: int | None = None
    path: str = ""


NOWHERE = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFinding:
    """One thing that is wrong; `line` and `path` say where, `text` what, and what to do.

    `rule` names it among those of one status, and is what a partner's own severities go by.
    """

    rule: str
    status: Status
    severity: Severity
    text: str
    line: int | None = None
    path: str = ""


def found_at(
    place: Place, rule: str, status: Status, text: str, severity: Severity
) -> MessageFinding:
    """Answer what is wrong at a place of a message."""
    return MessageFinding(
        rule=rule, status=status, severity=severity, text=text, line=place.line, path=place.path
    )


class Unreadable(Refused):
    """A file that is no message, or not one that is read here: nothing of it is taken."""

    def __init__(self, status: Status, sentence: str, *, line: int | None = None) -> None:
        """`line` is where reading ended, where that is known."""
        super().__init__(status, sentence, status=422)
        self.finding = MessageFinding(
            rule="unreadable", status=status, severity=Severity.ERROR, text=sentence, line=line
        )


def weighed(
    findings: Iterable[MessageFinding], own: Mapping[str, Severity]
) -> tuple[MessageFinding, ...]:
    """Give each finding the severity that a partner's profile has for its rule, if it may."""
    may = {rule: severity for rule, severity in own.items() if rule in RULES}
    return tuple(
        replace(one, severity=may[one.rule]) if one.rule in may else one for one in findings
    )


def is_acceptable(findings: Iterable[MessageFinding]) -> bool:
    """Answer whether a message with these findings could be taken."""
    return all(one.severity is not Severity.ERROR for one in findings)
