"""A real S3 server: MinIO's front as JuiceFS carries it, on a folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.children import answers, free_port, running

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testaccess", "AWS_SECRET_ACCESS_KEY": "testsecret1"}


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Answer the endpoint; the credentials are CREDENTIALS."""
    juicefs = Path(sys.executable).parent / "juicefs"
    meta = f"sqlite3://{folder}/meta.db"
    subprocess.run(
        [juicefs, "format", "--storage", "file", "--bucket", f"{folder}/blocks/", meta, "tests"],
        check=True,
        capture_output=True,
    )
    port = free_port()
    env = {
        "MINIO_ROOT_USER": CREDENTIALS["AWS_ACCESS_KEY_ID"],
        "MINIO_ROOT_PASSWORD": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        "HOME": str(folder),
    }
    flags = ["--keep-etag", "--object-meta", "--multi-buckets", "--no-usage-report"]
    caches = ["--cache-dir", f"{folder}/cache"]
    with running(
        [juicefs, "gateway", meta, f"127.0.0.1:{port}", *flags, *caches],
        log=folder / "s3.log",
        ready=answers(port),
        env=env,
    ):
        yield f"http://127.0.0.1:{port}"
