"""What people read in the terminal."""

from __future__ import annotations

import shutil

from rich.text import Text

from refrain.house import House


def greeting(house: House) -> Text:
    """Say where the house is, who may enter, and what to try first; lines to copy stay whole."""
    text = Text.assemble("\n  Refrain is up at ", (house.url, "bold cyan"), "\n")
    if house.demo:
        text.append(f"\n  Sign in at {house.url}/sign-in with one of these tokens:\n\n")
        for name, token in house.demo.as_dict().items():
            text.append(f"    {name.removesuffix('_token'):<10}", style="bold").append(f"{token}\n")
        if house.set_up:
            text.append(
                "\n  Or choose an address and a password for the operator, within a day:\n\n"
            )
            text.append(f"    {house.url}{house.set_up}\n")
        text.append("\n  Try first, with any FLAC or WAV:\n\n")
        text.append(f"    {_add_command(house.url, house.demo.artist_token)}\n", style="green")
    return text.append("\n  Ctrl-C stops everything; the data stay.\n", style="dim")


def _add_command(url: str, token: str) -> str:
    program = "refrain" if shutil.which("refrain") else ".venv/bin/refrain"
    return f"{program} add song.flac --wait --url {url} --token {token}"
