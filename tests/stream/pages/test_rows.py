"""What a row says of a price is what buying is quoted: by deals, and of one's own music."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from accounting.deals import EVERYWHERE, DealModel, Dealt
from accounting.quoting import Article
from base.settings import Settings
from catalog.plays import Standing
from stream.pages.listener.rows import Looking, stake_of
from tests.accounting.test_pricing import terms
from tests.support.catalog import NOON

TERMS, WHO = terms(), UUID(int=7)
UNHEARD = Standing(plays=0, owned_at=None)


@pytest.mark.parametrize(
    ("owner", "dealt", "is_sold"),
    [
        (uuid4(), EVERYWHERE, True),
        (uuid4(), Dealt(model=DealModel.FREE), False),
        (uuid4(), Dealt(model=DealModel.UNAVAILABLE), False),
        (WHO, EVERYWHERE, False),
    ],
)
def test_a_row_has_a_price_where_there_is_something_to_buy(
    owner: UUID, dealt: Dealt, *, is_sold: bool, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:1/0")
    looks = Looking(who=None, listener_id=WHO, terms=TERMS, at=NOON, settings=settings)
    article = Article(track_id=uuid4(), recording_id=uuid4(), owner_id=owner, is_audible=True)

    row = stake_of(looks, article, UNHEARD, dealt)

    left = sum(TERMS.prices) if is_sold else 0
    assert row["remainder_millicredits"] == left
    assert row["plays_left"] == (len(TERMS.prices) if is_sold else 0)
