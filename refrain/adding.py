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

from base.errors import Refused
from refrain.client import Added, Client, open_client, refused
from refrain.client import Progress as Progressed

_LINE = {
    "complete": "[green]complete[/]",
    "rejected": "[bold red]rejected[/]",
    "refused": "[bold red]refused[/]",
}
#: What says no to one file, and nothing of the next.
_OF_THE_FILE = frozenset({413, 415, 422})


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
                added = await _add(client, path, partial(bar.advance, task), wait=wait)
                results.append(added)
                _tell(bar, path, added, as_json=as_json)
    return all(added.reason is None for added in results)


async def _add(client: Client, path: Path, progress: Progressed, *, wait: bool) -> Added:
    try:
        sent = await client.send(path, progress)
    except Refused as error:
        if error.status not in _OF_THE_FILE:
            raise
        return refused(error.sentence)
    return await client.follow(sent, to_the_end=wait)


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
    named = added.track or added.release
    in_brackets = f" ({named})" if named else ""
    bar.console.print(f"{path.name}: {state} {added.reason or ''}{in_brackets}")
