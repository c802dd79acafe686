"""What the description shows as an example is taken as such."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from pydantic import BaseModel

from ingest.desk import Desk
from stream.api.openapi import Route
from stream.api.openapi_answers import is_model
from stream.api.routes import api_routes
from tests.support.interface import interface

#: What would end what the others are tried with.
_LAST = re.compile(r"/(sign-ins|account|tokens)")


def examples() -> list[tuple[Route, type[BaseModel], dict[str, Any]]]:
    return [
        (route, route.body, example)
        for route in api_routes(cast("Desk", None))
        if is_model(route.body)
        for example in route.body.model_json_schema().get("examples", [])
    ]


@pytest.mark.parametrize(
    ("route", "model", "example"), examples(), ids=lambda one: getattr(one, "operation", "")
)
def test_an_example_is_well_formed(
    route: Route, model: type[BaseModel], example: dict[str, Any]
) -> None:
    del route

    read = model.model_validate_json(json.dumps(example), strict=True)

    assert {name: read.model_dump(mode="json", by_alias=True)[name] for name in example} == example


async def test_each_example_is_sent_and_understood(tmp_path: Path) -> None:
    async with interface(tmp_path) as there:
        known = {"track": there.track, "release": there.release}
        for route, _, example in examples():
            if _LAST.search(route.path):
                continue
            path = re.sub(
                r"\{(\w+)[^}]*\}+", lambda one: known.get(one[1], str(uuid4())), route.path
            )
            answer = await there.client.ask(
                route.method, path, token=there.token, data=example, Idempotency_Key=str(uuid4())
            )

            said = route.operation, answer.status, answer.body
            assert answer.status in {200, 201, 202, 204, 402, 403, 404, 409, 503}, said
