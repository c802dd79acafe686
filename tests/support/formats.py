"""A short master in every form that somebody may send, and in some that nobody should."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.masters import tone

#: What the engine takes: a name, the end of the file's name, and how ffmpeg is asked for it.
TAKEN = {
    "wav 16": ("wav", "-c:a pcm_s16le"),
    "wav 24": ("wav", "-c:a pcm_s24le"),
    "wav float": ("wav", "-c:a pcm_f32le"),
    "wav 8": ("wav", "-c:a pcm_u8"),
    "rf64": ("wav", "-c:a pcm_s24le -rf64 always"),
    "bwf": ("wav", "-write_bext 1 -metadata description=take"),
    "w64": ("w64", "-c:a pcm_s16le"),
    "aiff": ("aiff", "-c:a pcm_s16be"),
    "aifc": ("aiff", "-c:a pcm_s16le"),
    "flac": ("flac", "-c:a flac"),
    "flac in ogg": ("oga", "-c:a flac"),
    "alac": ("m4a", "-c:a alac"),
    "aac in mp4": ("m4a", "-c:a aac"),
    "aac in mp4, header first": ("m4a", "-c:a aac -movflags +faststart"),
    "pcm in mov": ("mov", "-c:a pcm_s24le -movflags +faststart"),
    "mp3": ("mp3", "-c:a libmp3lame -b:a 192k"),
    "mp3 without tags": ("mp3", "-c:a libmp3lame -b:a 128k -id3v2_version 0 -write_xing 0"),
    "mp2": ("mp2", "-c:a mp2 -f mp2"),
    "vorbis": ("ogg", "-c:a libvorbis"),
    "opus": ("opus", "-c:a libopus"),
    "wavpack": ("wv", "-c:a wavpack"),
    "caf": ("caf", "-c:a pcm_s24le"),
    "alac in caf": ("caf", "-c:a alac"),
    "aac": ("aac", "-c:a aac -f adts"),
    "mp3 in wav": ("wav", "-c:a libmp3lame"),
    "adpcm in wav": ("wav", "-c:a adpcm_ms"),
}
#: Audio all the same, but in nothing that the engine opens; and the code that says so.
NOT_TAKEN = {
    "matroska": ("mka", "-c:a flac", "video"),
    "webm": ("webm", "-c:a libopus", "video"),
    "wma": ("wma", "-c:a wmav2", "unsupported-audio"),
    "tta": ("tta", "-c:a tta", "unsupported-audio"),
    "au": ("au", "-c:a pcm_s16be", "unsupported-audio"),
    "ac3": ("ac3", "-c:a ac3", "unsupported-audio"),
    "avi": ("avi", "-c:a pcm_s16le", "video"),
    "mpeg-ts": ("ts", "-c:a aac -f mpegts", "video"),
    "flv": ("flv", "-c:a aac", "video"),
}


def converted(ffmpeg: str, folder: Path, forms: dict[str, tuple[str, str]]) -> dict[str, Path]:
    """Write a third of a second in each form, in one run."""
    master = tone(folder / "master.wav", seconds=0.34)
    made = {
        name: folder / f"{name.replace(' ', '-').replace(',', '')}.{form[0]}"
        for name, form in forms.items()
    }
    outputs = [part for name, path in made.items() for part in (*forms[name][1].split(), str(path))]
    argv = [ffmpeg, "-v", "error", "-nostdin", "-y", "-i", str(master), *outputs]
    subprocess.run(argv, check=True, capture_output=True)
    return made
