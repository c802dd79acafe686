"""An earlier client as tests need it, and what the answers that it reads have to look like.

The shapes are documents beside the tests: names and kinds, of which `|` leaves a choice, and `?`
behind a name says that it may be missing. A shape that has another in it (`"Track": "*"`) has all
that the other has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import aiohttp

from tests.support.served import Answer, Client

_GOLDEN = Path(__file__).parents[1] / "stream" / "legacy" / "golden"
SHAPES: Mapping[str, Any] = json.loads((_GOLDEN / "shapes.json").read_text())
#: What each route answers: one thing, all of a few, or a page of many.
ANSWERS: Mapping[str, Any] = json.loads((_GOLDEN / "answers.json").read_text())
_COUNTS = {"count": "int", "pages": "int", "numberOfPages": "int"}


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """Somebody's client: each document that it reads is held against what is written of it."""

    house: Client
    token: str = ""

    async def send(
        self, route: str, *in_path: str, body: dict[str, Any] | None = None, **asked: object
    ) -> Answer:
        """Ask for something, and answer what comes as it comes."""
        method, _, path = route.partition(" ")
        for one in in_path:
            start, _, rest = path.partition("{")
            path = start + one + rest.partition("}")[2]
        text = urlencode(asked, doseq=True)
        where = f"/api/v3/{path}" + (f"?{text}" if text else "")
        return await self.house.ask(method, where, token=self.token, data=body)

    async def upload(self, route: str, number: str, name: str, data: bytes, field: str) -> Any:  # noqa: ANN401
        """Send a file in a form, and answer what is told of it."""
        form = aiohttp.FormData()
        form.add_field(field, data, filename=name, content_type="application/octet-stream")
        method, _, path = route.partition(" ")
        asking = self.house.http.request(
            method,
            f"{self.house.url}/api/v3/{path.replace('{id}', number)}",
            data=form,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        async with asking as answer:
            assert answer.status == 200, (route, answer.status, await answer.text())
            document = await answer.json()
        assert list(flaws(document, shape_of(route))) == [], route
        return document["data"]

    async def ask(
        self, route: str, *in_path: str, body: dict[str, Any] | None = None, **asked: object
    ) -> Any:  # noqa: ANN401 - a document
        """Ask for a document that has to be there."""
        answer = await self.send(route, *in_path, body=body, **asked)
        assert answer.status == 200, (route, answer.status, answer.body)
        document = answer.json
        assert list(flaws(document, shape_of(route))) == [], route
        return document

    async def data(
        self, route: str, *in_path: str, body: dict[str, Any] | None = None, **asked: object
    ) -> Any:  # noqa: ANN401 - a document
        """Ask for the same, and answer what is told without how much there is."""
        return (await self.ask(route, *in_path, body=body, **asked))["data"]

    async def refused(
        self, route: str, *in_path: str, body: dict[str, Any] | None = None, **asked: object
    ) -> tuple[int, str]:
        """Ask for what is refused; answer the status and the message."""
        answer = await self.send(route, *in_path, body=body, **asked)
        document = answer.json
        assert list(flaws(document, "Fault")) == [], document
        assert document["status"] == answer.status
        return answer.status, document["message"]


def shape_of(route: str) -> Any:  # noqa: ANN401 - a shape
    """Answer the shape of what a route answers."""
    [(form, name)] = ANSWERS[route].items()
    told = [name] if form in {"all", "many"} else name
    return {"data": told, **(_COUNTS if form in {"many", "paged"} else {})}


def flaws(document: Any, shape: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401
    """Answer what of a document is not as a shape says."""
    if isinstance(shape, list):
        if not isinstance(document, list):
            yield f"{where}: no list: {document!r}"
            return
        for number, one in enumerate(document):
            yield from flaws(one, shape[0], f"{where}[{number}]")
    elif isinstance(shape, dict):
        yield from _flaws_of_mapping(document, shape, where)
    elif not any(_fits(document, kind) for kind in shape.split("|")):
        named = next((one for one in shape.split("|") if one in SHAPES), None)
        if named is None:
            yield f"{where}: no {shape}: {document!r}"
        else:
            yield from flaws(document, SHAPES[named], where)


def _flaws_of_mapping(document: Any, shape: Mapping[str, Any], where: str) -> Iterator[str]:  # noqa: ANN401
    if not isinstance(document, dict):
        yield f"{where}: no object: {document!r}"
        return
    for said, kind in shape.items():
        if kind == "*":
            yield from flaws(document, SHAPES[said], where)
            continue
        name = said.removesuffix("?")
        if name in document:
            yield from flaws(document[name], kind, f"{where}.{name}")
        elif name == said:
            yield f"{where}: there is no {name}"


def _fits(value: Any, kind: str) -> bool:  # noqa: ANN401 - whatever it is
    known = _KINDS.get(kind)
    if known is not None:
        return known(value)
    return kind not in SHAPES and value == kind


def _is_id(value: Any) -> bool:  # noqa: ANN401
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "uuid": _is_id,
    "url": lambda value: isinstance(value, str) and bool(urlsplit(value).netloc),
}
