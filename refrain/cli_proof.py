"""The commands that let others check the books."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from base.errors import RefrainError
from refrain.output import say_why
from refrain.starting import run, settings_of

#: Not all was looked at: what was not found may be wrong all the same.
_UNCHECKED = 2


def verify(
    roots: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Roots that were kept: /api/v1/books/roots"),
    ] = None,
    digest: Annotated[
        list[str] | None,
        typer.Option(help="A month and the digest that closing it told: 2026-11=4de2…"),
    ] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0 takes as many as cores.")] = 0,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON line for each finding.")] = False,
) -> None:
    """Recompute all of the books while all goes on; exit status 1 when something does not agree.

    It is 2 when not all could be looked at.
    """
    from refrain.verifying import verify_and_show

    try:
        kept = roots.read_text() if roots else None
        status = run(
            verify_and_show(
                settings_of(), jobs=jobs, kept=kept, digests=digest or (), as_json=as_json
            )
        )
    except (RefrainError, OSError) as error:
        say_why(error) if isinstance(error, RefrainError) else typer.echo(str(error), err=True)
        status = _UNCHECKED
    raise typer.Exit(status)


def export(
    beancount: Annotated[
        typer.FileTextWrite, typer.Option(encoding="utf-8", help="The file; - for the output.")
    ],
) -> None:
    """Write the whole journal as a file that Beancount reads."""
    from refrain.verifying import export_beancount

    run(export_beancount(settings_of(), beancount))
