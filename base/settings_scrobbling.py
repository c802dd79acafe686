"""Settings of what is told to services that keep histories of listening.

`base.settings` has the rest, and reads them all.
"""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class ScrobblingSettings(BaseSettings):
    """How this house is known to Last.fm, and where listeners keep their histories otherwise."""

    listenbrainz_url: str = Field(
        default="https://api.listenbrainz.org",
        description="The ListenBrainz that listeners are offered to connect; they may name others.",
    )
    lastfm_key: str = Field(
        default="",
        description="What Last.fm knows this house by (its API key); empty: nobody can connect "
        "an account there.",
    )
    lastfm_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret that Last.fm shares with this house."
    )
    lastfm_url: str = Field(
        default="https://ws.audioscrobbler.com/2.0/",
        description="Where Last.fm, or what speaks as it does, is called.",
    )
    lastfm_allow_url: str = Field(
        default="https://www.last.fm/api/auth/",
        description="The page on which people allow at Last.fm that this house tells it.",
    )
