"""Settings of one worker: what it does, and how it ends. `base.settings` reads them all."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class WorkerSettings(BaseSettings):
    """A machine that has only encoders, and one that does everything, differ in these alone."""

    workers: int = Field(
        default=1, ge=0, le=64, description="Worker processes that `refrain up` starts."
    )
    lanes: str = Field(
        default="",
        description="Lanes of a worker, and how many jobs of each at a time, as in "
        "`first,ladder=2`; empty: all, as the cores allow.",
    )
    cores: int = Field(
        default=0, ge=0, le=1024, description="Cores that a worker's encoders use; 0: all it may."
    )
    grace_s: float = Field(
        default=7.0,
        ge=0,
        description="A worker that is told to end finishes what it can within this, in seconds, "
        "and gives back the rest.",
    )
    worker_name: str = Field(
        default="",
        max_length=100,
        description="What a worker's name begins with; empty: the name of its machine.",
    )
