"""The interface described from its own table of routes (OpenAPI 3.1)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from catalog.permissions import RULES, Permission, Rule
from stream.api.documents import Problem

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_PARAMETER = re.compile(r"\{(\w+)(?::[^}]*)?\}")
_REFERENCE = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation: how it is called, what it takes, what it answers, who runs it."""

    method: str
    path: str
    handler: Handler
    needs: Permission
    summary: str
    answers: Mapping[int, type[BaseModel] | str]
    body: type[BaseModel] | str | None = None
    query: Sequence[str] = ()
    problems: Sequence[int] = field(default=(401, 404))
    #: Whether the handler finds who asks in a question of its own, and sees that they may.
    asks_itself: bool = False
    #: The name of the operation, where its handler has several.
    name: str = ""
    #: What is said to who asks before sending the content; to go on, unless told.
    on_expect: Callable[[web.Request], Awaitable[None]] | None = None


def describe(routes: Sequence[Route], *, version: str) -> dict[str, Any]:
    """Answer the OpenAPI document of a table of routes."""
    models = {Problem}.union(*(_models(route) for route in routes))
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema(
        [(model, "serialization") for model in ordered], ref_template=_REFERENCE
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = _PARAMETER.sub(r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Refrain",
            "version": version,
            "summary": "Masters in, music out, every play counted.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _models(route: Route) -> set[type[BaseModel]]:
    return {one for one in (route.body, *route.answers.values()) if isinstance(one, type)}


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name or getattr(route.handler, "__name__", ""),
        "summary": route.summary,
        "parameters": [
            *(_parameter(name, "path") for name in _PARAMETER.findall(route.path)),
            *(_parameter(name, "query") for name in route.query),
        ],
        "responses": {
            **{str(status): _content(answer) for status, answer in route.answers.items()},
            **{str(status): _problem() for status in route.problems},
            "default": _problem(),
        },
        "security": _security(RULES[route.needs]),
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, **_content(route.body, described=False)}
    return operation


def _security(rule: Rule) -> list[dict[str, list[str]]]:
    """Answer by what one is known, and what it must allow; nothing, where all may."""
    if rule.is_open:
        return []
    return [{"token": [] if rule.scope is None else [rule.scope]}]


def _parameter(name: str, place: str) -> dict[str, Any]:
    is_required = place == "path"
    return {"name": name, "in": place, "required": is_required, "schema": {"type": "string"}}


def _content(model: type[BaseModel] | str, *, described: bool = True) -> dict[str, Any]:
    if isinstance(model, str):
        content = {model: {"schema": {"type": "string", "format": "binary"}}}
    else:
        reference = {"$ref": _REFERENCE.format(model=model.__name__)}
        content = {"application/json": {"schema": reference}}
    return {"description": "As asked.", "content": content} if described else {"content": content}


def _problem() -> dict[str, Any]:
    reference = {"$ref": _REFERENCE.format(model="Problem")}
    return {
        "description": "A problem, in a sentence.",
        "content": {"application/problem+json": {"schema": reference}},
    }
