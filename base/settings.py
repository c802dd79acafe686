"""Every setting of Refrain: the only module that reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from base.settings_accounts import AccountSettings
from base.settings_ddex import DdexSettings
from base.settings_files import FromFiles, without_files
from base.settings_limits import LimitSettings
from base.settings_openid import OpenIdSettings
from base.settings_payments import PaymentSettings
from base.settings_payouts import PayoutSettings
from base.settings_scrobbling import ScrobblingSettings
from base.settings_workers import WorkerSettings

_SHORTEST_SECRET = 32
#: Of AWS's own tools, PostgreSQL's, and the collectors of traces.
_FOR_TOOLS = (
    *("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD"),
    *("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"),
)


class Settings(
    FromFiles,
    AccountSettings,
    DdexSettings,
    LimitSettings,
    OpenIdSettings,
    PaymentSettings,
    PayoutSettings,
    ScrobblingSettings,
    WorkerSettings,
):
    """Read from variables named `REFRAIN_` plus the field's name in capitals, or from files.

    What is left empty is derived from `data_dir`, which makes the embedded default.
    """

    model_config = SettingsConfigDict(env_prefix="REFRAIN_", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder of the embedded default: database, objects, Valkey, secret.",
    )
    database_url: str = Field(
        default="",
        description="`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`; "
        "empty: SQLite in the data folder.",
    )
    redis_url: str = Field(
        default="",
        description="`redis://…` or `unix://…` of any Redis or Valkey; "
        "empty: a Valkey of our own on a private socket.",
    )
    storage_url: str = Field(
        default="",
        description="`file:///…` or `s3://bucket/prefix?endpoint=…&region=…`; "
        "empty: the data folder.",
    )
    ticket_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Signs media URLs, at least 32 characters, the same on every server; "
        "empty: made once and kept in the data folder.",
    )
    ticket_secrets_before: SecretStr = Field(
        default=SecretStr(""),
        description="Secrets that signed media URLs before, with commas between; what they signed "
        "still opens.",
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(
        default=8780, ge=0, le=65535, description="Port the server listens on; 0: any free one."
    )
    public_url: str = Field(
        default="", description="The address that listeners use, when a proxy stands in front."
    )
    offload: Literal["", "nginx", "sendfile"] = Field(
        default="",
        description="Let the server in front send objects from disk: `nginx` by X-Accel-Redirect, "
        "`sendfile` by X-Sendfile.",
    )
    edge_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Signs addresses that an edge checks by itself, at least 32 characters; "
        "empty: there is no edge.",
    )
    edge_url: str = Field(
        default="", description="Address of the edge; empty: the one that listeners use anyway."
    )
    review: Literal["never", "always"] = Field(
        default="never",
        description="Whether moderators look at releases before they come out; may be told of each "
        "account.",
    )
    processes: int = Field(
        default=1, ge=1, le=64, description="Processes that answer requests, on one port."
    )
    drain_s: float = Field(
        default=5.0,
        ge=0,
        description="A server that ends lets answers under way go on for so long, in seconds.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.0/8, ::1",
        description="Networks of proxies whose `X-Forwarded-For` or `Forwarded` is believed.",
    )
    demo: bool = Field(
        default=False, description="Make a listener, an artist and an operator to try things with."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="`json` for machines, `console` for people."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least level that is written."
    )
    traces: str = Field(
        default_factory=lambda: os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
        description="Address of a collector that takes traces by OTLP over HTTP, as "
        "`http://…:4318`; `OTEL_EXPORTER_OTLP_ENDPOINT` unless told; empty: there are none.",
    )
    upload_limit_bytes: int = Field(
        default=4 * 2**30, gt=0, description="The largest master that is accepted, in bytes."
    )
    upload_open_limit: int = Field(
        default=200, ge=1, description="Unfinished uploads that one artist may have at a time."
    )
    upload_open_limit_bytes: int = Field(
        default=256 * 2**30,
        gt=0,
        description="Bytes that the unfinished uploads of one artist may come to.",
    )
    upload_stored_limit_bytes: int = Field(
        default=0,
        ge=0,
        description="Bytes of masters and pictures that one artist may store; 0: any number.",
    )
    uploads_per_minute: int = Field(
        default=300, ge=1, description="Uploads that one artist may begin within a minute."
    )
    upload_idle_s: float = Field(
        default=60.0,
        gt=0,
        description="A request that sends nothing for so long is ended, in seconds; "
        "its upload can be gone on with.",
    )
    upload_lifetime_s: int = Field(
        default=604_800,
        ge=60,
        description="An unfinished upload is removed after so much silence, in seconds.",
    )
    lease_s: float = Field(
        default=12.0,
        gt=0,
        description="A job whose worker was silent this long is taken up by another, in seconds.",
    )
    job_attempts: int = Field(
        default=5, ge=1, description="A job that failed this often is set aside with its cause."
    )
    job_kills: int = Field(
        default=3,
        ge=1,
        description="So is one that this often took a worker or its child with it: out of memory, "
        "crashed, or took too long. Of workers that fell silent, five times as many in a row.",
    )
    job_days: int = Field(
        default=90, ge=1, description="How long attempts at jobs can be looked up, in days."
    )
    split_after_s: float = Field(
        default=1_200.0,
        ge=0,
        description="The ladder of a longer master is made by several workers, in seconds; "
        "0: of none.",
    )
    play_threshold_s: int = Field(
        default=45, ge=1, description="A play counts once this much was heard, in seconds."
    )
    territory: str = Field(
        default="",
        pattern="^([A-Z]{2})?$",
        description="Country of listeners who have not said theirs, as `DE`; empty: none is known.",
    )
    refund_days: int = Field(
        default=14,
        ge=0,
        description="Listeners give back by themselves what they bought within so many days, and "
        "did not download; 0: only treasurers do.",
    )
    grant_credits: int = Field(
        default=100, ge=0, description="So many credits one treasurer gives away at once, at most."
    )
    gift_days: int = Field(
        default=60,
        ge=1,
        le=366,
        description="What nobody takes up of a gift within so many days returns to who gave it.",
    )
    erasure_days: int = Field(
        default=14, ge=0, le=90, description="Days in which who is to be forgotten may come back."
    )
    gift_credit_days: int = Field(
        default=3,
        ge=0,
        le=366,
        description="Credit is given to others only so many days after it was paid for: until then "
        "a payment by a stolen card is often found out.",
    )
    books_zone: str = Field(
        default="Europe/Berlin",
        description="The time zone by which the months of the books begin and end.",
    )
    ticket_lifetime_s: int = Field(
        default=21_600,
        ge=60,
        description="A media URL lasts this long after its session was last active, in seconds.",
    )
    ticket_age_s: int = Field(
        default=604_800,
        ge=60,
        description="A media URL lasts no longer than this after its session was opened, "
        "in seconds.",
    )
    removal_grace_s: int = Field(
        default=3_600,
        ge=0,
        description="What was deleted leaves the storage after this, unless it is needed again, "
        "in seconds.",
    )
    reencode: Literal["off", "auto"] = Field(
        default="off",
        description="Whether a worker that makes renditions in a new way begins to make all anew: "
        "`auto`, or `off`: when `refrain reencode start` says so.",
    )
    reencode_masters_per_hour: int = Field(
        default=60, ge=1, description="Masters that are made anew within an hour, at most."
    )
    reencode_keep_days: int = Field(
        default=7,
        ge=0,
        description="Renditions that were made anew are kept so long, to be taken back, in days.",
    )
    recheck_share: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="The part of new masters of which a rendition is made again and compared, by "
        "another worker where there is one.",
    )
    event_days: int = Field(
        default=30, ge=1, description="How long what happened can be asked for, in days."
    )
    chart_listeners: int = Field(
        default=5,
        ge=1,
        description="What fewer people have heard is in no chart and recommended to nobody.",
    )
    public_moment_s: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="What is the same for everybody (the start page, what is new, charts) is told "
        "anew after this, in seconds; 0: each time.",
    )
    webhooks_to_private: bool = Field(
        default=False,
        description="Let webhooks, and what is told to a ListenBrainz, go to addresses of private "
        "networks and of this machine.",
    )
    scratch_dir: Path | None = Field(
        default=None,
        description="Where workers keep files while they work; "
        "empty: `scratch` in the data folder.",
    )
    scratch_bytes: int = Field(
        default=20 * 2**30,
        ge=2**20,
        description="The most that all workers with one scratch folder keep there, in bytes.",
    )
    child_memory_bytes: int = Field(
        default=4 * 2**30,
        ge=256 * 2**20,
        description="Address space that a decoder or encoder may use, in bytes.",
    )
    child_cpu_s: int = Field(
        default=3600,
        ge=1,
        description="Time of the processor that a decoder or encoder may use, in seconds.",
    )
    cache_dir: Path | None = Field(
        default=None,
        description="Where a server keeps copies of hot audio when the storage is S3; "
        "empty: `cache` in the data folder.",
    )
    cache_bytes: int = Field(
        default=2 * 2**30,
        ge=16 * 2**20,
        description="The most that the copies of one server process take, in bytes.",
    )
    tool_path: str = Field(
        default_factory=lambda: os.environ.get("PATH", os.defpath),
        description="Where ffmpeg and node are looked for; the search path unless told.",
    )

    @field_validator("ticket_secret", "ticket_secrets_before", "edge_secret")
    @classmethod
    def _long_enough(cls, secrets: SecretStr) -> SecretStr:
        if any(len(secret) < _SHORTEST_SECRET for secret in listed(secrets)):
            raise ValueError(f"a secret has at least {_SHORTEST_SECRET} characters")
        return secrets

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        for one in filter(None, re.split(r"[\s,]+", text)):
            ip_network(one)
        return text

    @field_validator("books_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("there is no time zone of that name, as `Europe/Berlin`") from None
        return name

    @model_validator(mode="after")
    def _derive(self) -> Self:
        root = self.data_dir.absolute()
        fill = {
            "data_dir": root,
            "database_url": self.database_url or f"sqlite+aiosqlite:///{root}/refrain.db",
            "redis_url": self.redis_url or f"unix://{root}/valkey.sock",
            "storage_url": self.storage_url or f"file://{root}/objects",
        }
        for name, value in fill.items():
            object.__setattr__(self, name, value)
        return self

    @property
    def reviews(self) -> bool:
        """Whether moderators look at music before all hear it, where no account says otherwise."""
        return self.review == "always"

    @property
    def inbox_dir(self) -> Path:
        """Where what labels deliver lies, a folder for each."""
        return self.ddex_inbox_dir or self.data_dir / "inbox"

    @property
    def embeds_valkey(self) -> bool:
        """Whether the Redis address is the private socket, which the house must serve."""
        return self.redis_url == f"unix://{self.data_dir}/valkey.sock"

    def environment(self) -> dict[str, str]:
        """Answer the variables that give a child process these same settings."""
        values = self.model_dump(mode="json", exclude_none=True)
        secrets = {name: value for name, value in self if isinstance(value, SecretStr)}
        values |= {name: value.get_secret_value() for name, value in secrets.items()}
        values["demo"] = str(self.demo).lower()
        own = {f"REFRAIN_{name.upper()}": str(value) for name, value in values.items()}
        return without_files(os.environ, own) | own


def load_settings(**overrides: object) -> Settings:
    """Read the environment; what is given by name wins over it.

    Raises:
        pydantic.ValidationError: a value is not acceptable; it names the variable.

    """
    given = {name: value for name, value in overrides.items() if value is not None}
    return Settings.model_validate(given) if given else Settings()


def secrets_of_tools() -> list[str]:
    """Answer secrets that no setting holds: libraries take them from the environment."""
    return [value for name in _FOR_TOOLS if (value := os.environ.get(name))]


def listed(secrets: SecretStr) -> Sequence[str]:
    """Answer secrets that are written one after the other."""
    return [one for one in re.split(r"[\s,]+", secrets.get_secret_value()) if one]
