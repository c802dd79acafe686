"""Settings of what one address and one account may use. `base.settings` reads them all."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class LimitSettings(BaseSettings):
    """Enough for a household behind one address, and too little to take it from all others."""

    address_requests_per_minute: int = Field(
        default=120_000,
        ge=0,
        description="Requests that one address may make within a minute; 0: any number.",
    )
    address_bytes_per_minute: int = Field(
        default=64 * 2**30,
        ge=0,
        description="Bytes of media that one address may fetch within a minute; 0: any number.",
    )
    address_connections: int = Field(
        default=10_000,
        ge=0,
        description="Connections that one address, if no trusted proxy, may hold; 0: any number.",
    )
    address_plays: int = Field(
        default=5_000,
        ge=0,
        description="Plays that may be heard at once at one address; 0: any number.",
    )
    account_requests_per_minute: int = Field(
        default=12_000,
        ge=0,
        description="Requests that one account may make within a minute; 0: any number.",
    )
    account_bytes_per_minute: int = Field(
        default=8 * 2**30,
        ge=0,
        description="Bytes of media that one account may fetch within a minute; 0: any number.",
    )
    account_plays: int = Field(
        default=100,
        ge=0,
        description="Plays that one account may hear at once; 0: any number.",
    )
