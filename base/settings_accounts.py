"""Settings of accounts: passwords, sign-ins and mail. `base.settings` has the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class AccountSettings(BaseSettings):
    """How people are known, and how they are written to."""

    artists_join: Literal["", "open", "asked"] = Field(
        default="",
        description="Who wants to be an artist: is one at once (`open`), or once a moderator says "
        "so (`asked`); empty: `open` where `REFRAIN_REVIEW` is `always`, else `asked`.",
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="Server that takes mail, `smtp://user:password@host:587` or `smtps://…:465`; "
        "empty: mails are files in `mail` in the data folder.",
    )
    mail_from: str = Field(
        default="Refrain <refrain@localhost>",
        description="Who mails are from, as `Name <address>`.",
    )
    password_memory_kib: int = Field(
        default=65_536,
        ge=8,
        le=4_194_304,
        description="Memory that hashing a password takes (argon2id), in KiB; passwords are hashed "
        "anew at the next sign-in when these three change.",
    )
    password_passes: int = Field(
        default=3, ge=1, le=100, description="How often it goes over that memory."
    )
    password_lanes: int = Field(
        default=4, ge=1, le=64, description="Threads that it does so with; at least 8 KiB for each."
    )
    breached_passwords: Path | None = Field(
        default=None,
        description="A file of SHA-1 digests of passwords that leaked, sorted, `digest:count` a "
        "line, as Have I Been Pwned gives away; empty: only what guesses soon find is refused.",
    )
    session_days: int = Field(
        default=365, ge=1, le=3_650, description="Who signed in stays so for so long, in days,"
    )
    session_idle_days: int = Field(
        default=90, ge=1, le=3_650, description="and for so long without coming back, in days."
    )
    second_factor: Literal["offices", "all", "none"] = Field(
        default="offices",
        description="Of whom more than a password is wanted when they sign in: `offices` "
        "(treasurers, moderators, operators), `all`, or `none`.",
    )
    country_header: str = Field(
        default="",
        description="Header in which a trusted proxy says from which country is asked, as "
        "`CF-IPCountry`; empty: none does.",
    )

    def lets_artists_in(self, *, reviews: bool) -> bool:
        """Whether one is an artist at once: somebody looks at whom, or if it `reviews`, at what."""
        return self.artists_join == "open" or (not self.artists_join and reviews)
