"""Which message a file is, and of which version of ERN: its root's namespace says so, nothing else.

Attributes differ per version, prefixes are free, and a schema location is never looked at.
"""

from __future__ import annotations

import re
from enum import StrEnum

from ingest.ddex.findings import Status, Unreadable

_NAMESPACE = re.compile(r"https?://(?:service\.)?ddex\.net/xml/ern/([0-9]+)")


class Version(StrEnum):
    """The versions that are read, as DDEX writes them."""

    ERN_381 = "3.8.1"
    ERN_382 = "3.8.2"
    ERN_383 = "3.8.3"
    ERN_41 = "4.1"
    ERN_411 = "4.1.1"
    ERN_42 = "4.2"
    ERN_43 = "4.3"
    ERN_432 = "4.3.2"

    @property
    def folder(self) -> str:
        """The last part of its namespace, as `432`."""
        return self.replace(".", "")

    @property
    def has_party_list(self) -> bool:
        """Whether parties stand in a list of their own, and all else refers to them (ERN 4)."""
        return self.startswith("4")

    @property
    def must_tell_start(self) -> bool:
        """Whether a deal has to say when it starts (from 4.2 on)."""
        return self in {Version.ERN_42, Version.ERN_43, Version.ERN_432}


class MessageKind(StrEnum):
    """The messages that are read; updates and takedowns are newer ones of the first."""

    NEW_RELEASE = "NewReleaseMessage"
    PURGE = "PurgeReleaseMessage"


_BY_FOLDER = {version.folder: version for version in Version}


def message_of(tag: str) -> tuple[MessageKind, Version]:
    """Tell what a root element, in Clark's notation, begins.

    Raises:
        Unreadable: `NewReleaseMessageInvalid`: it is no message of ERN that is read here.

    """
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    found = _NAMESPACE.fullmatch(namespace)
    version = _BY_FOLDER.get(found[1]) if found else None
    known = ", ".join(Version)
    if found is None:
        raise Unreadable(Status.ERN_MISSING, f"It is no message of DDEX ERN, but “{tag[:200]}”.")
    if version is None:
        sentence = f"ERN in the namespace …/ern/{found[1][:20]} is not read here, but {known}."
        raise Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, sentence)
    if name not in set(MessageKind):
        kinds = " and ".join(MessageKind)
        sentence = f"A {name[:100]} is not read here, but {kinds}."
        raise Unreadable(Status.NEW_RELEASE_MESSAGE_INVALID, sentence)
    return MessageKind(name), version
