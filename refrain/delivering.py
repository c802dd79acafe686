"""The server that labels deliver to by SFTP, alone."""

from __future__ import annotations

import json

from base.errors import Refused
from base.settings import Settings
from base.tools import open_tools
from ingest.ddex.sftp.server import HOST_KEY, Sftp, host_key_in, public_line, serving_sftp
from refrain.output import say
from refrain.starting import until_signal


async def serve_sftp_until_signal(settings: Settings) -> None:
    """Run the server alone, and print its port and its key when it listens.

    Raises:
        Refused: `no-sftp-port`: none is set, or it is taken.

    """
    if settings.ddex_sftp_port is None:
        raise Refused("no-sftp-port", "Set REFRAIN_DDEX_SFTP_PORT, or give --port.")
    host_key = settings.data_dir / HOST_KEY
    async with open_tools(settings) as tools:
        sftp = Sftp(
            database=tools.database,
            clock=tools.clock,
            inboxes=settings.inbox_dir,
            most_inbox_bytes=settings.ddex_inbox_limit_bytes,
            most_file_bytes=settings.upload_limit_bytes,
        )
        try:
            async with serving_sftp(
                sftp,
                host=settings.ddex_sftp_host or settings.host,
                port=settings.ddex_sftp_port,
                host_key=host_key,
                grace_s=settings.drain_s,
            ) as port:
                say(json.dumps({"port": port, "host_key": public_line(host_key_in(host_key))}))
                await until_signal()
        except OSError as error:
            raise Refused(
                "no-sftp-port", f"Port {settings.ddex_sftp_port} cannot be listened on: {error}."
            ) from error
