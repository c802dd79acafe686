"""Numbers for operators: what connections answer beneath the application counts as well."""

import asyncio
import re
from pathlib import Path

import pytest

from stream.metrics import kind_of
from tests.support.origin import open_origin
from tests.support.wire import get, wire


async def test_answers_of_both_ways_are_counted_by_kind(tmp_path: Path) -> None:
    async with open_origin(tmp_path) as origin, wire(origin.url) as opened:
        await opened.get(origin.path(), Range="bytes=0-99")
        await asyncio.sleep(0.1)
        for _ in range(3):
            _, headers, _ = await opened.get(origin.path(), Range="bytes=0-99")
        assert headers["server-timing"] == "hot"
        opened.send(origin.path(), method="HEAD")
        await opened.answer(has_body=False)
        _, headers, _ = await opened.get(f"/media/{origin.ticket}/aac-128.m3u8")
        assert re.fullmatch(r"app;dur=[0-9.]+", headers["server-timing"])

        _, _, text = await get(origin.url, "/metrics")

    said = text.decode()
    counted = r'^refrain_answer_seconds_count\{kind="(\w+)"\} ([0-9.]+)'
    found = dict(re.findall(counted, said, re.MULTILINE))
    assert {kind: float(number) for kind, number in found.items()} == {"media": 5, "playlist": 1}
    media = re.escape('route="/media/{ticket}/{object}"')
    for method, number in (("GET", 4), ("HEAD", 1)):
        asked = rf'requests_total{{method="{method}",{media},status="20[06]"}} ([0-9.]+)'
        assert [float(one) for one in re.findall(asked, said)] == [number]
    [size_bytes] = re.findall(rf"response_bytes_total{{{media}}} ([0-9.]+)", said)
    assert 400 <= float(size_bytes) < 2_000  # the application counts heads as well
    assert re.search(r"^refrain_connections [1-9]", said, re.MULTILINE)
    assert 'refrain_answer_seconds_bucket{kind="media",le="0.01"}' in said


@pytest.mark.parametrize(
    ("route", "kind"),
    [
        ("/media/{ticket}/{object}", "media"),
        ("/edge/{ticket}/{until}/{seal}/{tag}/{object}", "media"),
        ("/media/{ticket}/{rung}.m3u8", "playlist"),
        ("/media/{ticket}/manifest.mpd", "playlist"),
        ("/api/v1/plays", "api"),
        ("/", "page"),
        ("none", "page"),
    ],
)
def test_a_route_is_of_one_kind(route: str, kind: str) -> None:
    assert kind_of(route) == kind
