"""An ffmpeg that does what it is asked to, but for one thing that it does wrong when it encodes."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

from transcode.tools import Tools

#: What is put before everything else that is done to the sound.
WRONGS = {
    "swaps channels": "pan=stereo|c0=c1|c1=c0",
    "is too soft": "volume=0.5",
    "is silent": "volume=0",
    "loses a side": "pan=stereo|c0=c0|c1=0*c1",
    "drops samples": "aselect=gt(n\\,1),asetpts=N/SR/TB",
}
#: Nothing is started but the program itself: what decodes and encodes here may start nothing else.
_SCRIPT = """#!/bin/bash
encodes=
for one in "$@"; do
  case "$one" in aac|libopus|libmp3lame) encodes=1;; esac
done
args=()
for one in "$@"; do
  if [ -n "$encodes" ]; then one="${{one//'[0:a:0]'/'[0:a:0]{wrong},'}}"; fi
  args+=("$one")
done
exec "{program}" "${{args[@]}}"
"""


def broken(tools: Tools, folder: Path, wrong: str) -> Tools:
    """Answer tools whose encoders do something wrong."""
    (folder / "bin").mkdir()
    (folder / "lib").mkdir()
    program = folder / "lib" / "ffmpeg"  # beside its folder `bin`, from where it may be loaded
    try:
        os.link(tools.ffmpeg, program)
    except OSError:
        shutil.copy(tools.ffmpeg, program)
    script = folder / "bin" / "ffmpeg"
    script.write_text(_SCRIPT.format(wrong=WRONGS[wrong], program=program))
    script.chmod(0o755)
    return replace(tools, ffmpeg=str(script))
