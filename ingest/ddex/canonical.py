"""One form for what messages of all versions say: parties, resources, releases and their deals.

Nothing here is judged: what a message says stands as it says it, values that nobody knows too.
Levels of trust, and what becomes of it, are for the rules and for the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ingest.ddex.findings import NOWHERE, Place
from ingest.ddex.territories import Territories
from ingest.ddex.versions import MessageKind, Version


class IdKind(StrEnum):
    """What an identifier is one of."""

    GRID = "GRid"
    ICPN = "ICPN"
    CATALOG_NUMBER = "CatalogNumber"
    PROPRIETARY = "ProprietaryId"
    ISRC = "ISRC"
    DPID = "PartyId"
    ISNI = "ISNI"
    IPI = "IpiNameNumber"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Identifier:
    """A name for programs; `namespace` is the DPID of whose it is, where it has one."""

    kind: IdKind
    value: str
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title in one language and script (IETF BCP 47); `kind` as DDEX calls it, `DisplayTitle`."""

    text: str
    subtitle: str = ""
    language: str = ""
    kind: str = "DisplayTitle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody: their names by language, the first one being what is shown."""

    reference: str
    names: tuple[tuple[str, str], ...]
    identifiers: tuple[Identifier, ...] = ()
    place: Place = NOWHERE

    @property
    def name(self) -> str:
        """How they are called."""
        return self.names[0][1] if self.names else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What somebody did; who stands in a list of parties is only referred to."""

    roles: tuple[str, ...]
    party: str = ""
    names: tuple[tuple[str, str], ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsLine:
    """A line of (P) or (C)."""

    text: str
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HashSum:
    """What the bytes of a file come to."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredFile:
    """A file that came with the message, or is told to be elsewhere: as the message names it."""

    uri: str
    hashes: tuple[HashSum, ...] = ()
    codec: str = ""
    is_clip: bool = False
    place: Place = NOWHERE


class ResourceKind(StrEnum):
    """What a resource is."""

    SOUND_RECORDING = "SoundRecording"
    IMAGE = "Image"
    VIDEO = "Video"
    TEXT = "Text"
    SHEET_MUSIC = "SheetMusic"
    SOFTWARE = "Software"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A recording, a picture or something else; `type` as DDEX calls it, such as `FrontCoverImage`.

    `duration_s` is exact, as the message tells it.
    """

    kind: ResourceKind
    reference: str
    type: str = ""
    identifiers: tuple[Identifier, ...] = ()
    titles: tuple[Title, ...] = ()
    display_artist: str = ""
    artists: tuple[Credit, ...] = ()
    contributors: tuple[Credit, ...] = ()
    p_lines: tuple[RightsLine, ...] = ()
    duration_s: Fraction | None = None
    advisory: str = ""
    language: str = ""
    contains_ai: str = ""
    files: tuple[DeliveredFile, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A resource where it stands in a release: `link` says as what, of one that is beside it."""

    resource: str
    disc: int = 1
    sequence: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """An album or a single, or one track of it as a release of its own (`is_track`)."""

    reference: str
    is_track: bool
    types: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    titles: tuple[Title, ...] = ()
    display_artist: str = ""
    artists: tuple[Credit, ...] = ()
    #: The parties, or where there is no list of them the names, of its labels.
    labels: tuple[str, ...] = ()
    p_lines: tuple[RightsLine, ...] = ()
    c_lines: tuple[RightsLine, ...] = ()
    genres: tuple[str, ...] = ()
    released_on: date | None = None
    first_released_on: date | None = None
    advisory: str = ""
    items: tuple[Item, ...] = ()
    #: What of the message says when it may be shown (ERN 4.2 and later).
    visibility: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when until when; a day is one of the calendar where it holds, and an end includes it."""

    starts: date | datetime | None = None
    ends: date | datetime | None = None
    #: Whether an instant said no offset, and is taken for one of where it holds.
    is_time_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What is asked: a code of a rate card that was agreed, or an amount per use."""

    code: str = ""
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A word that a list of allowed values has, or a user-defined one of somebody's namespace."""

    value: str
    namespace: str = ""
    own_value: str = ""


class Standing(StrEnum):
    """What a deal says at all."""

    OFFERED = "offered"
    TAKEN_DOWN = "taken-down"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class DealTerms:
    """Where, when, how and for what releases may be used."""

    standing: Standing
    territories: Territories
    periods: tuple[Period, ...] = ()
    models: tuple[Use, ...] = ()
    uses: tuple[Use, ...] = ()
    channels: tuple[str, ...] = ()
    excluded_channels: tuple[str, ...] = ()
    prices: tuple[Price, ...] = ()
    is_pre_order: bool = False
    #: From when all of it may be shown, or some of it heard, though it is not out yet.
    shown_from: date | datetime | None = None
    previewed_from: date | datetime | None = None
    #: Resources that whoever orders before gets at once.
    given_at_once: tuple[str, ...] = ()
    rights_claims: tuple[str, ...] = ()
    #: What narrows a use: how often, for how long, on which carrier, by which interface.
    restrictions: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDeal:
    """Terms, and the releases they are for."""

    releases: tuple[str, ...]
    terms: tuple[DealTerms, ...]
    #: From when it replaces what held before (ERN 3).
    effective: date | datetime | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who sent what to whom, and when; `created_at` orders messages, as an instant."""

    message_id: str
    sender: str
    created_at: datetime
    thread_id: str = ""
    sender_name: str = ""
    on_behalf_of: str = ""
    recipients: tuple[str, ...] = ()
    is_test: bool = False
    #: Whether its time said no offset, and is taken for UTC.
    is_time_assumed: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """All that a message says."""

    kind: MessageKind
    version: Version
    header: Header
    profile: str = ""
    language: str = ""
    parties: Mapping[str, Party] = field(default_factory=dict)
    resources: tuple[Resource, ...] = ()
    releases: tuple[Release, ...] = ()
    deals: tuple[ReleaseDeal, ...] = ()
    #: From when releases may be shown that refer to it.
    shown_from: Mapping[str, date | datetime] = field(default_factory=dict)
    #: What is to be purged: of each release all the names it goes by.
    purged: tuple[tuple[Identifier, ...], ...] = ()

    @property
    def main_release(self) -> Release | None:
        """The release that the message is about; its tracks are releases beside it."""
        return next((one for one in self.releases if not one.is_track), None)
