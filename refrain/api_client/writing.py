"""Writes the operations and their documents, as types, from the description (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from keyword import iskeyword
from typing import Any

Schema = Mapping[str, Any]

_KINDS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_HEAD = '''"""Written from the description of the interface: `make client`."""

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import Any, Literal, NotRequired, TypedDict

'''
_LEFT_OUT = " | None = ..."
_MADE = "    def __init__(self, send: Callable[..., Awaitable[Any]]) -> None: ..."
_BYTES = "bytes | AsyncIterable[bytes]"


def table(description: Schema) -> str:
    """Print how each operation is called."""
    told = {name: _shape(path, method, one) for name, path, method, one in _operations(description)}
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def stub(description: Schema) -> str:
    """Print the types of documents and operations."""
    schemas = description["components"]["schemas"]
    documents = [_document(name, one) for name, one in sorted(schemas.items()) if _is_told(name)]
    methods = [_method(one) for *_, one in sorted(_operations(description), key=lambda one: one[0])]
    body = "\n".join(["class Operations:", _MADE, *methods])
    return _HEAD + "\n".join(documents) + "\n" + body + "\n"


def _is_told(name: str) -> bool:
    return not name.startswith("Sparse")


def _operations(description: Schema) -> Iterable[tuple[str, str, str, Schema]]:
    for path, methods in description["paths"].items():
        for method, one in methods.items():
            yield one["operationId"], path, method.upper(), one


def _shape(path: str, method: str, one: Schema) -> dict[str, Any]:
    by_place: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter in one["parameters"]:
        by_place[parameter["in"]][_argument(parameter["name"])] = parameter["name"]
    content = one.get("requestBody", {}).get("content", {})
    return {
        "method": method,
        "path": path,
        "places": list(by_place["path"].values()),
        "query": by_place["query"],
        "headers": by_place["header"],
        "body": next(iter(content), None),
    }


def _document(name: str, schema: Schema) -> str:
    called = _name(name)
    if "properties" not in schema:
        return f"{called} = {_type(schema)}"
    needed = set(schema.get("required", ()))
    fields = {
        field: _type(one) if field in needed else f"NotRequired[{_type(one)}]"
        for field, one in schema["properties"].items()
    }
    if all(field.isidentifier() and not iskeyword(field) for field in fields):
        lines = [f"    {field}: {kind}" for field, kind in fields.items()] or ["    pass"]
        return "\n".join([f"class {called}(TypedDict):", *lines, ""])
    inside = ", ".join(f'"{field}": {kind}' for field, kind in fields.items())
    return f'{called} = TypedDict("{called}", {{{inside}}})'


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return _name(str(schema["$ref"]).rpartition("/")[2])
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(map(repr, values))}]"
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " | ".join(dict.fromkeys(_type(one) for one in schema[key]))
    return _plain(schema)


def _plain(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_type(schema['items'])}]" if "items" in schema else "list[Any]"
    if kind == "object":
        more = schema.get("additionalProperties")
        return f"dict[str, {_type(more) if isinstance(more, dict) and more else 'Any'}]"
    return _KINDS.get(str(kind), "Any")


def _method(one: Schema) -> str:
    places = [
        f"{_argument(each['name'])}: {_type(each['schema'])}"
        for each in one["parameters"]
        if each["in"] == "path"
    ]
    named = [
        f"{_argument(each['name'])}: {_type(each['schema'])}" + ("" if _must(each) else _LEFT_OUT)
        for each in sorted(one["parameters"], key=lambda each: not _must(each))
        if each["in"] != "path"
    ]
    taken = ["self", *places, *_body(one), "*", *named, "headers: Mapping[str, str] | None = ..."]
    words = one["summary"].replace('"', "'")
    return (
        f"    async def {one['operationId']}({', '.join(taken)}) -> {_answer(one)}:\n"
        f'        """{words}"""\n'
    )


def _must(parameter: Schema) -> bool:
    # A key that is left out is made.
    return bool(parameter["required"]) and parameter["name"] != "Idempotency-Key"


def _body(one: Schema) -> list[str]:
    body = one.get("requestBody")
    if body is None:
        return []
    [(media, content)] = body["content"].items()
    kind = _type(content["schema"]) if media == "application/json" else _BYTES
    return [f"body: {kind}" + ("" if body["required"] else " = ...")]


def _answer(one: Schema) -> str:
    kinds: dict[str, None] = {}
    for status, answer in one["responses"].items():
        if not status.startswith("2"):
            continue
        for media, content in answer.get("content", {"": {}}).items():
            kinds[_answered(media, content)] = None
    return " | ".join(kinds) or "None"


def _answered(media: str, content: Schema) -> str:
    if not media:
        return "None"
    schema = content["schema"]
    if media != "application/json" or schema.get("format") == "binary":
        return "Any" if "json" in media else "bytes"
    # With `fields` some may be missing, which who asked for it knows.
    return _type(schema["anyOf"][0] if "anyOf" in schema else schema)


def _name(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _argument(name: str) -> str:
    plain = re.sub(r"\W", "_", name).lower()
    return f"{plain}_" if iskeyword(plain) else plain
