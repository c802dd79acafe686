"""Programs that people have play a track from a real house, and sound where they are sent."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.support.children import unprivileged
from tests.support.house import House, open_house
from tests.support.masters import carillon
from tests.support.places import COARSE, coarse, place_of
from tests.support.renditions import the_tools
from tests.support.s3 import stored_on

SECONDS, RATE = 15, 44_100
#: What is compared: so much, a little after the beginning, where a player may still fade in.
HEARD_S, AFTER_S = 0.3, 0.1
#: A file that is lossless is exact; of others each program hides the priming in its own way.
EXACT_S, NEAR_S = 0.002, 0.06
#: libavformat goes to a whole packet of HLS, and a frame of FLAC is 0.1 s.
PACKET_S = 0.12
FRAGMENT_S = 6.0
ALIKE = 0.9
MOST_TRIES = 3
TIMEOUT_S = 60
Play = Callable[[str, int, Path], list[str | Path]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the media of a play session are, and what the track sounds like."""

    media: str
    master: NDArray[np.floating]


def ffmpeg(url: str, place: int, sound: Path) -> list[str | Path]:
    program = the_tools().ffmpeg
    return [program, "-v", "error", "-ss", str(place), "-i", url, "-t", "2", "-y", sound]


def mpv(url: str, place: int, sound: Path) -> list[str | Path]:
    written = ["--no-video", "--really-quiet", "--ao=pcm", f"--ao-pcm-file={sound}"]
    return ["mpv", "--no-config", *written, f"--start={place}", "--length=2", url]


def vlc(url: str, place: int, sound: Path) -> list[str | Path]:
    written = f"#transcode{{acodec=s16l}}:std{{access=file,mux=wav,dst={sound}}}"
    times = ["--start-time", str(place), "--run-time", "2"]
    return ["cvlc", "-q", *times, url, "--sout", written, "vlc://quit"]


def gstreamer(url: str, place: int, sound: Path) -> list[str | Path]:
    written = f"audioconvert ! wavenc ! filesink location={sound}"
    # Of its demuxers of HLS the newer comes with what is installed, and knows only the newer bin.
    program = ["gst-play-1.0", "-q", "--use-playbin3", "--no-interactive"]
    return [*program, "--start-position", str(place), f"--audiosink={written}", url]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is played by what, from which seconds, and how near them it has to begin.

    Some go to the beginning of a fragment, which is so much earlier at most.
    """

    play: Play
    name: str
    places: tuple[int, ...] = (0, 7, 12)
    within_s: float
    early_s: float = 0.0

    def __str__(self) -> str:
        return f"{self.play.__name__}-{self.name}"


CASES = [
    # 9.0.2 ends where the segment ends that it began with, whose ever the byte ranges are.
    Case(play=ffmpeg, name="multivariant.m3u8", places=(0, 7), within_s=PACKET_S),
    Case(play=ffmpeg, name="flac.mp4", within_s=EXACT_S),
    # That of Debian 12 cannot seek in any HLS of fragmented MP4, ffmpeg's own neither.
    Case(play=mpv, name="multivariant.m3u8", places=(0,), within_s=PACKET_S),
    Case(play=mpv, name="manifest.mpd", within_s=NEAR_S),
    Case(play=mpv, name="flac.mp4", within_s=EXACT_S),
    Case(play=mpv, name="opus-96.mp4", within_s=NEAR_S),
    Case(play=vlc, name="multivariant.m3u8", within_s=NEAR_S, early_s=FRAGMENT_S),
    Case(play=vlc, name="aac-128.mp4", within_s=NEAR_S, early_s=FRAGMENT_S),
    # That of Debian 12 goes to the very sample, that of 13 to the fragment.
    Case(play=gstreamer, name="flac.m3u8", within_s=EXACT_S, early_s=FRAGMENT_S),
]


@contextmanager
def house_on(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[House]:
    """Answer everybody's house, which has its objects on `disk`, or one that has them on `s3`."""
    if kind == "disk":
        yield request.getfixturevalue("house")
        return
    with stored_on(request, kind) as settings, open_house(folder, **settings) as house:
        yield house


@pytest.fixture(scope="module", params=["disk", pytest.param("s3", marks=pytest.mark.chaos)])
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("programs")
    master = carillon(folder / "Bells.wav", samples=SECONDS * RATE + 517, rate=RATE)
    with house_on(request, request.param, folder) as house:
        track = house.add(master)
        play = house.ask("POST", "/api/v1/plays", token=house.listener, data={"track": track}).json
        sound, _ = soundfile.read(master, dtype="float32")
        media = house.url + play["hls"].removesuffix("multivariant.m3u8")
        yield Stage(media=media, master=coarse(sound, RATE))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Answer a folder that nobody can reach, and write to; what pytest gives is its user's."""
    with TemporaryDirectory(prefix="refrain-programs-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_program_sounds_where_it_is_sent(stage: Stage, folder: Path, case: Case) -> None:
    for place in case.places:
        sound = folder / f"{place}.wav"
        # GStreamer's player at times ends at once and well, and has played nothing.
        for _ in range(MOST_TRIES):
            run(case.play(stage.media + case.name, place, sound), folder)
            if sound.exists():
                break
        there, likeness = place_of(heard(sound), stage.master)
        assert likeness > ALIKE, place
        late_s = there - AFTER_S - place
        assert -case.within_s - case.early_s < late_s < case.within_s, place


def run(argv: list[str | Path], folder: Path) -> None:
    if shutil.which(argv[0]) is None:
        pytest.skip(f"{argv[0]} is not installed")
    subprocess.run(
        argv,
        check=True,
        timeout=TIMEOUT_S,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        **unprivileged(),  # VLC will not be root, and none of them needs to be
    )


def heard(path: Path) -> NDArray[np.floating]:
    sound, rate = soundfile.read(path, dtype="float32")
    begin, length = round(AFTER_S * COARSE), round(HEARD_S * COARSE)
    return coarse(sound, rate)[begin : begin + length]
