import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.units import Samples
from tests.support.masters import carillon, written
from tests.support.sources import source, tracks
from transcode.encode import Workbench, run_command
from transcode.examine import examine
from transcode.ladder import FIRST, REST, rungs_for
from transcode.package import Packaged, package_order
from transcode.plan import Order, headroom_db, plan
from transcode.probe import probe
from transcode.progress import Done
from transcode.shares import digest_of, shares_of
from transcode.soon import original_of
from transcode.tools import Tools
from transcode.verify import Original

HOUR = 3600 * 44_100


@st.composite
def orders(draw: st.DrawFn) -> Order:
    info, samples = draw(tracks())
    rungs = draw(st.lists(st.sampled_from(rungs_for(info, (*FIRST, *REST))), unique=True))
    return Order(info=info, samples=samples, rungs=tuple(rungs), gain_db=-1.5)


@given(orders())
def test_every_command_is_somebodys_share(order: Order) -> None:
    commands = plan(order, Path("out"))

    shares = shares_of(commands)

    assert [share.number for share in shares] == list(range(len(commands)))
    assert all(share.audio_s >= 0 and share.cost_s >= 0 for share in shares)


@given(orders(), st.integers(1, 4))
def test_shares_cost_what_the_whole_does_and_little_more(order: Order, minutes: int) -> None:
    whole = shares_of(plan(replace(order, piece_s=10**6), Path("out")))
    cut = shares_of(plan(replace(order, piece_s=60 * minutes), Path("out")))

    total, least = (sum(share.cost_s for share in shares) for shares in (cut, whole))
    # A piece hears some seconds that are its neighbours'.
    assert least - 0.01 <= total <= 1.2 * least + 0.01 * len(cut)


def test_a_digest_tells_of_all_that_makes_other_bytes() -> None:
    order = Order(info=source(), samples=Samples(HOUR), rungs=REST[:3])
    others = [
        replace(order, samples=Samples(HOUR + 1)),
        replace(order, rungs=REST[:2]),
        replace(order, gain_db=-0.1),
        replace(order, piece_s=60),
        replace(order, info=source(rate=48_000)),
        replace(order, gains={REST[0]: -1.0}),
    ]

    digests = {digest_of(one, encoder="9.0") for one in (order, *others)}

    assert len(digests) == 1 + len(others)
    assert digest_of(replace(order), encoder="9.0") in digests
    assert digest_of(order, encoder="9.1") not in digests


async def ordered(tools: Tools, master: Path, folder: Path) -> tuple[Workbench, Original, Order]:
    found = await examine(tools, master, await probe(tools, master), folder=folder)
    original = original_of(found)
    rungs = rungs_for(found.info, REST)
    gain_db = headroom_db(original.loudness.true_peak_dbtp)
    order = Order(
        info=found.info, samples=original.samples, rungs=rungs, gain_db=gain_db, piece_s=6
    )
    return Workbench(tools=tools, source=found.source, folder=folder), original, order


def hashes(made: list[Packaged]) -> dict[str, str]:
    return {one.encoded.made.rung.name: one.encoded.sha256 for one in made}


async def in_shares(bench: Workbench, order: Order, folder: Path) -> frozenset[Path]:
    """Make the parts of a plan as so many workers would, each in a folder of its own."""
    gathered = plan(order, folder)
    for number, targets in enumerate(gathered):
        own = folder.with_name(f"worker-{number}")
        await asyncio.to_thread(own.mkdir)
        mine = plan(order, own)[number]
        await run_command(replace(bench, folder=own), order, mine)
        for there, here in zip(mine, targets, strict=True):
            await asyncio.to_thread(there.path.rename, here.path)
    return frozenset(target.path for targets in gathered for target in targets)


@pytest.mark.parametrize(("suffix", "subtype"), [("wav", "PCM_24"), ("mp3", "MPEG_LAYER_III")])
async def test_a_ladder_made_in_shares_is_the_same_to_the_byte(
    tools: Tools, tmp_path: Path, suffix: str, subtype: str
) -> None:
    path = tmp_path / f"master.{suffix}"
    master = carillon(path, samples=20 * 44_100 + 7, subtype=subtype)
    bench, original, order = await ordered(tools, master, tmp_path)
    told: list[Done] = []
    alone, joined = tmp_path / "alone", tmp_path / "joined"
    for folder in (alone, joined):
        await asyncio.to_thread(folder.mkdir)

    whole = await package_order(replace(bench, folder=alone), original, order)
    made = await in_shares(bench, order, joined)
    joining = replace(bench, folder=joined, made=made, progress=told.append)
    together = await package_order(joining, original, order)

    assert hashes(together) == hashes(whole)
    assert len(whole) == len(order.rungs)
    assert told[-1].whole == 1.0


async def test_a_rung_that_clips_is_made_anew_and_not_of_its_parts(
    tools: Tools, tmp_path: Path
) -> None:
    noise = np.random.default_rng(5).uniform(-1, 1, (44_100 * 2, 2))
    master = written(tmp_path / "noise.wav", noise, 44_100)
    bench, original, order = await ordered(tools, master, tmp_path)
    [rung] = [rung for rung in order.rungs if rung.name == "aac-64"]
    order = replace(order, rungs=(rung,), gain_db=0.0)
    joined = tmp_path / "joined"
    await asyncio.to_thread(joined.mkdir)
    made = await in_shares(bench, order, joined)

    [one] = await package_order(replace(bench, folder=joined, made=made), original, order)

    assert one.certificate.gain_db < 0
    assert one.certificate.clips_by_db == 0
