"""The parameters of operations: in their paths, their queries and their headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from stream.api.openapi_schemas import Schema, Schemas

#: What stands in a path, by name, as a type that pydantic knows.
Places = Mapping[str, Any]

#: Letters of what callers name in a path or a query: a letter takes up to twelve bytes of an
#: address, of which the server, as proxies do, hears 8190.
LETTERS_OF_ADDRESS = 600

#: An id in a path that would else be taken for a word: `/plays/{play}` beside `/plays/offline`.
ID = "[0-9A-Fa-f-]{32,36}"

_PLACE = re.compile(r"\{(\w+)(?::([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}")
_WORDS = re.compile(r"[a-z0-9-]+(?:\|[a-z0-9-]+)*")
_UUID: Schema = {"type": "string", "format": "uuid"}

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A value of your own making; the same one when you try again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "5f0c2a52-4a4e-4e1e-9c39-5f3a0d4d1f0a",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of what you change: changed meanwhile by others, it is refused.",
    "schema": {"type": "string", "pattern": r'^(\*|"[!#-~]*"(, *"[!#-~]*")*)$'},
}


def plain_path(path: str) -> str:
    """Answer a path without the patterns of what stands in it."""
    return _PLACE.sub(r"{\1}", path)


def written_places(path: str, places: Places) -> list[dict[str, Any]]:
    """Answer the parameters of a path."""
    return [
        {"name": name, "in": "path", "required": True, "schema": _schema(name, pattern, places)}
        for name, pattern in _PLACE.findall(path)
    ]


def query_parameters(model: type[BaseModel] | None, schemas: Schemas) -> list[dict[str, Any]]:
    """Answer the parameters of a query."""
    if model is None:
        return []
    schema = schemas.query(model)
    needed = schema.get("required", ())
    return [
        _query_parameter(name, one, is_needed=name in needed)
        for name, one in schema["properties"].items()
    ]


def header_parameters(
    *, is_keyed: bool, hears_key: bool, is_conditional: bool
) -> list[dict[str, Any]]:
    """Answer the parameters that are headers."""
    key = [{**_KEY, "required": is_keyed}] if is_keyed or hears_key else []
    return [*key, *([_IF_MATCH] if is_conditional else [])]


def _query_parameter(name: str, schema: Schema, *, is_needed: bool) -> dict[str, Any]:
    plain = _without_null({key: value for key, value in schema.items() if key != "title"})
    parameter = {"name": name, "in": "query", "required": is_needed, "schema": plain}
    if "description" in plain:
        parameter["description"] = plain.pop("description")
    return parameter


def _without_null(schema: Schema) -> Schema:
    """Say it without null: in a query what is left out is not there at all."""
    if schema.get("default", ...) is None:
        schema = {key: value for key, value in schema.items() if key != "default"}
    kinds = schema.get("anyOf")
    if kinds is None:
        return schema
    left = [one for one in kinds if one.get("type") != "null"]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**left[0], **rest} if len(left) == 1 else {**rest, "anyOf": left}


def _schema(name: str, pattern: str, places: Places) -> Schema:
    if name in places:
        return TypeAdapter(places[name]).json_schema()
    if pattern in {"", ID}:
        return dict(_UUID)
    if _WORDS.fullmatch(pattern):
        return {"type": "string", "enum": pattern.split("|")}
    return {"type": "string", "pattern": f"^({pattern})$"}
