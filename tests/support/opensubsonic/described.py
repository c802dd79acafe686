"""OpenSubsonic's own description of its calls, where it was laid beside the project."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.support.masters import ROOT

_OPENAPI = Path(os.environ.get("REFRAIN_SHARED", ROOT.parent / "shared")) / "opensubsonic"
_FAILED = _OPENAPI / "schemas/SubsonicResponse/SubsonicFailureResponse.json"
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"

#: What an OpenSubsonic says of itself in each answer. It is lent to a server that says none of it,
#: which one test tells (test_entry), so that the others tell what else there is to be told.
OF_ITSELF = {"openSubsonic": True, "type": "not said", "serverVersion": "not said"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A call: how it is asked for, what has to be told, and whether its answer is a document."""

    name: str
    methods: Sequence[str]
    needed: Sequence[str]
    is_document: bool


def described_calls() -> set[str]:
    """Answer the calls that OpenSubsonic describes, where the description is here."""
    return {path.stem for path in (_OPENAPI / "endpoints").glob("*.json")}


def calls() -> list[Described]:
    """Answer them with what is described of each, by their names."""
    return [_described(name) for name in sorted(described_calls())]


def require_described(name: str, document: Mapping[str, Any]) -> None:
    """See that a document is what is described of its call, where the description is here."""
    path = _path(name.removesuffix(".view"))
    if path.exists():
        _require(_validator(path), document)


def require_failure(document: Mapping[str, Any]) -> None:
    """See that a document says in the described way what went wrong."""
    if _FAILED.exists():
        _require(_failure(), document)


def _require(validator: jsonschema_rs.Validator, document: Mapping[str, Any]) -> None:
    faults = [one for error in validator.iter_errors(_open(document)) for one in _told(error)]
    assert not faults, "not as it is described: " + "; ".join(dict.fromkeys(faults))


def _told(error: jsonschema_rs.ValidationError) -> list[str]:
    """Answer where a document is not as described, in the words for what it says that it is."""
    if not isinstance(error.kind, jsonschema_rs.ValidationErrorKind.OneOfNotValid):
        # The third of a list is as the first.
        place = "/".join("" if isinstance(part, int) else part for part in error.instance_path)
        return [f"/{place}: {error.message[:200]}"]
    ways = error.kind.context
    of_it = [way for way in ways if all(one.instance_path[-1:] != ["status"] for one in way)]
    return [told for way in of_it or ways for one in way for told in _told(one)]


def _open(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer a document of a Subsonic of before as if it were an OpenSubsonic's."""
    told = document["subsonic-response"]
    return document if "openSubsonic" in told else {"subsonic-response": {**OF_ITSELF, **told}}


def _described(name: str) -> Described:
    said = json.loads(_path(name).read_text())
    asked = said.get("get") or said["post"]
    posted = said.get("post", {}).get("requestBody", {}).get("content", {})
    methods = [way for way in ("get", "post") if way in said]
    if "post" in methods and _FORM not in posted and posted:
        methods.remove("post")  # asked for by a document, and not by a form
    return Described(
        name=name,
        methods=[way.upper() for way in methods],
        needed=[one["name"] for one in asked.get("parameters", ()) if one.get("required")],
        is_document=_JSON in _answers(_path(name))[1]["content"],
    )


def _path(name: str) -> Path:
    return _OPENAPI / "endpoints" / f"{name}.json"


def _answers(path: Path) -> tuple[Path, Any]:
    """Answer what is described of an answer, and which file that is said in."""
    said = json.loads(path.read_text())
    answers = (said.get("get") or said["post"])["responses"]["200"]
    if "$ref" in answers:
        path = (path.parent / answers["$ref"]).resolve()
        answers = json.loads(path.read_text())
    return (path, answers) if "content" in answers else (path, {"content": {_JSON: {}}})


@cache
def _validator(path: Path) -> jsonschema_rs.Validator:
    path, answers = _answers(path)
    # Of what sends music or pictures it is not described how it refuses.
    schema = answers["content"].get(_JSON, {"schema": _refused()}).get("schema", {})
    return _validating(schema, path)


@cache
def _failure() -> jsonschema_rs.Validator:
    return _validating(_refused(), _FAILED)


def _refused() -> dict[str, Any]:
    return {"properties": {"subsonic-response": {"$ref": _FAILED.resolve().as_uri()}}}


def _validating(schema: Mapping[str, Any], path: Path) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        schema, base_uri=path.resolve().as_uri(), retriever=_read, validate_formats=True
    )


def _read(uri: str) -> Any:  # noqa: ANN401 - a schema
    return json.loads(Path(uri.removeprefix("file://")).read_text())
