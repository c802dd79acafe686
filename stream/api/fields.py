"""Sparse fields: of a document, or of each in a list, only those that were asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import get_args, get_origin

from pydantic import BaseModel

from base.errors import Refused

Document = Mapping[str, object]


def listed(model: type[BaseModel]) -> tuple[str, type[BaseModel]] | None:
    """Answer what a list has its documents in, and which they are; None of a single document.

    A list is what can be gone on with, as it says what is `next`; or has nothing else in it.
    """
    if "next" not in model.model_fields and len(model.model_fields) > 1:
        return None
    for name, field in model.model_fields.items():
        if get_origin(field.annotation) is list:
            [kind] = get_args(field.annotation)
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                return name, kind
    return None


def wanted(text: str, model: type[BaseModel]) -> frozenset[str]:
    """Read which fields are asked for, of a document or of each in a list.

    Raises:
        Refused: `unknown-field`, 422, with those that there are.

    """
    found = listed(model)
    known = names_of(model if found is None else found[1])
    names = frozenset(text.split(","))
    if unknown := sorted(names.difference(known)):
        raise Refused(
            "unknown-field",
            f"There is no field {', '.join(unknown)}. There are: {', '.join(known)}.",
            status=422,
        )
    return names


def narrowed(document: Document, names: Collection[str], model: type[BaseModel]) -> Document:
    """Answer a document, or a list of them, with these fields alone."""
    found = listed(model)
    if found is None:
        return _only(document, names)
    items = document[found[0]]
    shown = [_only(one, names) for one in items] if isinstance(items, list) else items
    return {**document, found[0]: shown}


def names_of(model: type[BaseModel]) -> list[str]:
    """Answer the names of a document's fields, as they are answered."""
    fields = model.model_fields.items()
    return [field.serialization_alias or field.alias or name for name, field in fields]


def _only(document: Document, names: Collection[str]) -> Document:
    return {name: value for name, value in document.items() if name in names}
