"""What can go wrong, by the numbers that players of OpenSubsonic know."""

from __future__ import annotations

from enum import IntEnum
from http import HTTPStatus

from base.errors import Refused


class Code(IntEnum):
    """Numbers of faults (OpenSubsonic, `Error`)."""

    GENERIC = 0
    PARAMETER_MISSING = 10
    CLIENT_TOO_OLD = 20
    WRONG_CREDENTIALS = 40
    CREDENTIALS_CONFLICT = 43
    WRONG_KEY = 44
    NOT_ALLOWED = 50
    NOT_FOUND = 70


class Fault(Refused):
    """What a player asks for cannot be: its number, and a sentence for whoever listens."""

    def __init__(self, number: Code, sentence: str) -> None:
        """Players are told so with status 200: it is how they know that we understood."""
        super().__init__(f"subsonic-{int(number)}", sentence, status=HTTPStatus.BAD_REQUEST)
        self.number = number


_OF_STATUS = {
    HTTPStatus.UNAUTHORIZED: Code.WRONG_CREDENTIALS,
    HTTPStatus.PAYMENT_REQUIRED: Code.NOT_ALLOWED,
    HTTPStatus.FORBIDDEN: Code.NOT_ALLOWED,
    HTTPStatus.NOT_FOUND: Code.NOT_FOUND,
    HTTPStatus.GONE: Code.NOT_FOUND,
}


def number_of(refused: Refused) -> Code:
    """Answer the number that says most nearly what was refused."""
    if isinstance(refused, Fault):
        return refused.number
    return _OF_STATUS.get(HTTPStatus(refused.status), Code.GENERIC)


def not_found(what: str) -> Fault:
    """Say that there is no such thing, or none for whoever asks."""
    return Fault(Code.NOT_FOUND, f"There is no such {what}.")
