"""The command line: each command calls a room and prints what it says.

A command loads only what it runs: a server needs no signal processing, and `--help` neither.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError
from rich.console import Console

from base.errors import RefrainError
from catalog.roles import Role
from refrain.cli_admin import admin_app
from refrain.cli_backups import backup_app, restore
from refrain.cli_bench import app as bench_app
from refrain.cli_books import app as books_app
from refrain.cli_capacity import capacity
from refrain.cli_charts import charts
from refrain.cli_clients import app as clients_app
from refrain.cli_database import database_app
from refrain.cli_ddex import app as ddex_app
from refrain.cli_dsr import app as dsr_app
from refrain.cli_fleet import fleet
from refrain.cli_imports import imports_app
from refrain.cli_jobs import app as jobs_app
from refrain.cli_members import members_app
from refrain.cli_offices import roles_app, tokens_app
from refrain.cli_reencode import reencode_app
from refrain.cli_reviews import reviews_app
from refrain.cli_sftp import sftp
from refrain.cli_store import fsck
from refrain.cli_work import reap, work
from refrain.output import say_why
from refrain.starting import run as _run
from refrain.starting import settings_of as _settings

app = typer.Typer(
    name="refrain",
    help="The open streaming service that a music co-operative can own.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(bench_app, name="bench")
media_app = typer.Typer(help="The media engine, without a house.", no_args_is_help=True)
app.add_typer(media_app, name="media")
evidence_app = typer.Typer(help="What was heard, from elsewhere.", no_args_is_help=True)
app.add_typer(evidence_app, name="evidence")
app.command()(work)
app.command()(reap)
app.command()(sftp)
app.add_typer(reencode_app, name="reencode")
app.add_typer(jobs_app, name="jobs")
app.add_typer(books_app, name="books")
app.add_typer(members_app, name="members")
app.add_typer(admin_app, name="admin")
app.add_typer(roles_app, name="roles")
app.add_typer(tokens_app, name="tokens")
app.add_typer(clients_app, name="clients")
app.add_typer(reviews_app, name="reviews")
app.add_typer(imports_app, name="import")
app.add_typer(database_app, name="database")
app.add_typer(ddex_app, name="ddex")
app.add_typer(dsr_app, name="dsr")
app.command()(fleet)
app.command()(fsck)
app.add_typer(backup_app, name="backup")
app.command()(restore)
app.command()(charts)
app.command()(capacity)
errors = Console(stderr=True)

DataDir = Annotated[Path | None, typer.Option("--data", help="Folder of the embedded default.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any free one.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Wait = Annotated[bool, typer.Option("--wait", help="Until each is complete.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line, for scripts.")]
Url = Annotated[str, typer.Option(envvar="REFRAIN_URL", help="Address of a running Refrain.")]
Token = Annotated[str, typer.Option(envvar="REFRAIN_TOKEN", help="Bearer token of an artist.")]
Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Masters.")]


@app.command()
def up(  # noqa: PLR0913 - a house has as many sides
    data: DataDir = None,
    host: Host = None,
    port: Port = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes.")] = None,
    *,
    as_json: AsJson = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="Start anew when the source of it changes.")
    ] = False,
) -> None:
    """Start everything on this machine and stay in the foreground; Ctrl-C stops it."""
    from refrain.running import up_until_signal

    if reload:
        from refrain.reloading import reload_until_signal

        settings = _settings(data_dir=data, host=host, port=port, workers=workers)
        _run(reload_until_signal(settings, as_json=as_json))
        return
    settings = _settings(data_dir=data, host=host, port=port, workers=workers)
    embedded = settings.embeds_valkey and settings.database_url.startswith("sqlite")
    settings = settings.model_copy(update={"demo": settings.demo or embedded})
    _run(up_until_signal(settings, as_json=as_json))


@app.command()
def serve(
    host: Host = None,
    port: Port = None,
    processes: Annotated[int | None, typer.Option(help="Processes on the port.")] = None,
    listen_fd: Annotated[int | None, typer.Option(hidden=True)] = None,
    metrics_dir: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Run the server alone; prints its address as a JSON line when it listens."""
    from refrain.processes import serve_many, shared_by
    from refrain.serving import serve_until_signal

    settings = _settings(host=host, port=port, processes=processes)
    if listen_fd is not None and metrics_dir is not None:
        _run(serve_until_signal(settings, shared_by(listen_fd, metrics_dir)))
    else:
        _run(serve_many(settings) if settings.processes > 1 else serve_until_signal(settings))


@app.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    from refrain.running import migrate_database

    _run(migrate_database(_settings()))


@app.command()
def add(
    files: Files,
    url: Url = "http://127.0.0.1:8780",
    token: Token = "",
    *,
    wait: Wait = False,
    as_json: AsJson = False,
) -> None:
    """Send masters; exit status 1 when one was rejected."""
    from refrain.adding import add_files

    if not _run(add_files(files, url=url, token=token, wait=wait, as_json=as_json)):
        raise typer.Exit(1)


@app.command()
def account(
    name: Annotated[str, typer.Argument(help="How the account is called.")],
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.LISTENER,
    credit: Annotated[int, typer.Option(min=0, help="Milli-credits to begin with.")] = 0,
    country: Annotated[str | None, typer.Option(help="Where they live, as DE.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Make an account and print its token, this once."""
    from refrain.running import make_one

    made = make_one(_settings(), name, role=role, millicredits=credit, country=country)
    token = _run(made)
    typer.echo(json.dumps({"name": name, "role": role, "token": token}) if as_json else token)


@app.command()
def erase(account: Annotated[UUID, typer.Argument(help="The number of an account.")]) -> None:
    """Forget who an account was, for good; its plays and the books stay as they are."""
    from refrain.running import forget_one

    _run(forget_one(_settings(), account))


@app.command()
def forget_factors(
    account: Annotated[UUID, typer.Argument(help="The number of an account.")],
) -> None:
    """Help who lost app, passkeys and recovery codes: the password alone is asked for again."""
    from refrain.running import take_factors_of

    _run(take_factors_of(_settings(), account))


@app.command()
def listen(  # noqa: PLR0913, PLR0917 - a crowd has as many sides
    streams: Annotated[list[str] | None, typer.Argument(help="HLS streams, of any server.")] = None,
    listeners: Annotated[int, typer.Option(min=1, help="How many at a time.")] = 1,
    seconds: Annotated[float, typer.Option(min=1, help="How long they stay.")] = 60,
    ramp: Annotated[float, typer.Option(min=0, help="Seconds in which they come.")] = 0,
    track: Annotated[
        list[str] | None, typer.Option(help="Tracks of a Refrain, each play with heartbeats.")
    ] = None,
    tokens: Annotated[
        Path | None, typer.Option(exists=True, help="Bearer tokens of listeners, one a line.")
    ] = None,
    url: Url = "http://127.0.0.1:8780",
) -> None:
    """Be a crowd of listeners, as players are; print what they met, exit status 1 on failures."""
    from refrain.listeners.crowd import crowd, sources_of

    sources = sources_of(streams or [], track or [], tokens=tokens, server=url)
    tally = _run(crowd(sources, listeners=listeners, seconds=seconds, ramp_s=ramp))
    typer.echo(json.dumps(tally.as_json()))
    if tally.failures:
        raise typer.Exit(1)


@app.command()
def doctor(data: DataDir = None, *, as_json: AsJson = False) -> None:
    """Say what was found on this machine and in the house, what is missing, and how to mend it.

    Exit status 1 when something is.
    """
    from refrain.doctor import examine_machine, table_of

    findings = _run(examine_machine(_settings(data_dir=data)))
    if as_json:
        for finding in findings:
            typer.echo(json.dumps(finding.as_json()))
    else:
        Console().print(table_of(findings))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@evidence_app.command()
def nginx(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="An access log.")],
    *,
    once: Annotated[bool, typer.Option("--once", help="End when all of it is counted.")] = False,
) -> None:
    """Take evidence from the log of an nginx that sends the media, and go on as it grows."""
    from refrain.serving import follow_log

    _run(follow_log(_settings(), file, once=once))


@media_app.command()
def measure(
    files: Files,
    waveform: Annotated[
        Path | None, typer.Option(help="Write the peaks of the last file: `.dat` or `.json`.")
    ] = None,
    zoom: Annotated[int, typer.Option(help="Samples of a pixel of it, in steps of 256.")] = 256,
    *,
    album: Annotated[bool, typer.Option("--album", help="A line for all together, too.")] = False,
) -> None:
    """Decode masters once and print what they are and how loud, a JSON line each."""
    from refrain.media import WaveformFile, measured_album
    from refrain.media import measure as measure_one

    peaks = WaveformFile(path=waveform, zoom=zoom) if waveform else None
    tracks = []
    for path in files:
        said, track = _run(measure_one(path, waveform=peaks))
        typer.echo(json.dumps(said))
        tracks.append(track)
    if album:
        typer.echo(json.dumps(measured_album(tracks)))


@media_app.command()
def encode(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A master.")],
    out: Annotated[Path, typer.Option(help="Folder for the renditions.")],
    rung: Annotated[list[str] | None, typer.Option(help="A rung of the ladder; else all.")] = None,
) -> None:
    """Encode a master, verify every rendition, and print them, a JSON line each."""
    from refrain.media import encode_into

    for made in _run(encode_into(file, out, names=rung or [])):
        typer.echo(json.dumps(made))


@media_app.command()
def package(
    files: Files,
    out: Annotated[Path, typer.Option(help="Folder in which each master gets a folder.")],
    *,
    album: Annotated[bool, typer.Option("--album", help="The files are one album.")] = False,
) -> None:
    """Make masters into folders that any web server streams by HLS and DASH, a line each."""
    from refrain.packaging import package_into

    for made in _run(package_into(files, out, is_album=album)):
        typer.echo(json.dumps(made))


@media_app.command()
def verify(
    target: Annotated[str, typer.Argument(help="A URL, a folder or a file.")],
    *,
    as_json: AsJson = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")] = False,
) -> None:
    """Check anyone's audio stream clause by clause; exit status 1 on errors, 2 if unreadable."""
    from refrain.conformance.command import verify_and_show

    raise typer.Exit(_run(verify_and_show(target, as_json=as_json, strict=strict)))


def main() -> None:
    """Run the command line; an error of ours is a sentence and an exit status."""
    try:
        app()
    except RefrainError as error:
        say_why(error)
        sys.exit(1)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            name = f"REFRAIN_{'_'.join(str(part) for part in fault['loc']).upper()}"
            errors.print(f"[bold red]bad-setting[/]: {name}: {fault['msg']}", highlight=False)
        sys.exit(2)
