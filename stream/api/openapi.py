"""The interface described from its own table of routes (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import BaseModel, RootModel

from catalog.permissions import RULES, Permission, Rule
from stream.api.asking import Sparse
from stream.api.documents import Problem
from stream.api.leaving import Leaving
from stream.api.openapi_answers import HEADERS, Answer, Problems, is_model, models_of, responses
from stream.api.openapi_parameters import (
    Places,
    header_parameters,
    plain_path,
    query_parameters,
    written_places,
)
from stream.api.openapi_schemas import Schemas

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_PREFIX = "/api/v1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation: how it is called, what it takes, what it answers, who runs it."""

    method: str
    path: str
    handler: Handler
    needs: Permission
    summary: str
    answers: Mapping[int, Answer]
    body: type[BaseModel] | str | None = None
    query: type[BaseModel] | None = None
    #: What stands in the path, where it is no UUID and the path has no pattern for it.
    places: Places = field(default_factory=dict)
    #: The statuses of problems that are special to it, or which of them there are by their codes;
    #: those that follow from the rest of the route are added.
    problems: Problems = field(default=(404,))
    #: It is called with `Idempotency-Key`.
    is_keyed: bool = False
    #: It hears `Idempotency-Key`, and does without.
    hears_key: bool = False
    #: It hears `If-Match`.
    is_conditional: bool = False
    #: That it is on its way out, if it is.
    leaving: Leaving | None = None
    #: What it is listed under; the first word of its path, unless told.
    tag: str = ""
    #: Whether the handler finds who asks in a question of its own, and sees that they may.
    asks_itself: bool = False
    #: The name of the operation, where its handler has several.
    name: str = ""
    #: What is said to who asks before sending the content; to go on, unless told.
    on_expect: Callable[[web.Request], Awaitable[None]] | None = None

    @property
    def operation(self) -> str:
        """What it is called, once in the whole interface."""
        return self.name or getattr(self.handler, "__name__", "")

    @property
    def document(self) -> type[BaseModel] | None:
        """What it answers, where that is a document with fields."""
        told = [one for one in models_of(self.answers) if not issubclass(one, RootModel)]
        return told[0] if len(set(told)) == 1 else None

    @property
    def asks(self) -> type[BaseModel] | None:
        """What may be asked in its query; of a document that is fetched, its fields at least."""
        if self.query is None and self.method == "GET" and self.document is not None:
            return Sparse
        return self.query

    @property
    def is_sparse(self) -> bool:
        """Whether it answers the fields alone that are asked for."""
        has_fields = self.asks is not None and "fields" in self.asks.model_fields
        return self.method == "GET" and has_fields


def describe(routes: Sequence[Route], *, version: str) -> dict[str, Any]:
    """Answer the OpenAPI document of a table of routes."""
    schemas = Schemas(
        [Problem, *(one for route in routes for one in models_of(route.answers))],
        taken=[route.body for route in routes if is_model(route.body)],
        queries=[route.asks for route in routes if route.asks is not None],
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if route.method == "OPTIONS":
            continue  # every path has it, and says there what else it has
        path = paths.setdefault(plain_path(route.path), {})
        path[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Refrain",
            "version": version,
            "summary": "Masters in, music out, every play counted.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "tags": [{"name": name} for name in sorted({_tag(route) for route in routes})],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "headers": HEADERS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": route.summary,
        "tags": [_tag(route)],
        **({"deprecated": True} if route.leaving else {}),
        "parameters": [
            *written_places(route.path, route.places),
            *query_parameters(route.asks, schemas),
            *header_parameters(
                is_keyed=route.is_keyed,
                hears_key=route.hears_key,
                is_conditional=route.is_conditional,
            ),
        ],
        "responses": responses(route.answers, _problems(route), schemas, is_sparse=route.is_sparse),
        "security": _security(RULES[route.needs]),
    }
    if route.body is not None:
        operation["requestBody"] = schemas.body(route.body)
    return operation


def _security(rule: Rule) -> list[dict[str, list[str]]]:
    """Answer by what one is known, and what it must allow."""
    if rule.is_open:
        return [{}, {"token": []}]  # who may call it unknown may as well say who they are
    return [{"token": [] if rule.scope is None else [rule.scope]}]


def _problems(route: Route) -> dict[int, tuple[str, ...]]:
    """Answer the problems of an operation by their statuses, with their codes as far as known."""
    follow: dict[int, tuple[str, ...]] = {
        429: ("too-many-requests",),
        503: ("database-unavailable",),
    }
    if not RULES[route.needs].is_open:
        follow |= {401: ("sign-in-first",), 403: ("not-allowed", "scope-too-narrow")}
    if route.asks is not None or route.body is not None:
        follow[422] = ("bad-request",)
    if is_model(route.body):
        follow |= {413: ("request-entity-too-large",), 415: ("unsupported-media-type",)}
    if route.is_keyed:
        follow[400] = ("idempotency-key-missing", "idempotency-key-unfit")
        follow[409] = ("idempotency-mismatch",)
    if route.hears_key:
        follow[400] = ("idempotency-key-unfit",)
        follow[409] = ("idempotency-mismatch",)
    if route.is_conditional:
        follow[400] = (*follow.get(400, ()), "bad-precondition")
        follow[412] = ("changed-meanwhile",)
    if "{" in route.path:
        follow[404] = ("not-found",)
    said = route.problems
    told = said if isinstance(said, Mapping) else dict.fromkeys(said, ())
    return {
        status: (*follow.get(status, ()), *told.get(status, ()))
        for status in sorted({*follow, *told})
    }


def _tag(route: Route) -> str:
    return route.tag or route.path.removeprefix(_PREFIX).split("/")[0].split(".")[0]
