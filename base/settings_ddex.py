"""Settings of what labels deliver, and are told. `base.settings` reads them all."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class DdexSettings(BaseSettings):
    """Who we are to labels, where their deliveries lie, and how much they may send."""

    ddex_party_id: str = Field(
        default="",
        pattern=r"^(PADPIDA[A-Za-z0-9]+)?$",
        description="The DPID under which labels deliver to this house, and under which it tells "
        "others of its own releases; empty: whatever recipient a message names is right, and "
        "nobody is told.",
    )
    ddex_xsd_dir: Path | None = Field(
        default=None,
        description="A folder with DDEX's schemas, one folder for each version "
        "(`43/release-notification.xsd`); empty: messages are judged by our own rules only.",
    )
    ddex_inbox_dir: Path | None = Field(
        default=None,
        description="Where what labels deliver lies, a folder for each, named by its DPID; "
        "empty: `inbox` in the data folder.",
    )
    ddex_bucket: str = Field(
        default="",
        description="`s3://bucket/prefix?endpoint=…&region=…` where labels deliver, each below a "
        "prefix of its own; empty: none does.",
    )
    ddex_still_s: float = Field(
        default=60.0,
        ge=0,
        description="A release that nothing says is complete is when nothing in it has changed for "
        "so long, in seconds; so is what comes late.",
    )
    ddex_scan_s: float = Field(
        default=5.0, gt=0, description="How often inboxes are looked into, in seconds."
    )
    ddex_delivery_limit_bytes: int = Field(
        default=256 * 2**30, gt=0, description="The most that one delivery may come to, in bytes."
    )
    ddex_inbox_limit_bytes: int = Field(
        default=1024 * 2**30,
        gt=0,
        description="The most that lies in the inbox of one label by SFTP or HTTP, in bytes.",
    )
    ddex_keep_days: int = Field(
        default=90,
        ge=0,
        description="What lies in the folder of an inbox is removed so long after it was done, in "
        "days, with its answers; 0: never.",
    )
    ddex_sftp_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="Port on which labels deliver by SFTP, 0: any free one; empty: they do not.",
    )
    ddex_sftp_host: str = Field(
        default="", description="Address that SFTP listens on; empty: the one of the server."
    )
    reports_sender: str = Field(
        default="Refrain",
        min_length=1,
        max_length=100,
        description="How reports of sales call who sends them.",
    )
