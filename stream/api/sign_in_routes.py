"""The operations of one's own account: joining, signing in, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.permissions import Permission
from stream.api import sign_ins as api
from stream.api.factor_documents import SecondStepDocument
from stream.api.openapi import Route
from stream.api.openapi_answers import Answer
from stream.api.sign_in_documents import (
    AskForReset,
    ChangeEmail,
    ChangePassword,
    ConfirmEmail,
    EmailFacts,
    JoinAccount,
    ResetPassword,
    SignInList,
    SignInWith,
)

_HERE = "/api/v1/account"
_DONE: Mapping[int, Answer] = {204: None}
_ON_ITS_WAY: Mapping[int, Answer] = {202: None}


def sign_in_routes() -> list[Route]:
    """Answer the operations of joining and signing in, and of one's own address and password."""
    return [*_for_visitors(), *_of_address_and_password(), *_of_sessions()]


def _for_visitors() -> list[Route]:
    return [
        Route(
            method="POST",
            path=f"{_HERE}/join",
            handler=api.post_join,
            summary="Make an account, signed in by a cookie; a mail asks to confirm the address.",
            body=JoinAccount,
            answers=_DONE,
            problems=(422, 429),
            needs=Permission.SIGN_IN,
        ),
        Route(
            method="POST",
            path=f"{_HERE}/sign-in",
            handler=api.post_sign_in,
            summary="Sign in by address and password; the answer sets a cookie, or asks for more.",
            body=SignInWith,
            answers={204: None, 202: SecondStepDocument},
            problems=(403, 422, 429),
            needs=Permission.SIGN_IN,
        ),
        Route(
            method="POST",
            path=f"{_HERE}/forgot",
            handler=api.post_forgot,
            summary="Have a mail sent by which a password is chosen, if there is such an account.",
            body=AskForReset,
            answers=_ON_ITS_WAY,
            problems=(422, 429),
            needs=Permission.SIGN_IN,
        ),
        Route(
            method="POST",
            path=f"{_HERE}/reset",
            handler=api.post_reset,
            summary="Choose a password by the token of a mailed link; all sessions end.",
            body=ResetPassword,
            answers=_DONE,
            problems=(404, 409, 410, 422),
            needs=Permission.SIGN_IN,
        ),
    ]


def _of_address_and_password() -> list[Route]:
    return [
        Route(
            method="GET",
            path=f"{_HERE}/email",
            handler=api.get_email,
            summary="One's own address, and whether it is confirmed.",
            answers={200: EmailFacts},
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="PUT",
            path=f"{_HERE}/email",
            handler=api.put_email,
            summary="Ask for another address, which is used once it was confirmed.",
            body=ChangeEmail,
            answers=_ON_ITS_WAY,
            problems=(401, 403, 422, 429),
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="POST",
            path=f"{_HERE}/email/code",
            handler=api.post_code,
            summary="Confirm an address by the code that was mailed to it.",
            body=ConfirmEmail,
            answers=_DONE,
            problems=(401, 409, 422),
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="POST",
            path=f"{_HERE}/email/code/again",
            handler=api.post_code_again,
            summary="Have the mail with the code sent once more.",
            answers=_ON_ITS_WAY,
            problems=(401, 429),
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="PUT",
            path=f"{_HERE}/password",
            handler=api.put_password,
            summary="Choose another password; all other sessions and tokens end.",
            body=ChangePassword,
            answers=_DONE,
            problems=(401, 403, 422, 429),
            needs=Permission.CREDENTIALS_KEEP,
        ),
    ]


def _of_sessions() -> list[Route]:
    return [
        Route(
            method="GET",
            path=f"{_HERE}/sign-ins",
            handler=api.get_sign_ins,
            summary="Where one is signed in, the latest seen first.",
            answers={200: SignInList},
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="DELETE",
            path=f"{_HERE}/sign-ins",
            handler=api.delete_sign_ins,
            summary="Sign out everywhere but here; tokens of programs and applications end too.",
            answers=_DONE,
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="DELETE",
            path=f"{_HERE}/sign-ins/{{sign_in}}",
            handler=api.delete_sign_in,
            summary="Sign out at one place.",
            answers=_DONE,
            problems=(401, 404),
            needs=Permission.CREDENTIALS_KEEP,
        ),
    ]
