from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounting.terms import add_terms, all_terms, terms_at
from base.database import Database
from base.errors import Refused

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
AGREED = ((2, 4, 8, 16, 32, 64, 128, 256, 512), 1_200_000, 700_000)
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


async def test_terms_are_added_for_what_is_to_come_and_never_for_what_was(
    database: Database,
) -> None:
    async with database.begin() as session:
        [first] = await all_terms(session)
        later = replace(first, valid_from=NEW_YEAR, prices=(3, 6), artist_ppm=850_000)
        number = await add_terms(session, later, now=NOON)

        with pytest.raises(Refused, match="terms already that begin at"):
            await add_terms(session, later, now=NOON)
        with pytest.raises(Refused, match="begin later"):
            await add_terms(session, replace(later, valid_from=NOON), now=NOON)

        assert number != first.id
        assert (first.prices, first.credit_value_micros, first.artist_ppm) == AGREED
        assert await terms_at(session, NEW_YEAR - timedelta(microseconds=1)) == first
        assert await terms_at(session, NEW_YEAR) == replace(later, id=number)
