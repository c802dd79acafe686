"""Parties and resources, as an element says them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from ingest.ddex.canonical import DeliveredFile, Party, Resource, ResourceKind
from ingest.ddex.lexical import seconds_of, truth_of
from ingest.ddex.nodes import Node
from ingest.ddex.parts import (
    credits_at,
    file_at,
    identifiers_at,
    lines_at,
    names_at,
    titles_at,
)
from ingest.ddex.paths import FilePaths, Paths, ResourcePaths

_KINDS = {str(kind): kind for kind in ResourceKind}


def party_of(node: Node) -> Party:
    """Read an item of a list of parties."""
    return Party(
        reference=node.text("PartyReference"),
        names=names_at(node, "PartyName"),
        identifiers=identifiers_at(node, "PartyId"),
        place=node.place,
    )


def resource_of(node: Node, paths: Paths) -> Resource | None:
    """Read an item of a list of resources; None for what is no resource that is known."""
    kind = _KINDS.get(node.tag)
    if kind is None:
        return None
    here = _for_kind(paths.resource, kind)
    return Resource(
        kind=kind,
        reference=node.text("ResourceReference"),
        type=node.text(*here.type),
        identifiers=identifiers_at(node, *here.ids),
        titles=titles_at(node, *here.titles),
        display_artist=node.text(*here.display_artist),
        artists=credits_at(node, here.artists, paths.credit),
        contributors=credits_at(node, here.contributors, paths.credit),
        p_lines=lines_at(node, "PLineText", *here.p_lines),
        duration_s=seconds_of(node.text("Duration")),
        advisory=node.text(*here.advisory),
        language=node.text(*here.language),
        contains_ai=node.text(*here.contains_ai),
        files=tuple(_files(node, here, paths.file)),
        place=node.place,
    )


def _for_kind(paths: ResourcePaths, kind: ResourceKind) -> ResourcePaths:
    """Put the name of a kind where paths name it."""
    named: dict[str, Any] = {
        one.name: tuple(path.format(kind=kind) for path in value)
        for one in fields(paths)
        if isinstance(value := getattr(paths, one.name), tuple)
    }
    return replace(paths, **named)


def _files(node: Node, paths: ResourcePaths, file: FilePaths) -> Iterator[DeliveredFile]:
    for details in node.all(*paths.technical):
        is_clip = truth_of(details.text(paths.is_clip))
        codec = details.text(*paths.codec)
        for one in details.all(*paths.files):
            yield file_at(one, file, codec=codec, is_clip=is_clip)
        for one in details.all(*paths.clips):
            yield file_at(one, file, codec=codec, is_clip=True)
