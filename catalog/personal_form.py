"""The form of an export of one's own data: values as JSON, a schema, and a page to begin with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    DAY = "day"
    ANYTHING = "anything"


#: Of each field its kind, and whether it may be nothing.
Schema = Mapping[str, tuple[Kind, bool]]

_TYPES: Mapping[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.TIME: {"type": "string", "format": "date-time"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.ANYTHING: {},
}


def printed(row: Mapping[str, Any]) -> str:
    """Print a row as a JSON object."""
    return json.dumps(row, default=_plain, ensure_ascii=False, separators=(", ", ": "))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is of no kind that is exported")


def schema_of(files: Mapping[str, tuple[str, Schema]]) -> str:
    """Print the JSON Schema of all files: of each what it says, and the kinds of its fields."""
    definitions = {
        name: {"type": "array", "description": says, "items": _object(fields)}
        for name, (says, fields) in files.items()
    }
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Each file NAME.json is as $defs/NAME says.",
        "$defs": definitions,
    }
    return json.dumps(document, indent=2)


def _object(fields: Schema) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _property(*field) for name, field in fields.items()},
        "required": list(fields),
        "additionalProperties": False,
    }


def _property(kind: Kind, may_be_nothing: bool) -> dict[str, Any]:  # noqa: FBT001 - one of a pair
    found = _TYPES[kind]
    if may_be_nothing and "type" in found:
        return {**found, "type": [found["type"], "null"]}
    return found


def readme(files: Iterable[tuple[str, str, int]], *, account: str, made_at: datetime) -> str:
    """Write the page that comes first: which file says what, and how much of it there is."""
    at = f"{made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    lines = [
        "Your data at Refrain",
        "",
        f"All that is known of account {account}, as of {at}.",
        "Each file is a list in JSON (UTF-8); schema.json tells the fields of each. Times are UTC.",
        "Amounts are integers: millionths of a currency, or of a credit; milli-credits where the",
        "name says so. Ids are the same in all files.",
        "",
    ]
    lines += [f"{f'{name}.json':<28} {rows:>8}  {says}" for name, says, rows in files]
    return "\n".join([*lines, ""])
