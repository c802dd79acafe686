"""The commands that have the catalogue made anew."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

import typer

from refrain.starting import run, settings_of

reencode_app = typer.Typer(
    help="The catalogue, made anew by today's encoder.", no_args_is_help=True
)

Tracks = Annotated[list[UUID] | None, typer.Option("--track", help="A track; any number.")]


@reencode_app.command("status")
def reencode_status() -> None:
    """Say how much is out of date, why, and how many hours of a core it takes to mend that."""
    from refrain.reencode import status

    typer.echo(json.dumps(run(status(settings_of()))))


@reencode_app.command("start")
def reencode_start(
    track: Tracks = None,
    throttle: Annotated[str, typer.Option(help="How many times as fast as usual: `2x`.")] = "1x",
    target: Annotated[str | None, typer.Option(help="What to make them by, if not newest.")] = None,
    *,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Also what nobody knows how it was made.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="With --track: also what is as it should be.")
    ] = False,
) -> None:
    """Make anew what is out of date, little by little; or these tracks at once."""
    from refrain.reencode import Start, speed, start

    if force and not track:
        raise typer.BadParameter("--force goes with --track.")
    wanted = Start(
        tracks=track or (),
        throttle=speed(throttle),
        with_unknown=unknown,
        target=target,
        is_forced=force,
    )
    _say(run(start(settings_of(), wanted)))


@reencode_app.command("pause")
def reencode_pause() -> None:
    """Begin no more masters; `start` goes on."""
    from refrain.reencode import pause

    typer.echo(json.dumps(run(pause(settings_of()))))


@reencode_app.command("rollback")
def reencode_rollback(
    track: Tracks = None,
    since: Annotated[
        float | None, typer.Option(min=0, help="With --all: swapped within so many hours.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="All that was swapped since it was started.")
    ] = False,
) -> None:
    """Let the renditions of before be current again."""
    from refrain.reencode import take_back

    if bool(track) == everything:
        raise typer.BadParameter("Name tracks, or --all.")
    if track and since is not None:
        raise typer.BadParameter("--since goes with --all.")
    _say(run(take_back(settings_of(), tracks=track or (), since_hours=since)))


def _say(said: dict[str, Any]) -> None:
    """Say what was done; it is no success where something was left."""
    typer.echo(json.dumps(said))
    if said.get("left"):
        raise typer.Exit(1)
