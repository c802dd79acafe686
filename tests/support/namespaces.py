"""Machines with addresses of their own: network namespaces on one wire, gone whatever happens.

All of it is inside: the wire ends in a namespace, too, where the services are.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.masters import debian_tool

_CLONE_NEWNET = 0x40000000
_WIRE = "wire"
_NAMESPACES = Path("/run/netns")
_OURS = re.compile(r"refrain-(\d+)-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A namespace; `hub` is where its end of the wire is plugged in."""

    namespace: str
    address: str
    hub: str
    plug: str

    def cut(self) -> None:
        """Let every packet to and from it be lost, from now on and without a word."""
        _ip("-n", self.hub, "link", "set", self.plug, "nomaster")

    def mend(self) -> None:
        """Let packets pass again."""
        _ip("-n", self.hub, "link", "set", self.plug, "master", _WIRE)


@contextmanager
def network(*names: str) -> Iterator[tuple[Machine, ...]]:
    """Make a hub, and machines that reach it; answer them all, the hub first."""
    debian_tool("ip")
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    _remove_left()
    made = [_name(name) for name in ("hub", *names)]
    try:
        for name in made:
            _make(name)
        hub, *machines = made
        _ip("-n", hub, "link", "add", _WIRE, "type", "bridge")
        _ip("-n", hub, "addr", "add", "10.213.0.1/24", "dev", _WIRE)
        _ip("-n", hub, "link", "set", _WIRE, "up")
        plugged = [_plug_in(machine, hub, number) for number, machine in enumerate(machines, 2)]
        yield Machine(namespace=hub, address="10.213.0.1", hub=hub, plug=_WIRE), *plugged
    finally:
        for name in made:
            _ip("netns", "delete", name, is_needed=False)


@contextmanager
def inside(machine: Machine) -> Iterator[None]:
    """Let this thread be on a machine: what it connects to, and what it starts."""
    with Path("/proc/thread-self/ns/net").open() as home:
        with (_NAMESPACES / machine.namespace).open() as there:
            _enter(there.fileno())
        try:
            yield
        finally:
            _enter(home.fileno())


def _make(name: str) -> None:
    try:
        _ip("netns", "add", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr}")
    _ip("-n", name, "link", "set", "lo", "up")


def _plug_in(machine: str, hub: str, number: int) -> Machine:
    plug, address = f"plug{number}", f"10.213.0.{number}"
    peer = ("peer", "name", "eth0", "netns", machine)
    _ip("-n", hub, "link", "add", plug, "type", "veth", *peer)
    _ip("-n", hub, "link", "set", plug, "master", _WIRE)
    _ip("-n", hub, "link", "set", plug, "up")
    _ip("-n", machine, "addr", "add", f"{address}/24", "dev", "eth0")
    _ip("-n", machine, "link", "set", "eth0", "up")
    return Machine(namespace=machine, address=address, hub=hub, plug=plug)


def _name(name: str) -> str:
    return f"refrain-{os.getpid()}-{name}"


def _remove_left() -> None:
    """Remove what tests left that were killed themselves."""
    for path in _NAMESPACES.glob("refrain-*"):
        found = _OURS.match(path.name)
        if found and not Path(f"/proc/{found[1]}").exists():
            _ip("netns", "delete", path.name, is_needed=False)


def _enter(handle: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(handle, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*arguments: str, is_needed: bool = True) -> None:
    subprocess.run([debian_tool("ip"), *arguments], check=is_needed, capture_output=True, text=True)
