"""Settings, operations of the interface and metrics as tables, read from the code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from prometheus_client import Metric

from base.settings import Settings
from base.storage.cached import Cached
from ingest.desk import Desk
from stream.api.openapi import describe
from stream.api.routes import api_routes
from stream.cache_metrics import CacheMetrics
from stream.fleet_metrics import FleetMetrics
from stream.metrics import Metrics
from tests.support.seen_fleet import seen

_ENDINGS = {"counter": "_total"}


def settings() -> str:
    """Answer the settings by the class that has them: each with its variable and default."""
    shown, rows = set[str](), []
    for group in reversed(Settings.__mro__):
        own = getattr(group, "model_fields", {}).keys() & getattr(group, "__annotations__", {})
        names = [name for name in Settings.model_fields if name in own and name not in shown]
        if names:
            shown |= set(names)
            rows += [
                f"\n## {_title(group)}\n",
                "| variable | default | what it is |",
                "|---|---|---|",
            ]
            rows += [_setting(name) for name in names]
    return "\n".join(rows)


def interface() -> str:
    """Answer the operations of the interface by their tag, from the description of the API."""
    told = described()
    by_tag: dict[str, list[str]] = {}
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            scopes = (scope for one in operation["security"] for scope in one.get("token", ()))
            row = (
                f"| `{method.upper()} {path}` | {_cell(operation['summary'])} "
                f"| {', '.join(f'`{scope}`' for scope in scopes)} |"
            )
            by_tag.setdefault(operation["tags"][0], []).append(row)
    rows = []
    for tag in sorted(by_tag):
        rows += [f"\n## {tag}\n", "| operation | what it does | scope |", "|---|---|---|"]
        rows += by_tag[tag]
    return "\n".join(rows)


def metrics() -> str:
    """Answer every number that `/metrics` tells, from the registry of a server."""
    rows = ["| metric | kind | labels | what it is |", "|---|---|---|---|"]
    return "\n".join([*rows, *(_metric(one) for one in _families())])


def described() -> dict[str, Any]:
    """Answer the description of the interface; what routes say of themselves needs no desk."""
    return describe(api_routes(cast("Desk", None)), version="")


def _families() -> Iterable[Metric]:
    served = Metrics()
    CacheMetrics(cast("Cached", None), served.registry)  # whose numbers are not asked for
    found = [*served.registry.collect(), *FleetMetrics(seen()).collect()]
    return sorted(found, key=lambda one: one.name)


def _metric(one: Metric) -> str:
    labels = dict.fromkeys(label for sample in one.samples for label in sample.labels)
    shown = ", ".join(f"`{label}`" for label in labels if label != "le")
    name = f"{one.name}{_ENDINGS.get(one.type, '')}"
    return f"| `{name}` | {one.type} | {shown} | {_cell(one.documentation)} |"


def _setting(name: str) -> str:
    field = Settings.model_fields[name]
    shown = "" if field.default_factory or field.default is None else str(field.default)
    said = "" if shown in {"", "**********"} else f"`{shown}`"
    return f"| `REFRAIN_{name.upper()}` | {said} | {_cell(field.description or '')} |"


def _title(group: type) -> str:
    return "The house" if group is Settings else (group.__doc__ or group.__name__).split("\n")[0]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
