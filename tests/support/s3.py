"""A real S3 server: MinIO's front as JuiceFS carries it, on a folder."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aioboto3
import botocore.session
import pytest

from tests.support.children import Program, answers, free_port

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testaccess", "AWS_SECRET_ACCESS_KEY": "testsecret1"}


def share_services() -> None:
    """Let all sessions of this process read what there is of AWS once.

    A server opens its storage once; tests open hundreds, and each would read megabytes of JSON.
    """
    module: Any = botocore.session
    module.create_loader = cache(module.create_loader)


@contextmanager
def s3_server(folder: Path, *, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve on an address; answer the endpoint. The credentials are CREDENTIALS."""
    port = free_port()
    with s3_on(folder, port, host=host).running():
        yield f"http://{host}:{port}"


def s3_on(folder: Path, port: int, *, host: str = "127.0.0.1") -> Program:
    """Make an empty storage in a folder, and answer what serves it."""
    juicefs = Path(sys.executable).parent / "juicefs"
    meta = f"sqlite3://{folder}/meta.db"
    subprocess.run(
        [juicefs, "format", "--storage", "file", "--bucket", f"{folder}/blocks/", meta, "tests"],
        check=True,
        capture_output=True,
    )
    flags = ["--keep-etag", "--object-meta", "--multi-buckets", "--no-usage-report"]
    caches = ["--cache-dir", f"{folder}/cache"]
    return Program(
        argv=[juicefs, "gateway", meta, f"{host}:{port}", *flags, *caches],
        log=folder / "s3.log",
        ready=answers(port, host),
        env={
            "MINIO_ROOT_USER": CREDENTIALS["AWS_ACCESS_KEY_ID"],
            "MINIO_ROOT_PASSWORD": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            "HOME": str(folder),
        },
    )


@contextmanager
def bucket(endpoint: str) -> Iterator[str]:
    """Answer the address of a new, empty bucket, while the environment has what opens it."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        for name, value in {**CREDENTIALS, "AWS_CONFIG_FILE": os.devnull}.items():
            environment.setenv(name, value)
        name = f"b{uuid4().hex}"
        # In a thread of its own: in this one a browser may have a loop already.
        with ThreadPoolExecutor(max_workers=1) as threads:
            threads.submit(asyncio.run, _create(endpoint, name)).result()
        yield f"s3://{name}/music?endpoint={quote(endpoint, safe='')}&region=us-east-1"


async def _create(endpoint: str, name: str) -> None:
    async with aioboto3.Session().client(
        "s3", endpoint_url=endpoint, region_name="us-east-1"
    ) as client:
        await client.create_bucket(Bucket=name)


@contextmanager
def stored_on(request: pytest.FixtureRequest, kind: str) -> Iterator[dict[str, str]]:
    """Answer the settings of a house that has its objects on `disk`, or on `s3`."""
    if kind == "disk":
        yield {}
        return
    with bucket(request.getfixturevalue("s3_endpoint")) as url:
        yield {"storage_url": url}
