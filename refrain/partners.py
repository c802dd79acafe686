"""Partners, as who runs the house keeps them from a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from base.errors import Refused
from base.log import escaped
from base.settings import Settings
from base.tools import Tools, open_tools
from catalog.job_list import owner_called
from catalog.partners import all_partners
from stream.api.delivery_documents import EditPartner, NewPartner, partner_document
from stream.api.partners import added, changed

Said = Mapping[str, object]


async def list_partners(settings: Settings) -> Sequence[dict[str, Any]]:
    """Answer every partner, by name."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await all_partners(session)
        return [partner_document(one).model_dump(mode="json") for one in found]


async def add_one(settings: Settings, said: Said, *, owner: str) -> dict[str, Any]:
    """Let somebody deliver what is music of `owner`, an account by its id or name.

    Raises:
        Refused: it does not fit, with the first reason.

    """
    async with open_tools(settings) as tools:
        account = await _account(tools, owner)
        try:
            asked = NewPartner.model_validate({**said, "account": account})
        except ValidationError as error:
            raise _unfit(error) from None
        return (await added(tools, None, asked)).model_dump(mode="json")


async def change_one(
    settings: Settings, dpid: str, said: Said, *, owner: str | None = None
) -> dict[str, Any]:
    """Say anew what is otherwise of a partner.

    Raises:
        Refused: it does not fit, or `partner-unknown`, 404.

    """
    async with open_tools(settings) as tools:
        account = {"account": await _account(tools, owner)} if owner else {}
        try:
            asked = EditPartner.model_validate({**said, **account})
        except ValidationError as error:
            raise _unfit(error) from None
        return (await changed(tools, None, dpid, asked)).model_dump(mode="json")


def severities_in(texts: Iterable[str]) -> dict[str, str]:
    """Read severities as they are said at a terminal, `grid-check=note`."""
    return {rule: severity for rule, _, severity in (one.partition("=") for one in texts)}


def keys_in(text: str) -> list[str]:
    """Read a file of public keys, a line each; blank lines and notes are passed over."""
    lines = (one.strip() for one in text.splitlines())
    return [one for one in lines if one and not one.startswith("#")]


def table_of(found: Iterable[dict[str, Any]]) -> Table:
    """Draw partners, a line each."""
    table = Table("dpid", "name", "state", "keys", "prefix", "severities", box=None)
    for one in found:
        severities = ", ".join(f"{rule}={said}" for rule, said in one["severities"].items())
        table.add_row(
            *(one["dpid"], Text(escaped(one["name"])), one["state"], str(len(one["keys"]))),
            *(one["prefix"] or "", severities),
        )
    return table


async def _account(tools: Tools, owner: str) -> str:
    async with tools.database.read() as session:
        return str(await owner_called(session, owner))


def _unfit(error: ValidationError) -> Refused:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    return Refused("partner-unfit", f"{where}: {first['msg']}.", status=422)
