"""What an artist is told: the code, how bad it is, where, and in which words."""

import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import firwin, lfilter, resample_poly

from base.errors import Refused
from tests.support.masters import ROOT
from transcode.bounds import BOUNDS
from transcode.findings import Examined, Finding, Lossy, Severity, Unsound, clock, finding_of
from transcode.hearing import Hearing
from transcode.report import findings_of
from transcode.source import SourceInfo
from transcode.spectrum import Bandwidth
from transcode.traces import Traces

RATE = 44_100
Sound = NDArray[np.floating]


def noise(seconds: float = 4, *, level: float = 0.05, seed: int = 1, rate: int = RATE) -> Sound:
    return np.random.default_rng(seed).normal(0, level, (round(seconds * rate), 2))


def info(*, rate: int = RATE, bits: int = 16, channels: int = 2) -> SourceInfo:
    return SourceInfo(
        container="flac",
        codec="flac",
        sample_rate=rate,
        channels=channels,
        bit_depth=bits,
        is_float=False,
        is_lossless=True,
        declared_samples=None,
    )


def examined(
    sound: Sound, *, rate: int = RATE, bits: int = 16, used: int | None = None
) -> Examined:
    half = 2.0 ** ((used or bits) - 1)
    whole = np.clip(np.rint(sound * half), -half, half - 1) / half
    source = info(rate=rate, bits=bits, channels=sound.shape[1])
    hearing = Hearing(source)
    hearing.block(whole.astype("<f4").tobytes())
    return Examined(info=source, heard=hearing.result())


def found(one: Examined) -> dict[str, Finding]:
    return {finding.code: finding for finding in findings_of(one)}


def about_its_past(
    sound: Sound, *, rate: int = RATE, bits: int = 16, used: int | None = None
) -> set[str]:
    codes = set(found(examined(sound, rate=rate, bits=bits, used=used)))
    return codes - {"quiet", "loud", "true_peak", "lossy_headroom"}


def test_a_master_that_is_as_it_should_be_has_nothing_to_complain_of() -> None:
    assert about_its_past(noise()) == set()


def test_clipping_is_told_with_its_places() -> None:
    sound = noise()
    sound[RATE : RATE + 40, 0] = 1.0
    sound[2 * RATE : 2 * RATE + 5, 1] = -1.0

    clipped = found(examined(sound))["clipped"]

    assert clipped.severity is Severity.WARNING
    assert "2 places" in clipped.text
    assert clipped.at is not None
    assert clipped.at[0] == pytest.approx((1, 1 + 40 / RATE), abs=1e-6)
    assert clipped.at[1] == pytest.approx((2, 2 + 5 / RATE), abs=1e-6)


def test_of_very_many_flat_tops_it_is_said_which_are_shown() -> None:
    sound = noise()
    sound[:40_000].reshape(-1, 100, 2)[:, :5, 0] = 1.0

    assert "400 places, the longest 5 samples (0.1 ms) long. The longest are shown." in (
        found(examined(sound))["clipped"].text
    )


def test_a_single_flat_top_is_a_note() -> None:
    sound = noise()
    sound[RATE : RATE + 4, 0] = 1.0

    assert found(examined(sound))["clipped"].severity is Severity.NOTE


def floating(sound: Sound) -> dict[str, Finding]:
    source = replace(info(bits=32), is_float=True, codec="pcm_f32le")
    hearing = Hearing(source)
    hearing.block(sound.astype("<f4").tobytes())
    return found(Examined(info=source, heard=hearing.result()))


def test_what_floats_hold_beyond_full_scale_is_not_cut_off_yet() -> None:
    said = floating(noise(level=0.5))

    assert "clipped" not in said
    assert said["true_peak"].severity is Severity.WARNING
    assert "only floating point" in said["true_peak"].text
    assert "9.0 dB quieter" in said["true_peak"].advice


@pytest.mark.parametrize("ceiling", [1.0, 1.5])
def test_flat_tops_of_floats_are_clipped_wherever_they_are(ceiling: float) -> None:
    assert "clipped" in floating(np.clip(noise(level=0.9), -ceiling, ceiling))


def test_silence_is_told_at_the_ends_and_inside() -> None:
    def pause(seconds: float) -> Sound:
        return np.zeros((round(seconds * RATE), 2))

    sound = np.concatenate([pause(1.5), noise(1), pause(2.5), noise(1), pause(6)])

    said = [one for one in findings_of(examined(sound)) if one.code == "silence"]

    places = [one.at[0] for one in said if one.at]
    assert places == [
        pytest.approx((0, 1.5), abs=0.01),
        pytest.approx((6, 12), abs=0.01),
        pytest.approx((2.5, 5), abs=0.01),
    ]
    assert found(examined(pause(3)))["silence"].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("offset", "severity"), [(0.0005, None), (0.004, Severity.NOTE), (0.02, Severity.WARNING)]
)
def test_an_offset_is_as_bad_as_it_is_large(offset: float, severity: Severity | None) -> None:
    said = found(examined(noise() + offset)).get("dc_offset")

    assert (said and said.severity) == severity


@pytest.mark.parametrize(
    ("right", "code"),
    [
        (1.0, "fake_stereo"),
        (0.5, "fake_stereo"),
        (0.0, "fake_stereo"),
        (-1.0, "out_of_phase"),
    ],
)
def test_channels_that_are_one_are_told(right: float, code: str) -> None:
    left = noise()[:, :1]

    assert about_its_past(np.hstack([left, right * left]), bits=24) == {code}


def test_channels_that_work_against_each_other_are_told() -> None:
    left, other = noise()[:, :1], noise(seed=2)[:, :1]

    assert about_its_past(np.hstack([left, 0.6 * other - 0.8 * left])) == {"out_of_phase"}


@pytest.mark.parametrize("gain", [1.0, 0.61, 0.07])
def test_padding_is_found_whatever_the_gain(gain: float) -> None:
    whole = np.rint(noise(level=0.1) * 32_767) / 32_768

    assert about_its_past(whole * gain, bits=24) == {"padded_bits"}
    assert about_its_past(noise(level=0.1) * gain, bits=24) == set()


@pytest.mark.parametrize("hertz", [100, 441, 1_000, 4_410])
def test_a_tone_of_few_values_is_not_padded(hertz: int) -> None:
    wave = 0.7 * np.sin(2 * np.pi * hertz * np.arange(4 * RATE) / RATE)
    other = 0.6 * np.sin(2 * np.pi * hertz * np.arange(4 * RATE) / RATE + 1)

    assert "padded_bits" not in about_its_past(np.stack([wave, other], axis=1), bits=24)


@pytest.mark.parametrize("old", [44_100, 48_000])
def test_a_higher_rate_is_found_out(old: int) -> None:
    low = noise(rate=old)
    high = resample_poly(low, 96_000 // 300, old // 300, axis=0, window=("kaiser", 12.0))

    said = found(examined(high, rate=96_000, bits=24))

    assert "upsampled" in said
    assert said["upsampled"].confidence is not None
    assert "upsampled" not in about_its_past(noise(rate=96_000), rate=96_000, bits=24)


def test_an_honest_filter_is_a_note_and_no_accusation() -> None:
    cut = lfilter(firwin(501, 15_000, fs=RATE), [1], noise(), axis=0)

    said = found(examined(cut))

    assert said["band_limited"].severity is Severity.NOTE
    assert "15 kHz" in said["band_limited"].text
    assert not {"lossy_source", "upsampled"} & set(said)


def test_odd_rates_and_depths_are_noted() -> None:
    assert about_its_past(noise(rate=37_800), rate=37_800, bits=12) == {"odd_rate", "odd_depth"}


def test_what_services_make_of_it_is_told() -> None:
    loud, quiet = found(examined(noise(level=0.2))), found(examined(noise(level=0.01)))

    assert re.search(r"Plays \d\.\d dB quieter .* -14 LUFS", loud["loud"].text)
    assert "to turn it up" in quiet["quiet"].text


def test_what_an_encoder_would_have_made_of_it_is_told() -> None:
    one = replace(
        examined(noise(level=0.2)),
        gain_db=-1.1,
        lossy=(Lossy(name="aac-128", gain_db=-1.1, peak_dbfs=-0.3),),
    )

    said = found(one)["lossy_headroom"]

    assert said.text == "Clips by 0.8 dB after aac-128: encoded with 1.1 dB headroom."


def test_what_one_rendition_got_is_told_beside_what_all_got() -> None:
    worse = Lossy(name="opus-64", gain_db=-3.6, peak_dbfs=-0.1)
    one = replace(examined(noise(level=0.2)), gain_db=-1.9, lossy=(worse,))

    said = found(one)["lossy_headroom"]

    assert said.text.endswith("encoded with 3.6 dB headroom, 1.9 dB of which all have.")


def test_the_worst_is_told_first() -> None:
    sound = noise() + 0.004
    sound[RATE : RATE + 100] = 1.0

    severities = [finding.severity for finding in findings_of(examined(sound))]

    assert severities == sorted(severities, key=list(Severity).index)
    assert len(set(severities)) > 1


def test_a_refusal_is_a_finding_too() -> None:
    cut = Finding(
        code="truncated", severity=Severity.ERROR, text="Cut off.", advice="Again.", at=((1, 2),)
    )

    assert finding_of(Unsound(cut)) is cut
    assert Unsound(cut).sentence == "Cut off. Again."
    assert finding_of(Refused("not-audio", "No sound.")).text == "No sound."


@pytest.mark.parametrize(
    ("seconds", "printed"), [(0.04, "0:00.0"), (61.25, "1:01.2"), (3600, "60:00.0")]
)
def test_places_are_printed_as_players_do(seconds: float, printed: str) -> None:
    assert clock(seconds) == printed


def test_the_page_says_the_bounds_that_the_rules_use() -> None:
    page = (ROOT / "docs" / "quality-report.md").read_text()

    for name, bound in BOUNDS.items():
        row = f"| {name.lower()} | {bound.value:g} {bound.unit} | {bound.because} |"
        assert row in page, f"docs/quality-report.md should hold:\n{row}"


def test_the_end_that_an_encoder_makes_is_no_old_rate() -> None:
    one = examined(noise())
    bandwidth = Bandwidth(cutoff_hz=21_000, is_cut=True, old_rate=44_100)

    def codes(traces: Traces) -> set[str]:
        quality = replace(one.heard.quality, bandwidth=bandwidth, traces=traces)
        source = replace(one.info, sample_rate=48_000)
        return set(found(replace(one, info=source, heard=replace(one.heard, quality=quality))))

    same, other = (Traces(codec="aac", sample_rate=rate, strength=9) for rate in (48_000, 44_100))
    assert "upsampled" not in codes(same)
    assert {"upsampled", "lossy_source"} <= codes(other)
