"""The command that lets labels deliver by SFTP."""

from __future__ import annotations

from typing import Annotated

import typer

from refrain.starting import run, settings_of


def sftp(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 takes any free one.")
    ] = None,
) -> None:
    """Run the server that labels deliver to; prints its port and its key when it listens."""
    from refrain.delivering import serve_sftp_until_signal

    run(serve_sftp_until_signal(settings_of(ddex_sftp_host=host, ddex_sftp_port=port)))
