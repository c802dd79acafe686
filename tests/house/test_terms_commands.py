"""What plays cost, on a terminal."""

import json
from datetime import date
from pathlib import Path

import pytest

from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from refrain.terms import change_from, change_terms, show_terms
from tests.support.catalog import with_tables

NEXT_CENTURY = date(2100, 1, 1)


async def test_terms_on_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_dir=tmp_path, redis_url="redis://127.0.0.1:1/0")
    async with open_tools(settings) as tools:
        await with_tables(tools.database)

    await change_terms(settings, change_from(NEXT_CENTURY, prices="3, 6", artist_ppm=850_000))
    await show_terms(settings, as_json=True)

    first, second = json.loads(capsys.readouterr().out.splitlines()[-1])["terms"]
    assert (first["prices_millicredits"][-1], first["artist_ppm"]) == (512, 700_000)
    assert (second["prices_millicredits"], second["artist_ppm"]) == ([3, 6], 850_000)
    assert second["credit_value"] == first["credit_value"]
    for wrong in ("two", "1,0", ""):
        with pytest.raises(Refused, match="bad-terms"):
            await change_terms(settings, change_from(NEXT_CENTURY, prices=wrong))
    await show_terms(settings, as_json=False)
    assert "2100-01-01" in capsys.readouterr().out
