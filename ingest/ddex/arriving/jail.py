"""Files below a folder, and never elsewhere: whatever a path says, and whatever links lie there.

Each folder of a path is opened by the one above it, and no link is followed at any step. What is
done with files is for others: here it is made sure whose they are.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_ALWAYS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Jail:
    """A folder; `root` itself may be a link, as its owner likes.

    Paths are relative, with `/` between their parts; nothing is the folder itself. Every method
    raises OSError as the system does; ELOOP or ENOTDIR where a link is on the way.
    """

    root: Path

    def open(self, path: str, flags: int, mode: int = 0o644) -> int:
        """Open a plain file; answer its handle.

        Raises:
            OSError: also EPERM for what is no plain file: a pipe or a device.

        """
        with self._above(path) as (folder, name):
            handle = os.open(name, flags | _ALWAYS, mode, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EPERM, "no plain file")
        return handle

    def stat(self, path: str) -> os.stat_result:
        """Answer what is known of what is there; of a link, of itself."""
        if not path:
            return self.root.stat()
        with self._above(path) as (folder, name):
            return os.stat(name, dir_fd=folder, follow_symlinks=False)

    def names(self, path: str) -> list[tuple[str, os.stat_result]]:
        """Answer what lies in a folder, by name."""
        with self.folder(_parts(path)) as handle, os.scandir(handle) as entries:
            found = list[tuple[str, os.stat_result]]()
            for entry in entries:
                with suppress(FileNotFoundError):  # it went meanwhile
                    found.append((entry.name, entry.stat(follow_symlinks=False)))
        return sorted(found)

    def make_folder(self, path: str) -> None:
        """Make a folder."""
        with self._above(path) as (folder, name):
            os.mkdir(name, 0o755, dir_fd=folder)

    def remove_folder(self, path: str) -> None:
        """Remove a folder that is empty."""
        with self._above(path) as (folder, name):
            os.rmdir(name, dir_fd=folder)

    def remove_all(self, path: str) -> None:
        """Remove a folder with all that is in it; links go, and what they lead to stays."""
        with self._above(path) as (folder, name):
            shutil.rmtree(name, dir_fd=folder)

    def remove(self, path: str) -> None:
        """Remove what is no folder."""
        with self._above(path) as (folder, name):
            os.unlink(name, dir_fd=folder)

    def rename(self, old: str, new: str, *, replaces: bool) -> None:
        """Give something another name, whole and at once; FileExistsError unless it `replaces`."""
        with self._above(old) as (source, name), self._above(new) as (target, called):
            if not replaces:
                with suppress(FileNotFoundError):
                    os.stat(called, dir_fd=target, follow_symlinks=False)
                    raise FileExistsError(errno.EEXIST, "it is there already")
            os.rename(name, called, src_dir_fd=source, dst_dir_fd=target)
            os.fsync(target)

    def sync(self, path: str) -> None:
        """Make the name of a file durable."""
        with self._above(path) as (folder, _):
            os.fsync(folder)

    def size_bytes(self) -> int:
        """Answer what all files come to."""
        return sum(told.st_size for _, told in walk(self.root) if stat.S_ISREG(told.st_mode))

    @contextmanager
    def folder(self, parts: Sequence[str], *, makes: bool = False) -> Iterator[int]:
        """Open a folder; who `makes` it makes those on the way, too."""
        if makes:
            self.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.root, _FOLDER)
        try:
            for name in parts:
                if makes:
                    with suppress(FileExistsError):
                        os.mkdir(name, 0o755, dir_fd=handle)
                below = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
                os.close(handle)
                handle = below
            yield handle
        finally:
            os.close(handle)

    @contextmanager
    def _above(self, path: str) -> Iterator[tuple[int, str]]:
        *folders, name = _parts(path) or [""]
        if not name:
            raise OSError(errno.EPERM, "that is the folder itself")
        with self.folder(folders) as handle:
            yield handle, name


def walk(
    folder: Path, above: str = "", *, without: Collection[str] = (), depth: int = 0
) -> Iterator[tuple[str, os.stat_result]]:
    """Answer all that is no folder below one, by path, but in some; links are not followed."""
    for name, told in _listed(folder):
        path = f"{above}{name}"
        if not stat.S_ISDIR(told.st_mode):
            yield path, told
        elif depth < _DEEPEST and path not in without:
            yield from walk(folder / name, f"{path}/", without=without, depth=depth + 1)


def _listed(folder: Path) -> list[tuple[str, os.stat_result]]:
    try:
        return Jail(folder).names("")
    except FileNotFoundError:
        return []


def _parts(path: str) -> list[str]:
    parts = path.split("/") if path else []
    if any(one in {"", ".", ".."} or "\0" in one for one in parts):
        raise OSError(errno.EINVAL, "no path of a file")
    return parts
