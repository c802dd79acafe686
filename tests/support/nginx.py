"""A real nginx with the configuration that our documents give."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.children import Program, answers, free_port
from tests.support.masters import ROOT, debian_tool

_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def nginx(folder: Path, conf: str, changes: Mapping[str, str]) -> Iterator[str]:
    """Run nginx with a file of docs/nginx, in which words are changed; answer its address."""
    port = free_port()
    text = (ROOT / "docs" / "nginx" / conf).read_text()
    for old, new in {"listen 80;": f"listen 127.0.0.1:{port};", **changes}.items():
        assert old in text, f"{conf} has no {old}"
        text = text.replace(old, new)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in _TEMPORARY)
    # The folders of tests are nobody else's to read.
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}worker_processes 1;\ndaemon off;\npid {folder}/nginx.pid;\n"
        f"error_log {folder}/nginx.log;\nevents {{ worker_connections 64; }}\n"
        f"http {{\naccess_log off;\n{temporary}{text}}}\n"
    )
    argv = [debian_tool("nginx"), "-c", folder / "nginx.conf", "-e", folder / "nginx.log"]
    with Program(argv=argv, log=folder / "nginx.out", ready=answers(port)).running():
        yield f"http://127.0.0.1:{port}"
