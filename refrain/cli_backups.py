"""The commands that put a house somewhere else, look whether it is there, and bring it back."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from refrain.starting import run, settings_of

_TAKE = "take"


class _TakesUnlessTold(TyperGroup):
    """`refrain backup DEST` takes a backup; what else there is to do with one has its own word."""

    # Typer carries a click of its own, whose context has no public name.
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Read the words of the command."""
        is_other = not args or args[0] in {*self.commands, "--help"}
        return super().parse_args(ctx, args if is_other else [_TAKE, *args])


backup_app = typer.Typer(
    cls=_TakesUnlessTold,
    help="`refrain backup DEST` puts database and objects into a folder or s3://…, while all runs.",
    no_args_is_help=True,
)

Place = Annotated[str, typer.Argument(help="A folder, or s3://bucket/prefix?endpoint=…&region=….")]
Which = Annotated[str | None, typer.Option("--backup", help="Which one; else the newest.")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON line, for scripts.")]


@backup_app.command(_TAKE, hidden=True)
def take(
    dest: Place,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Days of which the last backup stays; else all stay."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take a backup; what is there already is not copied again.

    Exit status 1 when the house itself lacked objects.
    """
    from refrain.backups.command import backup_and_tell

    raise typer.Exit(run(backup_and_tell(settings_of(), dest, keep=keep, as_json=as_json)))


@backup_app.command("list")
def list_(source: Place, *, as_json: AsJson = False) -> None:
    """Say which backups are there."""
    from refrain.backups.command import list_backups

    run(list_backups(settings_of(), source, as_json=as_json))


@backup_app.command()
def verify(  # noqa: PLR0913 - as many ways to look
    source: Place,
    backup: Which = None,
    sample: Annotated[
        float, typer.Option(min=0, max=1, help="The part of all objects that is read to its end.")
    ] = 1.0,
    server: Annotated[
        str | None,
        typer.Option(help="A PostgreSQL where a database may be made; else the house's own."),
    ] = None,
    *,
    opens: Annotated[bool, typer.Option("--open/--no-open", help="Open the database.")] = True,
    as_json: AsJson = False,
) -> None:
    """Read all of a backup, and make a database of it for a moment; exit status 1 on faults."""
    from refrain.backups.command import verify_and_tell

    told = verify_and_tell(
        settings_of(), source, backup, share=sample, server=server, opens=opens, as_json=as_json
    )
    raise typer.Exit(run(told))


def restore(  # noqa: PLR0913 - as many ways back
    source: Place,
    backup: Which = None,
    *,
    objects: Annotated[
        bool, typer.Option("--objects", help="Only objects that the database needs and are lost.")
    ] = False,
    went_back: Annotated[
        bool,
        typer.Option(
            "--went-back/--is-current",
            help="With --objects: whether rows are of an earlier moment, and money is held.",
        ),
    ] = True,
    replace: Annotated[
        bool, typer.Option("--replace", help="Even where there are accounts: they are lost.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a backup into the database and the storage of the settings; the house must rest.

    Payout runs and refunds are held then, until `refrain books resume`. Exit status 1 when the
    backup did not have all objects.
    """
    from refrain.backups.command import restore_and_tell, restore_objects_and_tell

    settings = settings_of()
    if not (objects or went_back):
        raise typer.BadParameter("Rows of a backup are never current: it goes with --objects.")
    if objects:
        done = restore_objects_and_tell(settings, source, went_back=went_back, as_json=as_json)
    else:
        done = restore_and_tell(settings, source, backup, replaces=replace, as_json=as_json)
    raise typer.Exit(run(done))
