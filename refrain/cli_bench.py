"""The commands that measure: each against a reference in the same run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from refrain.starting import run as _run

app = typer.Typer(help="Measure, against a reference in the same run.", no_args_is_help=True)

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Masters.")]


@app.command()
def pipeline(files: Files) -> None:
    """Measure from the last byte of a master to its first sound, and the CPU of it."""
    from refrain.bench import pipeline as measure_pipeline

    if not _run(measure_pipeline(files)):
        raise typer.Exit(1)


@app.command()
def media(files: Files) -> None:
    """Measure the media engine: its meters, its ladder, how soon it is heard, and memory."""
    from refrain.bench_media import media as measure_media

    if not _run(measure_media(files)):
        raise typer.Exit(1)


@app.command()
def upload(
    size: Annotated[int, typer.Option(min=1, help="Size of the file, in MiB.")] = 1024,
    rounds: Annotated[int, typer.Option(min=1, help="The best of so many counts.")] = 3,
) -> None:
    """Measure how fast a master comes in, beside a bare aiohttp handler and nginx."""
    from refrain.bench_upload import upload as measure_upload

    if not _run(measure_upload(size_mib=size, rounds=rounds)):
        raise typer.Exit(1)


@app.command("serve")
def bench_serve(
    seconds: Annotated[int, typer.Option(help="How long each is asked, each time.")] = 5,
    turns: Annotated[int, typer.Option(help="How often; the best counts.")] = 3,
    storage: Annotated[
        str, typer.Option(help="Also over this storage, s3://…; a track of 300 MB stays there.")
    ] = "",
) -> None:
    """Measure the origin beside nginx and aiohttp; wants wrk, nginx and two cores."""
    from refrain.bench_serve import serve as measure_serving

    if not _run(measure_serving(seconds=seconds, turns=turns, storage_url=storage)):
        raise typer.Exit(1)


@app.command()
def listeners(
    count: Annotated[int, typer.Option("--listeners", min=1, help="How many at a time.")] = 1000,
    seconds: Annotated[int, typer.Option(min=1, help="How long they stay.")] = 120,
    ramp: Annotated[int, typer.Option(min=0, help="Seconds in which they come.")] = 30,
) -> None:
    """Measure how many listeners one core serves at the pace of music; wants two cores."""
    from refrain.bench_listeners import listeners as measure_listeners

    if not _run(measure_listeners(count=count, seconds=seconds, ramp_s=ramp)):
        raise typer.Exit(1)


@app.command()
def soak(
    count: Annotated[int, typer.Option("--listeners", min=1, help="How many at a time.")] = 500,
    seconds: Annotated[int, typer.Option(min=1, help="How long they stay.")] = 600,
    ramp: Annotated[int, typer.Option(min=0, help="Seconds in which they come.")] = 30,
) -> None:
    """Measure whether music and memory stay as they are while masters are sent and encoded."""
    from refrain.bench_soak import soak as measure_soak

    if not _run(measure_soak(count=count, seconds=seconds, ramp_s=ramp)):
        raise typer.Exit(1)


@app.command("plays")
def bench_plays(
    database: Annotated[
        str, typer.Option(envvar="REFRAIN_DATABASE_URL", help="A PostgreSQL that nobody needs.")
    ] = "",
    seconds: Annotated[float, typer.Option(help="How long sessions are opened, each time.")] = 10,
    sessions: Annotated[int, typer.Option(min=1, help="How many sessions are counted.")] = 10_000,
) -> None:
    """Measure how fast plays are opened and counted, on PostgreSQL."""
    from refrain.bench_plays import plays as measure_plays

    if not _run(measure_plays(database_url=database, seconds=seconds, number=sessions)):
        raise typer.Exit(1)


@app.command("books")
def bench_books(
    database: Annotated[
        str, typer.Option(envvar="REFRAIN_DATABASE_URL", help="A PostgreSQL that nobody needs.")
    ] = "",
    plays: Annotated[int, typer.Option(min=100, help="How many plays are settled.")] = 1_000_000,
    only: Annotated[list[str] | None, typer.Option(help="Of the parts, this one.")] = None,
) -> None:
    """Measure how fast plays are settled, and the rest of the books, on PostgreSQL."""
    from refrain.bench_books import books as measure_books
    from refrain.synthetic_books import Scale

    scale = Scale(plays=plays, listeners=10_000, recordings=5_000)
    if not _run(measure_books(database_url=database, scale=scale, only=only or [])):
        raise typer.Exit(1)


@app.command("reports")
def bench_reports(
    database: Annotated[
        str, typer.Option(envvar="REFRAIN_DATABASE_URL", help="A PostgreSQL that nobody needs.")
    ] = "",
    plays: Annotated[int, typer.Option(min=1_000, help="Of the larger month.")] = 1_000_000,
) -> None:
    """Measure writing the report of a month, and its memory, on PostgreSQL."""
    from refrain.bench_reports import reports as measure_reports

    if not _run(measure_reports(database_url=database, plays=plays)):
        raise typer.Exit(1)


@app.command("api")
def bench_api(  # noqa: PLR0913, PLR0917 - sizes are parameters
    database: Annotated[
        str, typer.Option(envvar="REFRAIN_DATABASE_URL", help="A PostgreSQL that nobody needs.")
    ] = "",
    tracks: Annotated[int, typer.Option(min=100)] = 1_000_000,
    listeners: Annotated[int, typer.Option(min=100)] = 100_000,
    plays: Annotated[int, typer.Option(min=100)] = 10_000_000,
    rate: Annotated[float, typer.Option(help="Requests a second, to one core.")] = 200.0,
    seconds: Annotated[float, typer.Option(help="How long is asked.")] = 60.0,
    realtime: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--realtime", help="Let all else on the machine wait (chrt), as root.")
    ] = False,
    seed: int = 7,
) -> None:
    """Measure the hottest reads, on a catalogue that is made first where there is none."""
    from refrain.bench_api import Load
    from refrain.bench_api import api as measure_api
    from refrain.synthetic_catalogue import Sizes

    load = Load(rate, seconds, is_realtime=realtime)
    sizes = Sizes(tracks=tracks, listeners=listeners, plays=plays, seed=seed)
    if not _run(measure_api(database_url=database, sizes=sizes, load=load)):
        raise typer.Exit(1)


@app.command("fleet")
def bench_fleet(
    database: Annotated[
        str, typer.Option(envvar="REFRAIN_DATABASE_URL", help="A PostgreSQL that nobody needs.")
    ] = "",
    jobs: Annotated[int, typer.Option(min=100, help="How many jobs that do nothing.")] = 10_000,
    masters: Annotated[int, typer.Option(min=2, help="How many masters are encoded.")] = 8,
) -> None:
    """Measure how soon jobs begin, how many are done, and how they spread over workers."""
    from refrain.bench_fleet import fleet as measure_fleet

    if not _run(measure_fleet(database_url=database, jobs=jobs, masters=masters)):
        raise typer.Exit(1)


@app.command("pages")
def bench_pages(
    rounds: Annotated[int, typer.Option(min=1, help="How often each is looked at.")] = 5,
) -> None:
    """Measure how soon first pages are there on a slow telephone; wants Chromium and Playwright."""
    from refrain.bench_pages import pages as measure_pages

    if not _run(measure_pages(rounds=rounds)):
        raise typer.Exit(1)


@app.command()
def quality(
    masters: Annotated[
        list[Path] | None, typer.Argument(exists=True, dir_okay=False, help="Honest masters.")
    ] = None,
    part: Annotated[str, typer.Option(help="`held-out`, or `development`.")] = "held-out",
    seeds: Annotated[int, typer.Option(min=1, help="Pieces of each kind.")] = 2,
) -> None:
    """Measure how often findings of a master's past are right, on sounds whose past is known."""
    from refrain.bench_quality import quality as judge_all
    from refrain.corpus.cases import Part

    said = _run(judge_all(masters or [], part=Part(part), seeds=seeds))
    typer.echo(json.dumps(said))
    if not all(bar["met"] for bar in said["bars"].values()):
        raise typer.Exit(1)
