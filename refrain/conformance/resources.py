"""What is read of a target: the one form that HTTP and a folder have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from refrain.conformance.limits import PLAYLIST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer: header names in lower case, a body as it came, every place asked on the way."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    redirects: tuple[str, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether it is the thing itself."""
        return self.status == 200  # noqa: PLR2004 - HTTP


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A whole object on this machine's disk, with the answer it came by."""

    name: str
    path: Path
    size_bytes: int
    answer: Answer


class Unreadable(Exception):  # noqa: N818 - reads as what happened
    """A resource cannot be had, for a reason that is a phrase."""


class Resources(Protocol):
    """Where a target and what it names are read; names are addresses or paths below a root."""

    is_http: bool

    def resolve(self, base: str, uri: str) -> str:
        """Answer the name of what `uri` means in `base`.

        Raises:
            Unreadable: it leads out of where this target may be read.

        """

    async def get(
        self,
        name: str,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        most_bytes: int = PLAYLIST_BYTES,
    ) -> Answer:
        """Answer a resource, or as much of it as the headers ask for; any status is an answer.

        Raises:
            Unreadable: there is no answer, or it is longer than `most_bytes`.

        """

    async def peek(
        self, name: str, *, headers: Mapping[str, str] | None = None, count: int = 64
    ) -> Answer:
        """Answer no more than the first `count` bytes of what a request brings.

        Raises:
            Unreadable: there is no answer.

        """

    async def store(self, name: str) -> Stored:
        """Bring a whole object onto the disk.

        Raises:
            Unreadable: it cannot be had, or it is larger than is read.

        """
