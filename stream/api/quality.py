"""What an artist should know of a master: findings, measurements, pictures."""

from __future__ import annotations

from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel

from base.errors import Refused
from base.storage.port import Key
from catalog.models.files import Master
from catalog.music import Published
from stream.api.documents import LoudnessReading
from stream.api.tracks import loudness_of, own_track, stored

_TYPES = {"overview.json": "application/json", "spectrogram.png": "image/png"}


class FindingFacts(BaseModel):
    """One thing to know: `at` in seconds from the beginning, `confidence` from 0 to 1."""

    code: str
    severity: Literal["error", "warning", "note"]
    at: list[tuple[float, float]] | None
    text: str
    advice: str
    confidence: float | None


class PictureLinks(BaseModel):
    """Where the pictures are."""

    overview: str
    spectrogram: str


class SourceFacts(BaseModel):
    """What the file is."""

    filename: str
    size_bytes: int
    container: str | None
    codec: str | None
    sample_rate: int | None
    bit_depth: int | None
    channels: int | None
    samples: int | None


class QualityDocument(BaseModel):
    """The report of a master; `measured` holds what has no other place, channel by channel."""

    track: str
    findings: list[FindingFacts]
    source: SourceFacts
    loudness: LoudnessReading | None
    measured: dict[str, Any]
    gain_db: float | None
    pictures: PictureLinks | None


def quality_of(found: Published) -> QualityDocument:
    """Answer the report of a track's master, as far as it was examined."""
    master = found.master
    return QualityDocument(
        track=str(found.track.id),
        findings=[FindingFacts(**finding) for finding in master.findings or ()],
        source=_source(found),
        loudness=loudness_of(master),
        measured=master.quality or {},
        gain_db=master.gain_db,
        pictures=_pictures(found),
    )


def _source(found: Published) -> SourceFacts:
    facts = SourceFacts.model_validate(found.master, from_attributes=True)
    return facts.model_copy(update={"filename": found.filename})


async def get_quality(request: web.Request) -> web.Response:
    """Answer the report to who sent the master."""
    found = await own_track(request, request.match_info["track"])
    return web.json_response(text=quality_of(found).model_dump_json())


async def get_picture(request: web.Request) -> web.StreamResponse:
    """Answer a picture to who sent the master."""
    found = await own_track(request, request.match_info["track"])
    name = request.match_info["picture"]
    key = picture_key(found.master, name)
    return await stored(request, key, _TYPES[name], is_public=False)


def picture_key(master: Master, name: str) -> Key:
    """Answer where a picture is stored.

    Raises:
        Refused: `not-examined`, 404.

    """
    key = {"overview.json": master.overview_key, "spectrogram.png": master.spectrogram_key}[name]
    if key is None:
        raise Refused("not-examined", "The track has not been examined yet.", status=404)
    return Key(key)


def _pictures(found: Published) -> PictureLinks | None:
    if found.master.overview_key is None:
        return None
    root = f"/api/v1/tracks/{found.track.id}"
    return PictureLinks(overview=f"{root}/overview.json", spectrogram=f"{root}/spectrogram.png")
