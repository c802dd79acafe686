from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from pydantic import BaseModel, Field

from catalog.permissions import Permission
from ingest.desk import Desk
from stream.api.openapi import Route, describe
from stream.api.paging import Paged
from stream.api.routes import api_routes


class Mood(BaseModel):
    name: str
    depth: int = Field(default=1, ge=0, le=9)


class Moods(BaseModel):
    items: list[Mood]
    next: str | None


class MoodQuery(Paged):
    near: list[str] = Field(default=[], max_length=3)


async def get_moods(request: web.Request) -> web.Response:
    raise NotImplementedError


LIST = Route(
    method="GET",
    path="/api/v1/moods/{kind:light|dark}",
    handler=get_moods,
    needs=Permission.LIBRARY_READ,
    summary="Moods.",
    query=MoodQuery,
    answers={200: Moods},
    problems={409: ("mood-swings",)},
)


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    # What it says of itself needs no desk.
    return api_routes(cast("Desk", None))


def operation(route: Route) -> dict[str, Any]:
    [path] = describe([route], version="1")["paths"].values()
    [found] = path.values()
    return cast("dict[str, Any]", found)


def test_every_parameter_is_told_with_its_bounds() -> None:
    told = {one["name"]: one for one in operation(LIST)["parameters"]}

    assert told["kind"]["schema"] == {"type": "string", "enum": ["light", "dark"]}
    assert told["limit"]["schema"] == {
        "type": "integer",
        "default": 50,
        "minimum": 1,
        "maximum": 200,
    }
    assert told["near"]["schema"]["items"] == {"type": "string"}
    assert told["cursor"]["required"] is False


def test_what_follows_from_a_route_need_not_be_said_in_it() -> None:
    answers = operation(LIST)["responses"]

    assert set(answers) == {"200", "304", "401", "403", "404", "409", "414", "422", "429", "503"}
    assert answers["409"]["description"] == "Conflict: `mood-swings`."
    assert {"ETag", "Link", "RateLimit"} <= set(answers["200"]["headers"])


def test_a_sparse_document_lacks_what_was_not_asked_for() -> None:
    schemas = describe([LIST], version="1")["components"]["schemas"]

    assert schemas["Mood"]["required"] == ["name", "depth"]
    assert "required" not in schemas["SparseMood"]
    assert schemas["SparseMoods"]["properties"]["items"]["items"] == {
        "$ref": "#/components/schemas/SparseMood"
    }


def test_of_every_document_that_is_fetched_some_fields_may_be_asked_for(
    routes: list[Route],
) -> None:
    fetched = [one for one in routes if one.method == "GET" and one.document is not None]

    assert len(fetched) > 100
    assert [one.path for one in fetched if not one.is_sparse] == []


def test_every_change_of_a_document_hears_of_which_it_is(routes: list[Route]) -> None:
    documents = {one.path for one in routes if one.method == "GET" and one.document is not None}
    changes = [one for one in routes if one.method in {"PUT", "PATCH", "DELETE"}]

    assert {
        one.operation for one in changes if one.path in documents and not one.is_conditional
    } == _UNCONDITIONAL


#: Ends of what is one's own, which confirm who asks; histories that are only added to; uploads,
#: whose protocol has offsets instead.
_UNCONDITIONAL = {
    *("delete_account", "delete_erasure", "delete_sign_ins", "put_email"),
    *("delete_history", "delete_play", "put_bank_details"),
    *("terminate_upload", "append_to_upload", "put_inbox_file"),
}


def test_every_operation_has_a_name_of_its_own(routes: list[Route]) -> None:
    [(name, times)] = Counter(route.operation for route in routes).most_common(1)

    assert times == 1, name


def test_every_reference_leads_somewhere(routes: list[Route]) -> None:
    whole = describe(routes, version="1")

    def each(part: object) -> list[str]:
        if isinstance(part, dict):
            here = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return here + [one for value in part.values() for one in each(value)]
        return [one for value in part for one in each(value)] if isinstance(part, list) else []

    for reference in set(each(whole)):
        found: Any = whole
        for name in Path(reference).parts[1:]:
            found = found[name]
        assert found, reference
