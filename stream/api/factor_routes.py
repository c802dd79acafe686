"""The operations of what somebody shows besides a password, or instead of one."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api import factors as api
from stream.api import passkeys
from stream.api.factor_documents import (
    ConfirmApp,
    FactorsDocument,
    FinishSignIn,
    NewAppDocument,
    NewPasskey,
    PasskeyAsked,
    PasskeyList,
    PasskeyMade,
    RecoveryCodes,
    SignedIn,
    SignInByPasskey,
)
from stream.api.openapi import Route

_HERE = "/api/v1/account"


def factor_routes() -> list[Route]:
    """Answer them."""
    return [*_of_signing_in(), *_of_app(), *_of_passkeys(), *_of_all()]


def _of_signing_in() -> list[Route]:
    return [
        Route(
            method="POST",
            path=f"{_HERE}/sign-in/second",
            handler=api.post_second_step,
            summary="Finish a sign-in by a code of one's app, or one on paper.",
            body=FinishSignIn,
            answers={204: None},
            problems=(403, 410, 422, 429),
            needs=Permission.SIGN_IN,
        ),
        Route(
            method="POST",
            path=f"{_HERE}/sign-in/passkey/options",
            handler=passkeys.post_passkey_sign_in_options,
            summary="What a browser is asked for who signs in by a passkey alone.",
            answers={200: PasskeyAsked},
            problems=(409,),
            needs=Permission.SIGN_IN,
        ),
        Route(
            method="POST",
            path=f"{_HERE}/sign-in/passkey",
            handler=passkeys.post_passkey_sign_in,
            summary="Sign in by a passkey; the answer sets the cookie of a session.",
            body=SignInByPasskey,
            answers={200: SignedIn},
            problems=(403, 409, 410, 422),
            needs=Permission.SIGN_IN,
        ),
    ]


def _of_app() -> list[Route]:
    app = f"{_HERE}/factors/app"
    return [
        Route(
            method="POST",
            path=app,
            handler=api.post_code_app,
            summary="Begin to set up an app for codes (TOTP), for who signed in a moment ago.",
            answers={200: NewAppDocument},
            problems=(401, 403, 409),
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="PUT",
            path=app,
            handler=api.put_code_app,
            summary="Set the app up by its first code; with it come codes for paper, told once.",
            body=ConfirmApp,
            answers={200: RecoveryCodes},
            problems=(401, 403, 410, 422),
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="DELETE",
            path=app,
            handler=api.delete_code_app,
            summary="Ask for codes of the app no more.",
            answers={204: None},
            problems=(401, 403, 409),
            needs=Permission.CREDENTIALS_KEEP,
        ),
    ]


def _of_passkeys() -> list[Route]:
    here = f"{_HERE}/passkeys"
    return [
        Route(
            method="POST",
            path=f"{here}/options",
            handler=passkeys.post_passkey_options,
            summary="What a browser is asked to make a passkey, for who signed in a moment ago.",
            answers={200: PasskeyAsked},
            problems=(401, 403, 409),
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="POST",
            path=here,
            handler=passkeys.post_passkey,
            summary="Keep a passkey that a browser made; with the first come codes for paper.",
            body=NewPasskey,
            answers={201: PasskeyMade},
            problems=(401, 403, 409, 410, 422),
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="GET",
            path=here,
            handler=passkeys.get_passkeys,
            summary="One's own passkeys, the oldest first.",
            answers={200: PasskeyList},
            problems=(401,),
            needs=Permission.ACCOUNT_READ,
        ),
        Route(
            method="DELETE",
            path=f"{here}/{{passkey}}",
            handler=passkeys.delete_passkey,
            summary="Let nobody sign in by a passkey any more.",
            answers={204: None},
            problems=(401, 403, 404, 409),
            needs=Permission.CREDENTIALS_KEEP,
        ),
    ]


def _of_all() -> list[Route]:
    return [
        Route(
            method="GET",
            path=f"{_HERE}/factors",
            handler=api.get_factors,
            summary="What one can show besides the password, and whether it is wanted.",
            answers={200: FactorsDocument},
            problems=(401,),
            needs=Permission.ACCOUNT_READ,
        ),
        Route(
            method="POST",
            path=f"{_HERE}/factors/codes",
            handler=api.post_recovery_codes,
            summary="Make ten other codes for paper, told once.",
            answers={200: RecoveryCodes},
            problems=(401, 403, 409),
            needs=Permission.CREDENTIALS_KEEP,
        ),
        Route(
            method="DELETE",
            path="/api/v1/accounts/{account}/factors",
            handler=api.delete_factors_of,
            summary="For operators: help who lost app, passkeys and codes; they are told by mail.",
            answers={204: None},
            problems=(401, 403, 404, 409),
            needs=Permission.ACCOUNTS_KEEP,
        ),
    ]
