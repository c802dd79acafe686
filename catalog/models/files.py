"""What is stored: masters as they came, and the renditions made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model

#: How a rendition was made of which nobody wrote that down.
UNKNOWN = "unknown"
#: The rung that is streamed and can be kept as well, see stream.kept.
KEPT = "flac"


class Master(Model):
    """A file as an artist sent it; the same bytes are the same master.

    What the examination finds is empty until it has been made: counts in samples
    at `sample_rate`, loudness in LUFS, LU and dBTP (null: digital silence).
    """

    __tablename__ = "masters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(400))
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    container: Mapped[str | None] = mapped_column(String(40))
    codec: Mapped[str | None] = mapped_column(String(40))
    sample_rate: Mapped[int | None]
    channels: Mapped[int | None]
    bit_depth: Mapped[int | None]
    is_float: Mapped[bool | None]
    is_lossless: Mapped[bool | None]
    samples: Mapped[int | None] = mapped_column(BigInteger)
    #: Of the decoded samples as float32: what a lossless rendition must decode to.
    pcm_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    integrated_lufs: Mapped[float | None]
    range_lu: Mapped[float | None]
    max_momentary_lufs: Mapped[float | None]
    max_short_term_lufs: Mapped[float | None]
    true_peak_dbtp: Mapped[float | None]
    #: What was measured besides, see transcode.quality, and what an artist should know of it.
    quality: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    findings: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    #: Chromaprint's.
    fingerprint: Mapped[str | None] = mapped_column(Text)
    #: What an album is gated from, see transcode.album.
    powers: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: What lossy renditions are lowered by, so that they do not clip.
    gain_db: Mapped[float | None]
    #: Objects by form (`dat`, `json`) and samples per pixel, finest first.
    waveforms: Mapped[dict[str, dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    overview_key: Mapped[str | None] = mapped_column(String(200))
    spectrogram_key: Mapped[str | None] = mapped_column(String(200))
    #: What the file says of itself, see ingest.naming.
    tags: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    @property
    def duration_s(self) -> float | None:
        """The length of the music in seconds, once it was examined."""
        if self.samples is None or not self.sample_rate:
            return None
        return self.samples / self.sample_rate

    @property
    def duration_ms(self) -> int | None:
        """The same in whole milliseconds, as lists add it up."""
        if self.samples is None or not self.sample_rate:
            return None
        return self.samples * 1000 // self.sample_rate


class Rendition(Model):
    """One encoded form of a master: one object, addressed by its content.

    `fragments` is a list of `[offset, size_bytes, duration_samples]` in file order,
    durations in units of `timescale`; a download is an ordinary file and has none. `edit` is what
    the edit list hides before the music, in the same units. A lossless one has no `nominal_bps`.
    `certificate` is what a full decode found, see transcode.verify.

    Those of one `generation` of a master are current together, from `since` on (null: at once)
    until `retired_at`, see catalog.generations. `recipe` and `encoder` are what it was made by, see
    transcode.recipe, `made_by` which worker made it, and `restores` the generation that it is a
    part of once more.
    """

    __tablename__ = "renditions"
    # A job that is done twice finds the row it made the first time.
    __table_args__ = (UniqueConstraint("master_id", "generation", "rung"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"))
    rung: Mapped[str] = mapped_column(String(40))
    is_preview: Mapped[bool]
    is_download: Mapped[bool]
    codec: Mapped[str] = mapped_column(String(40))
    codecs: Mapped[str] = mapped_column(String(40))
    mime: Mapped[str] = mapped_column(String(60))
    sample_rate: Mapped[int]
    channels: Mapped[int]
    nominal_bps: Mapped[int | None] = mapped_column(BigInteger)
    average_bps: Mapped[int] = mapped_column(BigInteger)
    peak_bps: Mapped[int] = mapped_column(BigInteger)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(200), index=True)
    init_bytes: Mapped[int]
    index_offset: Mapped[int] = mapped_column(BigInteger)
    index_bytes: Mapped[int]
    timescale: Mapped[int]
    samples: Mapped[int] = mapped_column(BigInteger)
    edit: Mapped[int]
    fragments: Mapped[list[list[int]]] = mapped_column(JSON)
    certificate: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    recipe: Mapped[str] = mapped_column(String(40), default=UNKNOWN)
    encoder: Mapped[str] = mapped_column(String(100), default=UNKNOWN)
    made_by: Mapped[str | None] = mapped_column(String(200))
    generation: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    restores: Mapped[int | None]
    #: Of what a file to keep has of it, whatever its tags; read once, see stream.kept.archives.
    sound_crc32: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def is_kept(self) -> bool:
        """Whether owners may keep it: a download, or the lossless one, made into a file then."""
        return self.is_download or self.rung == KEPT

    @property
    def is_exact(self) -> bool:
        """Whether it decodes to its master's own samples, if it is a lossless one."""
        return bool(self.certificate.get("is_exact", True))


class GrowingRendition(Model):
    """The first rendition of a master while it is made: what of it can be heard already.

    `parts` is a list of objects in order, each `[storage_key, size_bytes, fragments]`, the first
    of which begins with `init_bytes` of header; `fragments` as of a rendition, with offsets into
    their own part; `edit` as of one. The row stays when the rendition is done, until
    nobody who began with it can come back.
    """

    __tablename__ = "growing_renditions"
    __table_args__ = (UniqueConstraint("master_id", "rung"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"))
    rung: Mapped[str] = mapped_column(String(40))
    codec: Mapped[str] = mapped_column(String(40))
    codecs: Mapped[str] = mapped_column(String(40))
    channels: Mapped[int]
    nominal_bps: Mapped[int] = mapped_column(BigInteger)
    timescale: Mapped[int]
    edit: Mapped[int]
    init_bytes: Mapped[int]
    parts: Mapped[list[list[Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Hold(Model):
    """An object that a row may refer to by then, or may not: it is looked at again."""

    __tablename__ = "holds"

    storage_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    until: Mapped[datetime] = mapped_column(Instant, index=True)
