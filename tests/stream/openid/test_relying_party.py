"""Applications that are not ours, by what they find out for themselves: oauthlib, openid-client."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet
from oauthlib.oauth2 import BackendApplicationClient, WebApplicationClient
from requests_oauthlib import OAuth2Session

from tests.support.openid import BACK, application, somebody
from tests.support.served import Client
from tests.support.web import MODULES, module, run_node

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(autouse=True)
def unsafe_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def found(house: Client) -> dict[str, Any]:
    address = f"{house.url}/.well-known/openid-configuration"
    said: dict[str, Any] = requests.get(address, timeout=10).json()
    return said


async def meanwhile(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - what it answers
    return await asyncio.to_thread(work)


async def test_a_player_that_knows_only_our_address(house: Client) -> None:
    player, browser = await application(house), await somebody(house)
    where = await meanwhile(lambda: found(house))
    oauth = OAuth2Session(
        client=WebApplicationClient(player.client.id),
        redirect_uri=BACK,
        scope=["openid", "profile", "play"],
        pkce="S256",
    )

    address, state = oauth.authorization_url(where["authorization_endpoint"], nonce="n")
    back = await browser.let_in(**dict(parse_qsl(urlsplit(address).query)))
    assert back.told["state"] == state
    tokens = await meanwhile(
        lambda: oauth.fetch_token(
            where["token_endpoint"], authorization_response=back.location, include_client_id=True
        )
    )

    keys = KeySet.import_key_set(
        await meanwhile(lambda: requests.get(where["jwks_uri"], timeout=10).json())
    )
    claims = jwt.decode(tokens["id_token"], keys, where["id_token_signing_alg_values_supported"])
    assert claims.claims["nonce"] == "n"
    assert claims.claims["iss"] == where["issuer"] == back.told["iss"]
    about = await meanwhile(lambda: oauth.get(where["userinfo_endpoint"]).json())
    assert about["sub"] == claims.claims["sub"] == str(browser.who.id)
    fresh = await meanwhile(
        lambda: oauth.refresh_token(where["token_endpoint"], client_id=player.client.id)
    )
    assert fresh["refresh_token"] != tokens["refresh_token"]
    gone = await meanwhile(
        lambda: requests.post(
            where["revocation_endpoint"],
            data={"token": fresh["refresh_token"], "client_id": player.client.id},
            timeout=10,
        )
    )
    assert gone.status_code == 200
    late = await meanwhile(lambda: oauth.get(where["userinfo_endpoint"]))
    assert late.status_code == 401


async def test_a_service_in_its_own_name(house: Client) -> None:
    owner = (await somebody(house)).who
    service = await application(
        house, is_public=False, account_id=owner.id, scopes=["account.read"]
    )
    oauth = OAuth2Session(client=BackendApplicationClient(service.client.id))

    def act() -> Any:  # noqa: ANN401 - a document
        oauth.fetch_token(f"{house.url}/oauth/token", client_secret=service.secret)
        return oauth.get(f"{house.url}/api/v1/account").json()

    assert (await meanwhile(act))["id"] == str(owner.id)


async def test_a_service_by_openid_client(house: Client) -> None:
    module("openid-client", "package.json")
    owner = (await somebody(house)).who
    service = await application(
        house, is_public=False, account_id=owner.id, scopes=["openid", "play", "account.read"]
    )
    script = Path(__file__).parents[2] / "support" / "relying.node.mjs"

    said = await meanwhile(
        lambda: run_node(script, MODULES, house.url, service.client.id, service.secret or "")
    )

    assert (said["issuer"], said["scope"]) == (house.url, "account.read")
    assert said["active"] == [True, False]
    assert len(said["code"]) == 9
