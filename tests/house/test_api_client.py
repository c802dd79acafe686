"""The client is as the description is, and calls what it says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

import refrain.api_client
from ingest.desk import Desk
from refrain.api_client import Operations, Problem, Unreached, each_part, open_operations
from refrain.api_client.shapes import Shape
from refrain.api_client.writing import stub, table
from stream.api.openapi import describe
from stream.api.routes import api_routes
from tests.support.interface import Interface, interface

HOME = Path(refrain.api_client.__file__).parent


def test_it_is_written_from_the_description_as_it_is() -> None:
    told = describe(api_routes(cast("Desk", None)), version="")

    behind = "make client writes it anew"
    assert (HOME / "operations.json").read_text() == table(told), behind
    assert (HOME / "operations.pyi").read_text() == stub(told), behind


def test_a_call_is_written_into_path_query_and_head() -> None:
    shape = Shape(
        name="get_songs",
        method="GET",
        path="/songs/{song}",
        places=["song"],
        query={"near": "near", "from_": "from", "is_free": "is-free"},
        headers={"if_match": "If-Match"},
    )
    said = {"near": ["a", "b"], "from_": "x y", "is_free": True, "if_match": '"t"'}

    assert shape.address(["a/b"], said) == "/songs/a%2Fb?near=a&near=b&from=x+y&is-free=true"
    assert shape.head(said) == {"If-Match": '"t"'}
    with pytest.raises(TypeError, match="get_songs takes no mood"):
        shape.require_known({"mood": 1})


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Interface]:
    async with interface(tmp_path) as opened:
        yield opened


async def test_it_calls_what_there_is(there: Interface) -> None:
    async with open_operations(there.url, there.token) as house:
        track = await house.get_track(there.track)
        made = await house.post_release({"title": "One"})
        edited = await house.patch_release(made["id"], {"title": "Two"})
        payee = await house.post_payee({"kind": "label", "name": "Ours"})
        parts = [part async for part in each_part(house.get_jobs, limit=1)]
        with pytest.raises(Problem) as refused:
            await house.patch_release(made["id"], {"title": "Three"}, if_match='"old"')
        gone = await house.delete_release(made["id"])

    assert (track["id"], edited["title"], payee["name"], gone) == (there.track, "Two", "Ours", None)
    assert [len(part["jobs"]) for part in parts] == [1] * len(parts)
    assert (refused.value.status, refused.value.code) == (412, "changed-meanwhile")


async def test_nobody_there_is_no_problem_of_the_house() -> None:
    async with open_operations("http://127.0.0.1:9") as house:
        assert isinstance(house, Operations)
        with pytest.raises(Unreached):
            await house.get_tracks()
