"""Who builds the image again has the same image: `make test-image`."""

import hashlib
import tarfile
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.containers import docker

#: What a container has of its own, and the machine writes into it.
_OF_THE_CONTAINER = ("etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab", "dev/", "proc/")

Entry = tuple[str, int, int, int, int, str, str]


def entries(folder: Path, tag: str) -> dict[str, Entry]:
    """Answer all files of an image: kind, mode, owner, time, where it leads, what is in it."""
    container, packed = docker("create", tag), folder / "image.tar"
    try:
        docker("export", "--output", str(packed), container)
    finally:
        docker("rm", container)
    with tarfile.open(packed) as tar:
        found = {one.name: _entry(tar, one) for one in tar}
    return {name: one for name, one in found.items() if not name.startswith(_OF_THE_CONTAINER)}


def _entry(tar: tarfile.TarFile, one: tarfile.TarInfo) -> Entry:
    file = tar.extractfile(one) if one.isfile() else None
    digest = hashlib.file_digest(file, "sha256").hexdigest() if file else ""  # type: ignore[arg-type]
    # A folder is written when something is put into it, which no layer can undo.
    time = 0 if one.isdir() else int(one.mtime)
    return one.type.decode(), one.mode, one.uid, one.gid, time, one.linkname, digest


@pytest.mark.long
def test_two_builds_are_the_same_file_by_file(tmp_path: Path) -> None:
    first, second = (f"refrain-again-{uuid4().hex[:8]}" for _ in range(2))
    try:
        for tag in (first, second):
            docker("build", "--no-cache", "--tag", tag, ".")
        one, other = entries(tmp_path, first), entries(tmp_path, second)

        different = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
        assert not different
        assert "venv/bin/refrain" in one
    finally:
        docker("rmi", first, second)
