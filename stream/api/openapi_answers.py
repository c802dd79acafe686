"""What operations answer: documents, files, and problems with their codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeGuard

from pydantic import BaseModel

from stream.api.documents import Problem
from stream.api.fields import listed
from stream.api.openapi_schemas import Schemas

#: A document, a media type, or several of them; None is nothing but the status.
Answer = type[BaseModel] | str | tuple[type[BaseModel] | str, ...] | None
#: Statuses, or codes by their statuses.
Problems = Sequence[int] | Mapping[int, Sequence[str]]

_EMPTY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED, HTTPStatus.RESET_CONTENT})
_CHECKSUM_MISMATCH = 460


def _header(description: str, example: str, **schema: str) -> dict[str, Any]:
    kind = {"type": "string", **schema}
    return {"description": description, "schema": kind, "example": example}


HEADERS: Mapping[str, Any] = {
    "RateLimit-Policy": _header(
        "How much an address and an account may ask for (draft-ietf-httpapi-ratelimit-headers).",
        '"account";q=600;w=60',
    ),
    "RateLimit": _header(
        "What is left of it now, and in how many seconds it is whole.", '"account";r=580;t=2'
    ),
    "Retry-After": _header("In how many seconds to try again.", "3", pattern="^[0-9]+$"),
    "X-Request-Id": _header(
        "What to tell us when something went wrong.", "3f2b8c0a6d5e4e0fb6d58ad2c9be0c11"
    ),
    "ETag": _header(
        "The tag of the document: for If-None-Match, and If-Match on changes of it.",
        '"0f343b0931126a20f133d67c2b018a3b"',
    ),
    "Link": _header(
        "Where the next part of the list is, if there is one.",
        '</api/v1/tracks?cursor=WyJ0cmFja3MiXQ>; rel="next"',
    ),
    "Location": _header("Where what was made is.", "/api/v1/releases/3f2b8c0a"),
    "WWW-Authenticate": _header("How to say who you are.", 'Bearer realm="refrain"'),
    "Content-Language": _header("The language of `detail`, where it is not English.", "es"),
}
_ALWAYS = ("RateLimit-Policy", "RateLimit", "X-Request-Id")


def responses(
    answers: Mapping[int, Answer],
    problems: Mapping[int, Sequence[str]],
    schemas: Schemas,
    *,
    is_sparse: bool,
) -> dict[str, Any]:
    """Answer all that an operation may answer, by status."""
    said = {
        str(status): _answer(status, answer, schemas, is_sparse=is_sparse)
        for status, answer in sorted(answers.items())
    }
    if HTTPStatus.OK in answers and models_of({HTTPStatus.OK: answers[HTTPStatus.OK]}):
        said["304"] = {"description": "You have it.", "headers": _headers("ETag")}
    # Said by the connection, which reads no further.
    said["414"] = {"description": _phrase(HTTPStatus.REQUEST_URI_TOO_LONG)}
    for status, codes in problems.items():
        said[str(status)] = _problem(status, codes, schemas)
    return said


def models_of(answers: Mapping[int, Answer]) -> list[type[BaseModel]]:
    """Answer the documents among answers."""
    return [one for answer in answers.values() for one in _each(answer) if is_model(one)]


def is_model(said: object) -> TypeGuard[type[BaseModel]]:
    """Tell a document from a media type."""
    return isinstance(said, type) and issubclass(said, BaseModel)


def _answer(status: int, answer: Answer, schemas: Schemas, *, is_sparse: bool) -> dict[str, Any]:
    names = ["Location"] if status == HTTPStatus.CREATED else []
    models = models_of({status: answer})
    if models and status == HTTPStatus.OK:
        names.append("ETag")
    if any(listed(one) for one in models):
        names.append("Link")
    said = {"description": _phrase(status), "headers": _headers(*names)}
    if status in _EMPTY or answer is None:
        return said
    content = {}
    for one in _each(answer):
        if isinstance(one, str):
            content[one] = {"schema": {"format": "binary"}}
        else:
            content["application/json"] = {"schema": _document(one, schemas, is_sparse=is_sparse)}
    return {**said, "content": content}


def _document(model: type[BaseModel], schemas: Schemas, *, is_sparse: bool) -> dict[str, Any]:
    if not is_sparse:
        return schemas.answer(model)
    return {"anyOf": [schemas.answer(model), schemas.sparse(model)]}


def _problem(status: int, codes: Sequence[str], schemas: Schemas) -> dict[str, Any]:
    names = ["Content-Language"]
    names += ["Retry-After"] if status in {429, 503} else []
    names += ["WWW-Authenticate"] if status == HTTPStatus.UNAUTHORIZED else []
    listed_codes = ", ".join(f"`{code}`" for code in dict.fromkeys(codes))
    description = _phrase(status)
    if listed_codes:
        description = f"{description}: {listed_codes}."
    return {
        "description": description,
        "headers": _headers(*names),
        "content": {"application/problem+json": {"schema": schemas.answer(Problem)}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {
        name: {"$ref": f"#/components/headers/{name}"} for name in dict.fromkeys((*names, *_ALWAYS))
    }


def _phrase(status: int) -> str:
    return "Checksum Mismatch" if status == _CHECKSUM_MISMATCH else HTTPStatus(status).phrase


def _each(answer: Answer) -> Sequence[type[BaseModel] | str]:
    if answer is None:
        return ()
    return answer if isinstance(answer, tuple) else (answer,)
