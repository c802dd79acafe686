"""The commands that work, and that take back what a worker had."""

from __future__ import annotations

from typing import Annotated

import typer

from base.errors import Refused
from base.settings import Settings
from catalog.states import Cause
from refrain.output import say_why
from refrain.starting import run, settings_of


def work(
    lanes: Annotated[str | None, typer.Option(help="As `first,ladder=2`; else all.")] = None,
    cores: Annotated[int | None, typer.Option(help="What its encoders use; 0: all.")] = None,
    name: Annotated[str | None, typer.Option(help="What its name begins with.")] = None,
    grace: Annotated[float | None, typer.Option(help="Seconds to finish in, at the end.")] = None,
    *,
    alone: Annotated[bool, typer.Option("--alone", hidden=True)] = False,
) -> None:
    """Run one worker, and again when it dies; SIGTERM drains it, SIGHUP lets a new one follow."""
    settings = settings_of(lanes=lanes, cores=cores, worker_name=name, grace_s=grace)
    _require_lanes(settings)
    if not alone:
        from refrain.supervising import become_supervisor

        become_supervisor(settings.environment(), settings.grace_s)
    from refrain.output import say_ready
    from workers.main import work as work_until_signal

    run(work_until_signal(settings, say_ready))


def reap(
    name: Annotated[str, typer.Argument(help="A worker that is gone, as `refrain work` says it.")],
    cause: Annotated[Cause, typer.Option(help="What it died of.")] = Cause.WORKER_LOST,
    reason: Annotated[str, typer.Option(help="The same in a sentence.")] = "the worker is gone",
    *,
    innocent: Annotated[
        bool, typer.Option("--innocent", help="It was none of its jobs: they were not tried.")
    ] = False,
) -> None:
    """Take back at once what a worker had, without waiting until its leases run out."""
    from refrain.reaping import reap_worker

    known = None if innocent else cause
    typer.echo(run(reap_worker(settings_of(), name, cause=known, reason=reason)))


def _require_lanes(settings: Settings) -> None:
    from workers.lanes import parse_lanes

    try:
        parse_lanes(settings.lanes, cores=1)
    except Refused as refused:
        say_why(refused)
        raise typer.Exit(2) from None
