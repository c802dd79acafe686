"""Applications, on a terminal."""

from dataclasses import replace
from pathlib import Path

import pytest

from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from refrain.clients import (
    Wanted,
    add_one,
    forget_all_keys,
    list_clients,
    remove_one,
    renew_secret,
    table_of,
)
from tests.support.catalog import with_tables

SHOP = Wanted(
    name="A shop",
    redirect_uris=["https://shop.example/back"],
    post_logout_redirect_uris=[],
    ways=["code"],
    scope="openid play",
    account_id=None,
    keeps_secret=True,
    is_trusted=False,
)


async def test_applications_on_a_terminal(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:1/0")
    async with open_tools(settings) as tools:
        await with_tables(tools.database)

    shop = await add_one(settings, SHOP)
    player = await add_one(settings, replace(SHOP, name="A player", keeps_secret=False))
    found = await list_clients(settings)

    assert {one["name"] for one in found} == {"A shop", "A player"}
    assert table_of(found).row_count == 2
    assert str(shop["client_secret"]).startswith("refrain_cs_")
    assert player["client_secret"] is None
    assert await renew_secret(settings, str(shop["client_id"])) != shop["client_secret"]
    with pytest.raises(Refused, match="client-public"):
        await renew_secret(settings, str(player["client_id"]))
    for unfit, code in (
        (replace(SHOP, redirect_uris=["http://shop.example/"]), "redirect-unfit"),
        (replace(SHOP, ways=["itself"]), "client-unfit"),
        (replace(SHOP, name="a\nb"), "client-unfit"),
        (replace(SHOP, scope="everything"), "client-unfit"),
    ):
        with pytest.raises(Refused, match=code):
            await add_one(settings, unfit)
    await remove_one(settings, str(shop["client_id"]))
    with pytest.raises(Refused, match="client-unknown"):
        await remove_one(settings, str(shop["client_id"]))
    await forget_all_keys(settings)
