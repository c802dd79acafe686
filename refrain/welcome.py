"""What people read in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from refrain.doctor import Finding
from refrain.house import House


def greeting(house: House) -> RenderableType:
    """Say where the house is, who may enter, and what to try first."""
    lines: list[RenderableType] = [Text.assemble("Refrain is up at ", (house.url, "bold cyan"))]
    if house.demo:
        logins = Table.grid(padding=(0, 2))
        for name, token in house.demo.as_dict().items():
            logins.add_row(Text(name.removesuffix("_token"), style="bold"), token)
        lines += ["", "Demo logins (paste one at " + f"{house.url}/sign-in):", logins]
        lines += ["", "Try first:", Text(_add_command(house), style="green")]
    lines += ["", Text("Ctrl-C stops everything; the data stay.", style="dim")]
    return Panel(Group(*lines), title="refrain", expand=False)


def table_of(findings: Sequence[Finding]) -> Table:
    """Lay out what the doctor found."""
    table = Table("", "what", "found", "what to do", box=None)
    for finding in findings:
        mark = Text("ok", style="green") if finding.ok else Text("missing", style="bold red")
        table.add_row(mark, finding.name, finding.found, "" if finding.ok else finding.mend)
    return table


def _add_command(house: House) -> str:
    token = house.demo.artist_token if house.demo else "…"
    return f".venv/bin/refrain add song.flac --wait --url {house.url} --token {token}"
