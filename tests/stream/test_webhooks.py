from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.served import Client, served


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with served(tmp_path) as opened:
        yield opened


async def test_an_address_that_nothing_can_be_sent_to_is_refused_at_once(client: Client) -> None:
    token = await client.artist()

    for url, code in (
        ("http://name:secret@label.example/hook", "address-unfit"),
        ("http://127.0.0.1:8000/hook", "private-address"),
        ("http://localhost/hook", "private-address"),
    ):
        answer = await client.ask("POST", "/api/v1/webhooks", token=token, data={"url": url})
        assert (answer.status, answer.json["type"].rpartition(":")[2]) == (422, code)
        assert "secret" not in answer.json["detail"]
    fit = {"url": "https://label.example/hook"}
    assert (await client.ask("POST", "/api/v1/webhooks", token=token, data=fit)).status == 201
