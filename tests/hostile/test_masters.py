"""Files that somebody sends to do harm, or by bad luck, through the engine."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from base.errors import Refused
from ingest.sniff import Level, sniff
from tests.support.formats import TAKEN
from tests.support.hostile import forms_cut, headers, playlists, polyglots, silence, tags
from tests.support.verdicts import SOUND, canary_in, verdict, verdicts
from transcode.encode import Workbench
from transcode.probe import probe
from transcode.soon import open_master
from transcode.source import MOST_HOURS
from transcode.tools import Tools

LOSSLESS = [
    *("wav 16", "wav 24", "wav float", "rf64", "bwf", "w64", "aiff", "aifc", "flac"),
    *("flac in ogg", "alac", "pcm in mov", "wavpack", "caf", "alac in caf"),
]
UNSURE_ENDS = ("alac", "wavpack", "alac in caf")
#: What a header may claim, and what is said of it; the rest is `not-audio`.
SAID = {
    "wav of 64 channels": "too-many-channels",
    "flac of 8 channels": "too-many-channels",
    "caf of 64 channels": "too-many-channels",
    "wav of one bit": "truncated",
    "wav of a negative size": "truncated",
    "wav of size -1 less one": "truncated",
    "rf64 of 10^9 s": "too-long",
    "flac of 2^36 samples": "too-long",
    "caf of 2^62 bytes": "too-long",
    # An AAC encoder sat over these for an hour.
    "wav with floats of a thousand million": "beyond-scale",
    "wav with floats near the end of floats": "beyond-scale",
    # ffmpeg makes sense of these, as of much else.
    "wav with frames of no bytes": SOUND,
    "wav with frames of 65535 bytes": SOUND,
    "wav with a thousand formats": SOUND,
    "wav with data before its format": SOUND,
    "wav in itself": SOUND,
    "caf of a negative size": SOUND,
}


def early(data: bytes) -> str | None:
    refusal = sniff(data[: 1 << 20], "song.wav", len(data)).refusal
    return refusal and refusal.code


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m3u8"])
async def test_a_playlist_in_disguise_opens_no_other_file(
    engine: Tools, tmp_path: Path, suffix: str
) -> None:
    cases = dict(playlists(canary_in(tmp_path)))

    found = await verdicts(engine, cases.items(), tmp_path, suffix=suffix)

    assert SOUND not in found.values()
    assert set(found.values()) <= {"playlist", "not-audio", "truncated"}
    assert found["m3u8"] == found["ffconcat"] == "playlist"
    assert {early(data) for data in cases.values()} == {"playlist", "text", None}


async def test_a_header_is_not_believed(engine: Tools, tmp_path: Path) -> None:
    cases = dict(headers())

    found = await verdicts(engine, cases.items(), tmp_path)

    assert found == {name: SAID.get(name, "not-audio") for name in cases}
    # What is refused early is refused late: who is sent away would not have been let in.
    refused_early = {name for name, data in cases.items() if early(data)}
    assert [name for name in refused_early if found[name] == SOUND] == []


async def test_what_is_two_things_is_music_or_nothing(
    engine: Tools, tmp_path: Path, forms: dict[str, Path]
) -> None:
    wav, mp3 = forms["wav 16"].read_bytes(), forms["mp3 without tags"].read_bytes()
    cases = dict(polyglots(wav, mp3))

    found = await verdicts(engine, cases.items(), tmp_path)

    assert set(found.values()) <= {SOUND, "not-audio", "playlist"}
    codes = {name: early(data) for name, data in cases.items()}
    assert [name for name, code in codes.items() if code is None] == [
        *("wav with a zip behind", "mp3 with html in its tags", "wav with html in a chunk")
    ]


@pytest.mark.parametrize("places", [4, pytest.param(40, marks=pytest.mark.chaos)])
async def test_a_lossless_master_that_was_cut_off_is_never_taken(
    engine: Tools, tmp_path: Path, forms: dict[str, Path], places: int
) -> None:
    cases = {
        f"{name} at {place}": data
        for name in LOSSLESS
        for place, data in forms_cut(forms[name].read_bytes(), places)
    }

    found = await verdicts(engine, cases.items(), tmp_path)

    taken = {name for name, code in found.items() if code == SOUND}
    # Of these the last byte is none of the music's.
    assert taken <= {f"{name} at {len(forms[name].read_bytes()) - 1}" for name in UNSURE_ENDS}


@pytest.mark.parametrize("form", ["mp3 in wav", "adpcm in wav"])
async def test_a_compressed_wav_that_was_cut_off_is_not_taken(
    engine: Tools, tmp_path: Path, forms: dict[str, Path], form: str
) -> None:
    data = forms[form].read_bytes()

    found = await verdicts(engine, [("cut", data[: len(data) // 2])], tmp_path)

    assert found == {"cut": "truncated"}


_MANY = 100


async def test_a_lossy_master_of_which_most_cannot_be_decoded_is_damaged(
    engine: Tools, tmp_path: Path, forms: dict[str, Path]
) -> None:
    data = bytearray(forms["adpcm in wav"].read_bytes())
    data[32] ^= 0x40  # blocks of another length: few of them begin where it is looked for

    found = await verdicts(engine, [("x", bytes(data))], tmp_path)

    assert found == {"x": "damaged"}


@st.composite
def flips(draw: st.DrawFn) -> list[tuple[float, int]]:
    """Draw where to change bytes, most of them near the beginning, and to what."""
    place = st.floats(0, 0.01) | st.floats(0, 0.1) | st.floats(0, 1, exclude_max=True)
    value = st.sampled_from([0, 0x7F, 0x80, 0xFF]) | st.integers(0, 255)
    return draw(st.lists(st.tuples(place, value), min_size=1, max_size=12))


def fuzz(engine: Tools, folder: Path, master: Path, *, examples: int) -> None:
    """Change bytes of a master: it is sound, or refused; nothing else comes out of it."""
    good = master.read_bytes()
    path = folder / f"flipped{master.suffix}"

    @settings(
        max_examples=examples,
        derandomize=examples < _MANY,  # a short run is the same each time, a long one never
        database=None,
        phases=[Phase.generate],  # to make one smaller takes longer than to look at it
    )
    @given(flips())
    def try_one(changes: list[tuple[float, int]]) -> None:
        data = bytearray(good)
        for place, value in changes:
            data[int(place * len(data))] = value
        path.write_bytes(data)
        asyncio.run(asyncio.wait_for(verdict(engine, path, folder), 120))

    try_one()


@pytest.mark.parametrize("examples", [3, pytest.param(300, marks=pytest.mark.chaos)])
@pytest.mark.parametrize("form", TAKEN)
def test_a_master_with_flipped_bytes_is_refused_or_taken(
    engine: Tools, tmp_path: Path, forms: dict[str, Path], form: str, examples: int
) -> None:
    fuzz(engine, tmp_path, forms[form], examples=examples)


@pytest.mark.chaos
async def test_silence_that_was_packed_five_thousand_times_has_an_end(
    engine: Tools, tmp_path: Path
) -> None:
    path = tmp_path / "silence.flac"
    path.write_bytes(silence(MOST_HOURS + 0.5))

    assert path.stat().st_size < 200_000
    assert await verdict(engine, path, tmp_path) == "too-long"


@pytest.mark.parametrize("name", ["rf64 of 10^9 s", "flac of 2^36 samples", "wav of 64 channels"])
async def test_what_claims_too_much_costs_nothing_to_open(
    engine: Tools, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "claims.wav"
    path.write_bytes(dict(headers())[name])

    with pytest.raises(Refused):
        await open_master(
            Workbench(tools=engine, source=path, folder=tmp_path),
            await probe(engine, path),
            lambda _: None,  # type: ignore[arg-type, return-value] # nothing grows
        )


@pytest.mark.parametrize("megabytes", [4, pytest.param(100, marks=pytest.mark.chaos)])
async def test_tags_cost_a_master_nothing_but_themselves(
    engine: Tools, tmp_path: Path, forms: dict[str, Path], megabytes: int
) -> None:
    mp3, flac = forms["mp3 without tags"].read_bytes(), forms["flac"].read_bytes()

    found = await verdicts(engine, tags(mp3, flac, megabytes=megabytes), tmp_path, suffix="mp3")

    assert set(found.values()) == {SOUND}


def test_the_early_word_and_the_engine_agree_on_what_is_taken(forms: dict[str, Path]) -> None:
    levels = {
        name: sniff(path.read_bytes(), path.name, path.stat().st_size).level
        for name, path in forms.items()
    }

    assert Level.REFUSE not in levels.values()
