"""The commands of imports: planned first, and done with `--apply`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from refrain.starting import run, settings_of

imports_app = typer.Typer(
    help="Bring releases from elsewhere; without --apply it is only planned.",
    no_args_is_help=True,
)

Url = Annotated[str, typer.Option(envvar="REFRAIN_URL", help="Address of a running Refrain.")]
Token = Annotated[str, typer.Option(envvar="REFRAIN_TOKEN", help="Bearer token of an artist.")]
Apply = Annotated[bool, typer.Option("--apply", help="Do it; else it is only planned.")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON line each, for scripts.")]


@imports_app.command()
def folder(
    path: Annotated[Path, typer.Argument(help="A folder of music, with folders in it.")],
    url: Url = "http://127.0.0.1:8780",
    token: Token = "",
    *,
    apply: Apply = False,
    as_json: AsJson = False,
) -> None:
    """Bring the albums of a folder as drafts; exit status 1 when something is wrong."""
    from refrain.imports.command import How, bring
    from refrain.imports.folder import read_folder

    how = How(url=url, token=token, applies=apply, as_json=as_json)
    if not run(bring(read_folder, path, how)):
        raise typer.Exit(1)


@imports_app.command()
def csv(
    path: Annotated[Path, typer.Argument(help="A sheet, a row a track, beside its files.")],
    url: Url = "http://127.0.0.1:8780",
    token: Token = "",
    *,
    apply: Apply = False,
    as_json: AsJson = False,
) -> None:
    """Bring the releases of a sheet as drafts; exit status 1 when something is wrong."""
    from refrain.imports.command import How, bring
    from refrain.imports.sheet import read_sheet

    how = How(url=url, token=token, applies=apply, as_json=as_json)
    if not run(bring(read_sheet, path, how)):
        raise typer.Exit(1)


@imports_app.command()
def earlier(
    export: Annotated[
        Path, typer.Argument(exists=True, help="A plain dump, or a folder of TABLE.csv.")
    ],
    media: Annotated[
        str | None, typer.Option(help="Where its masters lie: a folder, or s3://bucket/prefix.")
    ] = None,
    *,
    publish: Annotated[
        bool, typer.Option("--publish", help="Let come out what all heard there and is ready.")
    ] = False,
    apply: Apply = False,
    as_json: AsJson = False,
) -> None:
    """Move an earlier co-operative's database in, counters and credit intact; status 1 if wrong."""
    from refrain.earlier.command import How, move_in

    how = How(media=media, applies=apply, publishes=publish, as_json=as_json)
    if not run(move_in(settings_of(), export, how)):
        raise typer.Exit(1)
