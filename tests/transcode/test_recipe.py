import hashlib
from dataclasses import replace
from pathlib import Path

from base.units import Samples
from transcode.graphs import encode
from transcode.ladder import FIRST, REST, Codec, Rung, rungs_for
from transcode.plan import Order, plan
from transcode.recipe import PACKAGING, RULES, TAGGING, recipe_of, recipes
from transcode.source import SourceInfo

LADDER = (*FIRST, *REST)
KNOWN = "8beca735ae34a920"


def test_every_rung_has_a_recipe_of_its_own() -> None:
    assert len(set(recipes().values())) == len(LADDER)
    assert recipes() == {rung.name: recipe_of(replace(rung)) for rung in LADDER}


def test_whatever_is_changed_in_a_rung_changes_its_recipe() -> None:
    rung = FIRST[0]
    changes = {"bitrate_bps": 96_000, "most_rate": 48_000, "opens": False, "is_preview": True}

    others = [recipe_of(replace(rung, **{name: value})) for name, value in changes.items()]  # type: ignore[arg-type] # fields of a rung

    assert len({recipe_of(rung), *others}) == len(others) + 1


def test_whoever_changes_a_command_says_so_in_the_recipe() -> None:
    said = hashlib.sha256()
    for rate, bits, seconds in ((44_100, 16, 300), (96_000, 24, 3)):
        info = SourceInfo(
            container="wav",
            codec="pcm",
            sample_rate=rate,
            channels=2,
            bit_depth=bits,
            is_float=False,
            is_lossless=True,
            declared_samples=Samples(seconds * rate),
            is_seekable=True,
        )
        rungs: tuple[Rung, ...] = rungs_for(info, LADDER)
        order = Order(info=info, samples=Samples(seconds * rate), rungs=rungs, gain_db=-0.5)
        for targets in plan(order, Path("/f")):
            said.update(repr(encode("ffmpeg", Path("/m"), info, targets)).encode())
    numbers = {**RULES, "packaging": PACKAGING, "tagging": TAGGING}

    # Raise a number in transcode/recipe.py where other bytes come out, and write the new one here.
    assert said.hexdigest()[:16] == KNOWN
    assert {name: number for name, number in numbers.items() if number != 1} == {Codec.FLAC: 2}
