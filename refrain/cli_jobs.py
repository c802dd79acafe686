"""The commands `refrain jobs …`, for who runs the house."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console

from catalog.kinds import Kind, Lane
from catalog.states import Cause, JobState
from refrain.starting import run, settings_of

app = typer.Typer(help="What is done, waits, or was set aside.", no_args_is_help=True)

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of jobs; their beginnings will do.")]
Id = Annotated[str, typer.Argument(help="The id of a job; its beginning will do.")]
LaneIs = Annotated[Lane | None, typer.Option("--lane", help="Only of this lane.")]
StateIs = Annotated[JobState | None, typer.Option("--state", help="Only in this state.")]
KindIs = Annotated[Kind | None, typer.Option("--kind", help="Only of this kind.")]
CauseIs = Annotated[Cause | None, typer.Option("--cause", help="Only those that failed so.")]
OwnerIs = Annotated[str | None, typer.Option("--owner", help="Only of this account: name or id.")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON line each, for scripts.")]


@app.command("list")
def list_(  # noqa: PLR0913, PLR0917 - as many as there are columns
    lane: LaneIs = None,
    state: StateIs = None,
    kind: KindIs = None,
    cause: CauseIs = None,
    owner: OwnerIs = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """List jobs, the newest first."""
    from refrain.jobs import Asked, list_jobs, table_of

    asked = Asked(lane=lane, state=state, kind=kind, cause=cause, owner=owner)
    found, now = run(list_jobs(settings_of(), asked, limit=limit))
    if as_json:
        _say(json.dumps(job) for job in found)
    else:
        Console().print(table_of(found, now))


@app.command()
def show(job: Id, *, as_json: AsJson = False) -> None:
    """Show a job and every attempt at it: how long, why not, and what the child said last."""
    from refrain.jobs import drawing_of, show_job

    facts, attempts = run(show_job(settings_of(), job))
    if as_json:
        typer.echo(json.dumps({**facts, "history": attempts}))
    else:
        Console().print(drawing_of(facts, attempts))


@app.command()
def retry(
    jobs: Ids = None,
    *,
    quarantined: Annotated[bool, typer.Option("--quarantined", help="All set aside.")] = False,
    cause: CauseIs = None,
) -> None:
    """Let jobs be done again, as if they had never been tried; also those that are done."""
    from refrain.jobs import Asked, retry_jobs

    if cause is not None and not quarantined:
        raise typer.BadParameter("A cause goes with --quarantined.")
    asked = Asked(state=JobState.QUARANTINED, cause=cause) if quarantined else None
    _require(jobs or asked)
    _say(run(retry_jobs(settings_of(), jobs or [], asked)) or ["no such jobs"])


@app.command()
def cancel(jobs: Ids = None) -> None:
    """Stop jobs, also under way: within a second. `retry` takes them up again."""
    from refrain.jobs import cancel_jobs

    _require(jobs)
    _say(run(cancel_jobs(settings_of(), jobs or [])))


@app.command()
def quarantine(
    job: Id, reason: Annotated[str, typer.Option(help="What the next one should know.")]
) -> None:
    """Set a job aside until somebody has looked into it."""
    from refrain.jobs import quarantine_job

    _say(run(quarantine_job(settings_of(), job, reason=reason)))


@app.command("raise")
def raise_(
    jobs: Ids = None,
    *,
    priority: Annotated[int, typer.Option(min=-1000, max=1000, help="The higher goes first.")],
    owner: Annotated[
        str | None, typer.Option(help="All that is to be done of this account: name or id.")
    ] = None,
) -> None:
    """Let jobs go before others of their lane, or after them."""
    from refrain.jobs import raise_jobs

    _require(jobs or owner)
    _say(run(raise_jobs(settings_of(), jobs or [], owner=owner, priority=priority)))


def _require(wanted: object) -> None:
    if not wanted:
        raise typer.BadParameter("Say which jobs.")


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
