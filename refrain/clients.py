"""Applications, as who runs the house keeps them from a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from rich.table import Table

from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.oidc import OAuthClient
from catalog.oidc_clients import (
    add_client,
    client_with,
    clients_after,
    new_secret,
    remove_client,
)
from catalog.signing_keys import forget_keys
from stream.identity.oidc.documents import BASIC, CLIENT, CODE, DEVICE_CODE, PUBLIC, REFRESH
from stream.identity.oidc.fitting import ClientMetadata, new_client
from stream.identity.oidc.scopes import OFFERED

_WAYS = {"code": (CODE, REFRESH), "device": (DEVICE_CODE, REFRESH), "itself": (CLIENT,)}
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants an application to be."""

    name: str
    redirect_uris: Sequence[str]
    post_logout_redirect_uris: Sequence[str]
    ways: Sequence[str]
    scope: str
    account_id: UUID | None
    keeps_secret: bool
    is_trusted: bool


async def list_clients(settings: Settings) -> Sequence[Mapping[str, object]]:
    """Answer every application, the newest first."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        return [_facts(one) for one in await clients_after(session, None, limit=_MOST)]


async def add_one(settings: Settings, wanted: Wanted) -> Mapping[str, str | None]:
    """Add an application; answer its id and secret.

    Raises:
        Refused: it does not fit, with every reason.

    """
    new = new_client(
        _metadata(wanted), OFFERED, is_trusted=wanted.is_trusted, account_id=wanted.account_id
    )
    async with open_tools(settings) as tools, tools.database.begin() as session:
        made = await add_client(session, new, by=None, now=tools.clock())
        await note_act(session, None, Act.CLIENT_ADDED, made.client.id, now=tools.clock())
        return {"client_id": made.client.id, "client_secret": made.secret}


async def renew_secret(settings: Settings, client_id: str) -> str:
    """Give an application another secret.

    Raises:
        Refused: `client-unknown`, 404; `client-public`, 409.

    """
    async with open_tools(settings) as tools, tools.database.begin() as session:
        client = await client_with(session, client_id, lock=True)
        await note_act(session, None, Act.CLIENT_CHANGED, client.id, now=tools.clock())
        return new_secret(client)


async def remove_one(settings: Settings, client_id: str) -> None:
    """Remove an application.

    Raises:
        Refused: `client-unknown`, 404.

    """
    async with open_tools(settings) as tools, tools.database.begin() as session:
        await remove_client(session, await client_with(session, client_id), now=tools.clock())
        await note_act(session, None, Act.CLIENT_REMOVED, client_id, now=tools.clock())


async def forget_all_keys(settings: Settings) -> None:
    """Forget all keys that sign."""
    async with open_tools(settings) as tools, tools.database.begin() as session:
        await forget_keys(session)
        await note_act(session, None, Act.KEYS_FORGOTTEN, "all", now=tools.clock())


def table_of(found: Iterable[Mapping[str, object]]) -> Table:
    """Answer applications as a table."""
    table = Table("id", "name", "secret", "where people come back to", "since", box=None)
    for one in found:
        uris = one["redirect_uris"]
        shown = ", ".join(uris) if isinstance(uris, list) else ""
        keeps = "no" if one["auth_method"] == PUBLIC else "yes"
        table.add_row(str(one["id"]), str(one["name"]), keeps, shown, str(one["created_at"])[:10])
    return table


def _metadata(wanted: Wanted) -> ClientMetadata:
    said = {
        "client_name": wanted.name,
        "redirect_uris": wanted.redirect_uris,
        "post_logout_redirect_uris": wanted.post_logout_redirect_uris,
        "token_endpoint_auth_method": BASIC if wanted.keeps_secret else PUBLIC,
        "grant_types": list(dict.fromkeys(grant for way in wanted.ways for grant in _WAYS[way])),
        "scope": wanted.scope,
    }
    try:
        return ClientMetadata.model_validate(said)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        sentence = f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}."
        raise Refused("client-unfit", sentence, status=422) from None


def _facts(client: OAuthClient) -> Mapping[str, object]:
    return {
        "id": client.id,
        "name": client.name,
        "auth_method": client.auth_method,
        "redirect_uris": client.redirect_uris,
        "grant_types": client.grant_types,
        "scopes": client.scopes,
        "is_trusted": client.is_trusted,
        "is_self_registered": client.registration_digest is not None,
        "created_at": client.created_at.isoformat(),
    }
