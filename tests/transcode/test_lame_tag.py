from pathlib import Path

import numpy as np
import pytest
import soundfile

from base.errors import Broken
from base.units import Samples
from tests.support.masters import tone
from tests.support.renditions import decoded, packaged
from transcode.ladder import REST
from transcode.lame_tag import state_length
from transcode.tools import Tools

MP3 = next(rung for rung in REST if rung.name == "mp3-320")


@pytest.mark.parametrize("channels", [1, 2])
# Of 10 frames and so many samples ffmpeg tells 47, 17 and none too many.
@pytest.mark.parametrize("odd", [0, 1, 30, 48, 1_151])
async def test_an_mp3_has_the_samples_of_its_master(
    tools: Tools, tmp_path: Path, odd: int, channels: int
) -> None:
    samples = 11_520 + odd
    frames, rate = soundfile.read(tone(tmp_path / "tone.wav", seconds=1))
    master = tmp_path / "master.wav"
    soundfile.write(master, frames[:samples, :channels], rate)

    [made] = await packaged(tools, master, tmp_path / "out", [MP3])

    assert made.certificate.samples == samples
    assert decoded(made.encoded.made).shape == (samples, channels)


def test_what_has_no_tag_or_too_few_frames_is_ours_to_mend(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3" + np.random.default_rng(1).bytes(500))

    with pytest.raises(Broken, match="wrong-rendition"):
        state_length(path, Samples(1))
