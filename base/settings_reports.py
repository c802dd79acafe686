"""Settings of reports of sales. `base.settings` has the rest, and reads them all."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class ReportSettings(BaseSettings):
    """What labels and societies are told of who reports to them."""

    reports_sender: str = Field(
        default="Refrain",
        min_length=1,
        max_length=100,
        description="How reports of sales call who sends them, and the service that they are of.",
    )
