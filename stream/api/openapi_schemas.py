"""The schemas of all documents, each described once: as it is taken, and as it is answered."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core.core_schema import (
    DataclassField,
    ModelField,
    TypedDictField,
)

from stream.api.fields import listed

_ROOT = "#/components/schemas/"
Model = type[BaseModel]
Schema = dict[str, Any]
_Field = ModelField | DataclassField | TypedDictField


class _Described(GenerateJsonSchema):
    """What is answered is all there, also where it is as it is unless told."""

    def field_is_required(self, field: _Field, total: bool) -> bool:  # noqa: FBT001 - as pydantic calls it
        return self.mode == "serialization" or super().field_is_required(field, total)


class Schemas:
    """What `$ref`s of the description lead to."""

    def __init__(
        self, answered: Iterable[Model], *, taken: Iterable[Model], queries: Iterable[Model]
    ) -> None:
        """Describe all of them together, so that each has one name."""
        wanted: set[tuple[Model, JsonSchemaMode]] = set()
        for model in answered:
            wanted |= {(one, "serialization") for one in _with_listed(model)}
        wanted |= {(model, "validation") for model in (*taken, *queries)}
        ordered = sorted(wanted, key=lambda one: (one[0].__name__, one[0].__module__, one[1]))
        self._references, described = models_json_schema(
            ordered, ref_template=f"{_ROOT}{{model}}", schema_generator=_Described
        )
        self.components: dict[str, Schema] = described["$defs"]
        self._queries = {model: self._taken_out(model) for model in set(queries)}

    def answer(self, model: Model) -> Schema:
        """Answer the reference of a document that is answered."""
        return dict(self._references[model, "serialization"])

    def sparse(self, model: Model) -> Schema:
        """Answer the reference of a document, or of a list of them, with some of their fields."""
        whole = self._name(self.answer(model))
        found = listed(model)
        schema = deepcopy(self.components[whole])
        if found is None:
            schema.pop("required", None)
        else:
            items = schema["properties"][found[0]]
            items["items"] = self.sparse(found[1])
        name = f"Sparse{whole}"
        self.components[name] = {**schema, "title": name}
        return {"$ref": f"{_ROOT}{name}"}

    def body(self, body: Model | str) -> dict[str, Any]:
        """Answer what a request has in it."""
        if isinstance(body, str):
            # Of a file, nothing may be sent yet, or no more.
            return {"required": False, "content": {body: {"schema": {"format": "binary"}}}}
        reference = dict(self._references[body, "validation"])
        needed = any(field.is_required() for field in body.model_fields.values())
        return {"required": needed, "content": {"application/json": {"schema": reference}}}

    def query(self, model: Model) -> Schema:
        """Answer the schema of a query, whose properties are parameters."""
        return self._queries[model]

    def _taken_out(self, model: Model) -> Schema:
        return self.components.pop(self._name(self._references[model, "validation"]))

    @staticmethod
    def _name(reference: Schema) -> str:
        return str(reference["$ref"]).removeprefix(_ROOT)


def _with_listed(model: Model) -> tuple[Model, ...]:
    """Answer a document, and of a list what it is made of: that is described by itself as well."""
    found = listed(model)
    return (model,) if found is None else (model, found[1])
