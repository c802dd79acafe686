"""What a mastering engineer would want to know of a master besides its loudness and peaks.

Lets every meter hear each passage; what is measured, and by which definition, is said in
`clipping`, `silence`, `stereo`, `spectrum`, `depth`, `resolution` and `traces`.
"""

from __future__ import annotations

from dataclasses import dataclass

from transcode.clipping import Clipping, ClippingOfChannels, no_clipping
from transcode.depth import DepthSoFar
from transcode.passage import Meter, Passage
from transcode.resolution import ResolutionSoFar
from transcode.silence import Silence, SilenceSoFar
from transcode.snippets import SnippetsSoFar, no_snippets
from transcode.spectrogram import Spectrogram
from transcode.spectrum import Bandwidth, SpectrumSoFar, no_spectrum
from transcode.stereo import ChannelsSoFar, no_channels
from transcode.traces import Traces, traces_in

#: Whoever uses no more bits is graded by them.
_GRADED_BITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was found; tuples have an entry for each channel.

    `depth_bits` are those that samples use, `step_bits` what their steps are worth where all
    are used and few of their values occur.
    """

    dc_offsets: tuple[float, ...]
    levels_dbfs: tuple[float | None, ...]
    clipping: tuple[Clipping, ...]
    silence: Silence
    correlation: float | None
    is_mono: bool
    bandwidth: Bandwidth
    depth_bits: int | None
    step_bits: int | None
    traces: Traces | None


class QualityMeter(Meter[Quality]):
    """Ends with a track's quality."""

    def __init__(self, sample_rate: int, channels: int, *, known_bits: int | None = None) -> None:
        """Begin a track; see `DepthSoFar` for `known_bits`."""
        super().__init__(channels)
        self._heard = _Heard(
            channels=no_channels(channels),
            clipping=no_clipping(channels),
            silence=SilenceSoFar(),
            spectrum=no_spectrum(sample_rate),
            depth=DepthSoFar(known_bits=known_bits),
            resolution=ResolutionSoFar(),
            snippets=no_snippets(sample_rate),
        )

    def hear(self, passage: Passage) -> None:
        """Listen on."""
        self._heard = self._heard.after(passage)

    def ended(self, rest: Passage) -> Quality:
        """Answer the quality of a track that ends here."""
        return self._after(rest).result()

    def spectrogram(self, rest: Passage) -> Spectrogram:
        """Answer the picture of a track that ends here."""
        return self._heard.spectrum.spectrogram(rest)

    def _after(self, rest: Passage) -> _Heard:
        return self._heard.after(rest) if rest.samples.size else self._heard


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Heard:
    """Every meter's state; a value, so that asking for a result disturbs nothing."""

    channels: ChannelsSoFar
    clipping: ClippingOfChannels
    silence: SilenceSoFar
    spectrum: SpectrumSoFar
    depth: DepthSoFar
    resolution: ResolutionSoFar
    snippets: SnippetsSoFar

    def after(self, passage: Passage) -> _Heard:
        depth = self.depth.after(passage)
        is_fine = depth.bits is None or depth.bits > _GRADED_BITS
        return _Heard(
            channels=self.channels.after(passage),
            clipping=self.clipping.after(passage),
            silence=self.silence.after(passage),
            spectrum=self.spectrum.after(passage),
            depth=depth,
            resolution=self.resolution.after(passage) if is_fine else self.resolution,
            snippets=self.snippets.after(passage),
        )

    def result(self) -> Quality:
        bandwidth = self.spectrum.result()
        return Quality(
            dc_offsets=self.channels.dc_offsets(),
            levels_dbfs=self.channels.levels_dbfs(),
            clipping=self.clipping.result(),
            silence=self.silence.result(),
            correlation=self.channels.correlation(),
            is_mono=self.channels.is_mono(),
            bandwidth=bandwidth,
            depth_bits=self.depth.bits,
            step_bits=self.resolution.bits(),
            traces=traces_in(
                self.snippets.kept,
                self.spectrum.sample_rate,
                is_suspect=bandwidth.is_cut or bandwidth.old_rate is not None,
            ),
        )
