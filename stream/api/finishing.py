"""What is done to every document on its way out: its tag, whether it is known, and its fields.

Handlers answer whole documents; the tag is of all of one, also where only some fields are told.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from aiohttp import ETag, web
from pydantic import BaseModel

from stream.api.fields import narrowed, wanted
from stream.api.preconditions import is_known, tag_of_bytes

_JSON = "application/json"


def fields_asked(request: web.Request, document: type[BaseModel] | None) -> frozenset[str] | None:
    """Answer which fields of a document are asked for; None is all of it.

    Raises:
        Refused: `unknown-field`, 422.

    """
    if document is None or "fields" not in request.query:
        return None
    return wanted(request.query["fields"], document)


def finished(
    request: web.Request,
    response: web.StreamResponse,
    document: type[BaseModel] | None,
    names: frozenset[str] | None,
) -> web.StreamResponse:
    """Answer a document with its tag, in the fields asked for; or that it is known, 304."""
    if document is None or response.prepared or not isinstance(response, web.Response):
        return response
    if response.content_type != _JSON or not isinstance(response.body, bytes):
        return response
    if response.status == HTTPStatus.OK:
        tag = tag_of_bytes(response.body)
        response.etag = ETag(value=tag, is_weak=bool(response.compression))
        if is_known(request, tag):
            return _known(response)
    if names is not None:
        whole = json.loads(response.body)
        response.text = json.dumps(narrowed(whole, names, document), ensure_ascii=False)
    return response


def _known(response: web.Response) -> web.Response:
    headers = response.headers.copy()
    headers.popall("Content-Type", None)
    headers.popall("Content-Length", None)
    return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
