import re

from transcode.tools import Tools


def test_what_encodes_is_told_with_the_version_of_its_codecs(tools: Tools) -> None:
    assert re.fullmatch(r"ffmpeg \S+ libavcodec \d+\.\d+\.\d+", tools.encoder)
