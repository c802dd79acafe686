from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.delivering import (
    a_partner,
    taken,
)
from tests.support.ern import US
from tests.support.ern_album import Album, Song
from tests.support.working import workshop
from workers.holding import Holding


@pytest.fixture
async def holding(tmp_path: Path) -> AsyncIterator[Holding]:
    async with workshop(tmp_path, ddex_party_id=US) as opened:
        yield opened


async def test_a_message_with_its_files_becomes_a_draft_with_all_that_it_says(
    holding: Holding,
) -> None:
    partner = await a_partner(holding)

    message = await taken(
        holding, partner, Album(songs=(Song(number=1), Song(number=2, data=b"2")))
    )

    print(message.state, message.findings)
    assert message.supplied_id is not None
