"""Send masters from the command line, with a bar for people and lines for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from refrain.client import Added, open_client

_LINE = {"complete": "[green]complete[/]", "rejected": "[bold red]rejected[/]"}


async def add_files(
    files: Sequence[Path], *, url: str, token: str, wait: bool, as_json: bool
) -> bool:
    """Send each file; answer whether none was rejected or set aside.

    Raises:
        Refused: the house said no.
        Unavailable: it cannot be reached.

    """
    results = []
    async with open_client(url, token) as client:
        with _bar(hidden=as_json) as bar:
            for path in files:
                task = bar.add_task(path.name, total=path.stat().st_size)
                sent = await client.send(path, partial(bar.advance, task))
                added = await client.follow(sent, to_the_end=wait)
                results.append(added)
                _tell(bar, path, added, as_json=as_json)
    return all(added.reason is None for added in results)


def _bar(*, hidden: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=Console(stderr=True),
        disable=hidden,
    )


def _tell(bar: Progress, path: Path, added: Added, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(added)))
        return
    state = _LINE.get(added.state, added.state)
    bar.console.print(f"{path.name}: {state} {added.reason or ''} ({added.track or added.release})")
