"""Handing an answer over to the server in front, which sends the file from disk itself.

We say whether it may be had, and which file it is; ranges are the front's. A request that sets a
condition is answered here, since a front compares with what it knows of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from base.errors import Refused
from base.settings import Settings
from base.storage.port import Key, LocalFiles, Storage
from stream.media_headers import OBJECT
from stream.objects import Served

#: What nginx has an internal location for.
_INTERNAL = "/_objects/"
#: If-Range is not among them: it is about a range, and of what we say of the file.
_CONDITIONS = frozenset(
    {"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offload:
    """How a front is told what to send."""

    header: str
    where: Callable[[Key], str]

    def fields(self, served: Served) -> Mapping[str, str]:
        """Answer what is said of an object, beside what is said of all media."""
        resource = served.resource
        said = {self.header: self.where(served.key), "Content-Type": resource.content_type}
        return {**resource.fields, **said}


def offload_of(settings: Settings, storage: Storage) -> Offload | None:
    """Answer how this server hands over, if it does.

    Raises:
        Refused: `offload-needs-disk`: there are no files that a front could send.

    """
    if not settings.offload:
        return None
    if not isinstance(storage, LocalFiles):
        raise Refused(
            "offload-needs-disk",
            "REFRAIN_OFFLOAD is for objects on disk; leave it empty where they are on S3.",
        )
    files = storage
    if settings.offload == "nginx":
        return Offload(header="X-Accel-Redirect", where=lambda key: f"{_INTERNAL}{key}")
    return Offload(header="X-Sendfile", where=lambda key: str(files.local_path(key)))


def may_be_handed_over(headers: Mapping[str, str]) -> bool:
    """Tell whether a front would answer as we would; names of headers in lower case."""
    return _CONDITIONS.isdisjoint(headers)


def handed_over(offload: Offload, served: Served) -> Mapping[str, str]:
    """Answer all headers of an answer that is handed over."""
    return {**offload.fields(served), **OBJECT}
