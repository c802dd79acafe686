"""The commands of who administers a database server."""

from __future__ import annotations

from typing import Annotated

import typer

database_app = typer.Typer(
    help="What a database server is told beside the tables.", no_args_is_help=True
)


@database_app.command()
def roles(
    prefix: Annotated[
        str, typer.Option(help="What the names of the roles begin with.")
    ] = "refrain",
) -> None:
    """Print SQL for PostgreSQL: roles that own, that serve and work, and that read reports.

    Nothing is asked of a server: give it to `psql`, as its administrator, after each migration.
    """
    from catalog.database_roles import sql_of_roles

    try:
        typer.echo(sql_of_roles(prefix), nl=False)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--prefix") from error
