from datetime import timedelta
from pathlib import Path

from accounting.closing import close
from accounting.months import month_named
from base.clock import ManualClock
from base.settings import Settings
from base.tools import open_tools
from catalog.schema import upgrade
from tests.support.books import book_play, song
from workers.months import remind_of_month

ZONE = "Europe/Berlin"
MARCH = month_named("2026-03", ZONE)
EARLY = MARCH.starts_at + timedelta(days=3)


async def test_of_a_month_that_waits_to_be_closed_somebody_is_told(tmp_path: Path) -> None:
    clock = ManualClock(EARLY)
    settings = Settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:1/0")
    async with open_tools(settings, clock) as tools:
        await upgrade(tools.database)
        before = await remind_of_month(tools)
        of = await song(tools.database)
        await tools.database.run(lambda session: book_play(session, of, step=1, at=EARLY))
        clock.advance(MARCH.ends_at + timedelta(days=4) - EARLY)
        early = await remind_of_month(tools)
        clock.advance(timedelta(days=1))
        late = await remind_of_month(tools)
        await close(tools.database, MARCH.name, zone=ZONE, clock=clock)
        after = await remind_of_month(tools)

    assert (before, early, late, after) == (None, None, "2026-03", None)
