"""Settings of the OpenID Connect provider. `base.settings` has the rest, and reads them all."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class OpenIdSettings(BaseSettings):
    """How long what applications hold is good, and who adds applications."""

    access_token_s: int = Field(
        default=3_600,
        ge=60,
        le=86_400,
        description="What an application acts by is good for so long, in seconds.",
    )
    refresh_token_days: int = Field(
        default=60,
        ge=1,
        le=400,
        description="An application that was not used for so long asks people to sign in again, "
        "in days.",
    )
    client_registration: bool = Field(
        default=True,
        description="Let applications register themselves, as players do that know many houses; "
        "else operators add them: `refrain clients`.",
    )
