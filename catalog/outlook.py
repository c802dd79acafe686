"""What is to become of a master: its tracks, its jobs, and what was made of it so far."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.states import JobState, TrackState


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A master, its tracks that are not removed, its jobs, and what was made of it so far.

    What an examination finds is None until it was made. Its ladder `is_split` while jobs of several
    workers are to make it.
    """

    master_id: str
    tracks: frozenset[TrackState]
    examination: JobState | None
    ladder: JobState | None
    rungs: frozenset[str]
    is_growing: bool
    is_split: bool = False
    sample_rate: int | None = None
    channels: int | None = None
    is_lossless: bool | None = None
    samples: int | None = None
