"""The part of the table that is about applications."""

from __future__ import annotations

from catalog.permissions import Permission
from stream.api.clients import (
    AppList,
    ClientDocument,
    ClientList,
    ClientMade,
    ClientQuery,
    NewClient,
    SecretMade,
    delete_app,
    delete_client,
    get_apps,
    get_client,
    get_clients,
    post_client,
    post_secret,
    put_client,
)
from stream.api.openapi import Route

_CLIENTS, _APPS, _ONE = "/api/v1/clients", "/api/v1/account/apps", "{client:[a-z0-9]{1,60}}"
_NOTHING = "text/plain"


def client_routes() -> list[Route]:
    """Answer every operation on applications."""
    return [*_kept(), *_changed(), *_own()]


def _kept() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_CLIENTS,
            handler=get_clients,
            needs=Permission.CLIENTS_KEEP,
            summary="For operators: applications that people sign in to, the newest first.",
            query=ClientQuery,
            answers={200: ClientList},
            problems=(403,),
        ),
        Route(
            method="POST",
            path=_CLIENTS,
            handler=post_client,
            needs=Permission.CLIENTS_KEEP,
            summary="For operators: add an application.",
            body=NewClient,
            answers={201: ClientMade},
            problems={404: ("account-unknown",)},
        ),
        Route(
            method="GET",
            path=f"{_CLIENTS}/{_ONE}",
            handler=get_client,
            needs=Permission.CLIENTS_KEEP,
            summary="For operators: an application.",
            answers={200: ClientDocument},
            problems=(403, 404),
        ),
    ]


def _changed() -> list[Route]:
    return [
        Route(
            method="PUT",
            path=f"{_CLIENTS}/{_ONE}",
            handler=put_client,
            needs=Permission.CLIENTS_KEEP,
            summary="For operators: say anew what an application is.",
            body=NewClient,
            answers={200: ClientMade},
            problems=(403, 404),
            is_conditional=True,
        ),
        Route(
            method="DELETE",
            path=f"{_CLIENTS}/{_ONE}",
            handler=delete_client,
            needs=Permission.CLIENTS_KEEP,
            summary="For operators: remove an application; it acts for nobody from then on.",
            answers={204: _NOTHING},
            problems=(403, 404),
            is_conditional=True,
        ),
        Route(
            method="POST",
            path=f"{_CLIENTS}/{_ONE}/secret",
            handler=post_secret,
            needs=Permission.CLIENTS_KEEP,
            summary="For operators: give an application another secret.",
            answers={201: SecretMade},
            problems=(403, 404, 409),
        ),
    ]


def _own() -> list[Route]:
    return [
        Route(
            method="GET",
            path=_APPS,
            handler=get_apps,
            needs=Permission.CREDENTIALS_KEEP,
            summary="The applications that act for you, and what each may.",
            answers={200: AppList},
            problems=(403,),
        ),
        Route(
            method="DELETE",
            path=f"{_APPS}/{_ONE}",
            handler=delete_app,
            needs=Permission.CREDENTIALS_KEEP,
            summary="Show an application out: it acts for you no more.",
            answers={204: _NOTHING},
            problems=(403, 404),
        ),
    ]
