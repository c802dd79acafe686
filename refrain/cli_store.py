"""The command that looks after the store."""

from __future__ import annotations

from typing import Annotated

import typer

from base.errors import RefrainError
from refrain.output import say_why
from refrain.starting import run, settings_of

#: Not all was looked at: what was not found may be wrong all the same.
_UNCHECKED = 2


def fsck(
    sample: Annotated[
        float, typer.Option(min=0, max=1, help="The part of all objects that is read to its end.")
    ] = 0.05,
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    decode: Annotated[bool, typer.Option(help="Decode the renditions among them.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON line for each finding.")] = False,
) -> None:
    """Compare database and storage while all goes on; exit status 1 when something is wrong.

    It is 2 when not all could be looked at.
    """
    from refrain.looking_over import fsck_and_show
    from workers.fsck import Scope

    scope = Scope(share=sample, decodes=decode, mends=repair)
    try:
        status = run(fsck_and_show(settings_of(), scope, as_json=as_json))
    except RefrainError as error:
        say_why(error)
        status = _UNCHECKED
    raise typer.Exit(status)
