"""Errors by who must act on them: the caller, time, or us."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class RefrainError(Exception):
    """The root of every error that Refrain raises on purpose.

    `code` is stable and meant for programs; `sentence` is meant for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        """Keep both forms, so that no handler has to parse a message."""
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class Refused(RefrainError):  # noqa: N818 - reads as a verdict, which it is
    """The caller can mend it: something in the request is not acceptable."""

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        status: int = 400,
        retry_after_s: int | None = None,
        figures: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """`status` is the HTTP status that says the same; it may be acceptable later.

        `figures` are for programs what the sentence tells people, as what it would cost.
        """
        super().__init__(code, sentence)
        self.figures = figures
        self.status = status
        self.retry_after_s = retry_after_s


class Unavailable(RefrainError):  # noqa: N818 - see Refused
    """Time can mend it: the same call may succeed later."""

    def __init__(self, code: str, sentence: str, *, status: int = 503) -> None:
        """`status` is the HTTP status that says the same."""
        super().__init__(code, sentence)
        self.status = status


class Broken(RefrainError):  # noqa: N818 - see Refused
    """Only we can mend it: an invariant of ours does not hold."""
