"""Where each version of ERN says what: one table a version, and nothing else tells them apart.

The facts are those of the schemas of 3.8.2 (`ern/382`), 4.1.1 (`ern/411`), 4.2, 4.3 and 4.3.2;
their sisters 3.8.1, 3.8.3 and 4.1 say it in the same places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ingest.ddex.versions import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePaths:
    """Where a resource says what; `{kind}` is the name of its element."""

    type: tuple[str, ...]
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    display_artist: tuple[str, ...]
    artists: tuple[str, ...]
    contributors: tuple[str, ...]
    p_lines: tuple[str, ...]
    advisory: tuple[str, ...]
    language: tuple[str, ...] = ("LanguageOfPerformance",)
    contains_ai: tuple[str, ...] = ("ContainsAI",)
    technical: tuple[str, ...]
    #: Within technical details: the files that are the resource, and those that are clips of it.
    files: tuple[str, ...]
    clips: tuple[str, ...]
    is_clip: str
    codec: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePaths:
    """Where a file says its address, and what its bytes come to."""

    uri: tuple[str, ...]
    folder: str = ""
    hashes: str = "HashSum"
    algorithm: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPaths:
    """Where a credit says who, and as what."""

    party: tuple[str, ...] = ()
    names: str = ""
    ids: str = ""
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePaths:
    """Where a release says what."""

    titles: tuple[str, ...]
    display_artist: tuple[str, ...]
    artists: tuple[str, ...]
    labels: tuple[str, ...]
    p_lines: tuple[str, ...]
    c_lines: tuple[str, ...]
    genres: tuple[str, ...]
    released_on: tuple[str, ...]
    first_released_on: tuple[str, ...]
    advisory: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealPaths:
    """Where terms say what."""

    uses: tuple[str, ...]
    price_code: tuple[str, ...]
    taken_down: str = ""
    cancelled: str = ""
    shown_from: tuple[str, ...] = ()
    previewed_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where a version says what."""

    resource: ResourcePaths
    file: FilePaths
    credit: CreditPaths
    release: ReleasePaths
    deal: DealPaths


_BY_TERRITORY = "{kind}DetailsByTerritory"
#: In deals, and from 4.2 on beside them, for releases that refer to it.
_SHOWN_FROM = (
    *("ReleaseDisplayStartDateTime", "ReleaseDisplayStartDate"),
    *("CoverArtPreviewStartDateTime", "CoverArtPreviewStartDate"),
    *("TrackListingPreviewStartDateTime", "TrackListingPreviewStartDate"),
    "FullTrackListingPreviewStartDateTime",
)
_PREVIEWED_FROM = ("ClipPreviewStartDateTime", "ClipPreviewStartDate")
_ERN_3 = Paths(
    resource=ResourcePaths(
        type=("{kind}Type",),
        ids=("{kind}Id",),
        titles=(f"{_BY_TERRITORY}/Title", "ReferenceTitle", "Title"),
        display_artist=(f"{_BY_TERRITORY}/DisplayArtistName",),
        artists=(f"{_BY_TERRITORY}/DisplayArtist",),
        contributors=(
            f"{_BY_TERRITORY}/ResourceContributor",
            f"{_BY_TERRITORY}/IndirectResourceContributor",
            f"{_BY_TERRITORY}/DisplayConductor",
        ),
        p_lines=(f"{_BY_TERRITORY}/PLine",),
        advisory=(f"{_BY_TERRITORY}/ParentalWarningType",),
        technical=(f"{_BY_TERRITORY}/Technical{{kind}}Details",),
        files=("File",),
        clips=(),
        is_clip="IsPreview",
        codec=("AudioCodecType", "ImageCodecType", "VideoCodecType"),
    ),
    file=FilePaths(
        uri=("FileName", "URL"),
        folder="FilePath",
        algorithm="HashSumAlgorithmType",
        value="HashSum",
    ),
    credit=CreditPaths(
        names="PartyName",
        ids="PartyId",
        roles=("ArtistRole", "ResourceContributorRole", "IndirectResourceContributorRole"),
    ),
    release=ReleasePaths(
        titles=("ReleaseDetailsByTerritory/Title", "ReferenceTitle"),
        display_artist=("ReleaseDetailsByTerritory/DisplayArtistName",),
        artists=("ReleaseDetailsByTerritory/DisplayArtist",),
        labels=("ReleaseDetailsByTerritory/LabelName",),
        p_lines=("PLine", "ReleaseDetailsByTerritory/PLine"),
        c_lines=("CLine", "ReleaseDetailsByTerritory/CLine"),
        genres=(
            "ReleaseDetailsByTerritory/Genre/GenreText",
            "ReleaseDetailsByTerritory/Genre/SubGenre",
        ),
        released_on=("ReleaseDetailsByTerritory/ReleaseDate", "GlobalReleaseDate"),
        first_released_on=(
            "ReleaseDetailsByTerritory/OriginalReleaseDate",
            "GlobalOriginalReleaseDate",
        ),
        advisory=("ReleaseDetailsByTerritory/ParentalWarningType",),
        groups=("ReleaseDetailsByTerritory/ResourceGroup",),
    ),
    deal=DealPaths(
        uses=("Usage/UseType",),
        price_code=("PriceInformation/PriceType",),
        taken_down="TakeDown",
        cancelled="AllDealsCancelled",
        shown_from=_SHOWN_FROM,
        previewed_from=_PREVIEWED_FROM,
    ),
)
_ERN_41 = Paths(
    resource=ResourcePaths(
        type=("Type",),
        ids=("ResourceId",),
        titles=("DisplayTitle", "DisplayTitleText", "AdditionalTitle"),
        display_artist=("DisplayArtistName",),
        artists=("DisplayArtist",),
        contributors=("Contributor",),
        p_lines=("PLine",),
        advisory=("ParentalWarningType",),
        technical=("TechnicalDetails",),
        files=("File",),
        clips=(),
        is_clip="IsPreview",
        codec=("AudioCodecType", "ImageCodecType", "VideoCodecType"),
    ),
    file=FilePaths(uri=("URI",), algorithm="Algorithm", value="HashSumValue"),
    credit=CreditPaths(
        party=("ArtistPartyReference", "ContributorPartyReference"),
        roles=("DisplayArtistRole", "ArtisticRole", "Role"),
    ),
    release=ReleasePaths(
        titles=("DisplayTitle", "DisplayTitleText", "AdditionalTitle"),
        display_artist=("DisplayArtistName",),
        artists=("DisplayArtist",),
        labels=("ReleaseLabelReference",),
        p_lines=("PLine",),
        c_lines=("CLine",),
        genres=("Genre/GenreText", "Genre/SubGenre"),
        released_on=("ReleaseDate",),
        first_released_on=("OriginalReleaseDate",),
        advisory=("ParentalWarningType",),
        groups=("ResourceGroup",),
    ),
    deal=DealPaths(
        uses=("UseType",),
        price_code=("PriceInformation/PriceCode",),
        shown_from=_SHOWN_FROM,
        previewed_from=_PREVIEWED_FROM,
    ),
)
#: From here on what is fixed of a recording stands in its edition, and files in what is delivered.
_ERN_43 = replace(
    _ERN_41,
    resource=replace(
        _ERN_41.resource,
        ids=("{kind}Edition/ResourceId", "ResourceId"),
        p_lines=("{kind}Edition/PLine", "PLine"),
        contributors=("Contributor", "{kind}Edition/EditionContributor"),
        technical=("{kind}Edition/TechnicalDetails", "TechnicalDetails"),
        files=("DeliveryFile/File", "File"),
        clips=("ClipDetails/DeliveryFile/File",),
        is_clip="IsClip",
        codec=("DeliveryFile/AudioCodecType", "ImageCodecType", "DeliveryFile/VideoCodecType"),
    ),
)
_TITLES = ("DisplayTitle", "DisplayTitleText", "FormalTitle", "GroupingTitle")
_ERN_432 = replace(
    _ERN_43,
    resource=replace(_ERN_43.resource, titles=_TITLES),
    release=replace(
        _ERN_43.release,
        titles=_TITLES,
        genres=("DisplayGenre/GenreText", "DisplayGenre/SubGenre"),
    ),
)

PATHS: Mapping[Version, Paths] = MappingProxyType(
    {
        Version.ERN_381: _ERN_3,
        Version.ERN_382: _ERN_3,
        Version.ERN_383: _ERN_3,
        Version.ERN_41: _ERN_41,
        Version.ERN_411: _ERN_41,
        Version.ERN_42: _ERN_41,
        Version.ERN_43: _ERN_43,
        Version.ERN_432: _ERN_432,
    }
)
