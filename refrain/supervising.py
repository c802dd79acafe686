"""The parent of one worker: starts it, again when it dies, and tells of what it died.

It stays while workers come and go, and so it is small: no loop, no library, nothing of ours that
needs one. SIGTERM and SIGINT it passes on; SIGHUP lets a new worker follow, with the code that is
installed by then, while the old one finishes what it has. What concerns the database is done by
processes that it starts.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from base.ties import tied_to_parent
from refrain.deaths import TOO_SLOW, Death, death_of, memory_group_in, oom_kills_in

_REFRAIN = (sys.executable, "-m", "refrain")
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0
#: Who lived this long has recovered, and may fall again as if for the first time.
_STEADY_S = 30.0
#: How often it is looked at what the kernel counts.
_TICK_S = 1.0
#: What giving back takes at most, beyond the grace; then it is ended.
_END_S = 20.0
_BLOCK_BYTES = 1 << 12


@dataclass(slots=True, kw_only=True, eq=False)
class Worker:
    """A worker that was started; it has a name once it is ready."""

    process: subprocess.Popen[bytes]
    begun_s: float
    said: bytes = b""
    #: What it was last asked to end by, and when it is ended that did not.
    asked: int = 0
    until_s: float = float("inf")
    was_too_slow: bool = False

    @property
    def name(self) -> str:
        """What it said that it is called; nothing before it is ready."""
        line, newline, _ = self.said.partition(b"\n")
        return str(json.loads(line)["name"]) if newline else ""


class Supervisor:
    """One worker that shall run, one that may follow it, and those that are being ended."""

    def __init__(self, grace_s: float) -> None:
        """Prepare; nothing is started yet."""
        self._grace_s = grace_s
        self._current: Worker | None = None
        self._next: Worker | None = None
        self._leaving: list[Worker] = []
        self._reapers: list[subprocess.Popen[bytes]] = []
        self._selector = selectors.DefaultSelector()
        self._is_ending = self._was_ready = False
        self._status = 0
        self._pause_s, self._again_s = _FIRST_PAUSE_S, 0.0
        #: What the kernel counted, and when, over the last few looks.
        self._counted = deque([(time.monotonic(), _oom_kills())], maxlen=3)

    def run(self) -> int:
        """Keep a worker running until told to end; answer the exit status."""
        heard, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        for kind in _SIGNALS:
            signal.signal(kind, lambda *_: None)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        self._selector.register(heard, selectors.EVENT_READ)
        while not (self._is_ending and not self._all()):
            self._start_if_due()
            for key, _ in self._selector.select(_TICK_S if self._was_ready else _FIRST_PAUSE_S):
                if key.data is None:
                    self._hear(os.read(heard, _BLOCK_BYTES))
                else:
                    self._listen(key.data)
            self._look_for_ended()
            self._end_who_takes_too_long()
            self._count()
        self._await_reapers()
        return self._status

    def _all(self) -> list[Worker]:
        known = (self._current, self._next, *self._leaving)
        return [worker for worker in known if worker is not None]

    def _start_if_due(self) -> None:
        if self._current is None and not self._is_ending and time.monotonic() >= self._again_s:
            self._current = self._start()

    def _start(self) -> Worker:
        process = subprocess.Popen(
            [*_REFRAIN, "work", "--alone"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # A signal of the terminal is for us, who pass it on.
            start_new_session=True,
            # Where we are killed, it gives back what it has.
            preexec_fn=tied_to_parent(signal.SIGINT),  # noqa: PLW1509 - one thread, one system call
        )
        worker = Worker(process=process, begun_s=time.monotonic())
        self._selector.register(_said_by(process), selectors.EVENT_READ, worker)
        return worker

    def _hear(self, numbers: bytes) -> None:
        for number in numbers:
            if number == signal.SIGHUP:
                if self._next is None and not self._is_ending:
                    self._next = self._start()
            elif number != signal.SIGCHLD:
                self._end(number)

    def _end(self, number: int) -> None:
        self._is_ending = True
        for worker in self._all():
            self._ask_to_end(worker, number)

    def _ask_to_end(self, worker: Worker, number: int) -> None:
        grace_s = self._grace_s if number == signal.SIGTERM else 0.0
        until_s = time.monotonic() + grace_s + _END_S
        worker.asked, worker.until_s = number, min(worker.until_s, until_s)
        worker.process.send_signal(number)

    def _listen(self, worker: Worker) -> None:
        """Take note of what a worker says; the first line says that it is ready."""
        was_ready = bool(worker.name)
        said = os.read(_said_by(worker.process), _BLOCK_BYTES)
        if not said:
            self._selector.unregister(_said_by(worker.process))
        elif not was_ready:
            worker.said += said
            if worker.name:
                self._be_ready(worker)

    def _be_ready(self, worker: Worker) -> None:
        if not self._was_ready:
            sys.stdout.buffer.write(worker.said)
            sys.stdout.buffer.flush()
        self._was_ready = True
        if worker is self._next:
            if (old := self._current) is not None:
                self._leaving.append(old)
                self._ask_to_end(old, signal.SIGTERM)
            self._current, self._next = worker, None

    def _look_for_ended(self) -> None:
        for worker in self._all():
            status = worker.process.poll()
            if status is not None:
                self._forget(worker)
                self._take_leave(worker, status)
        self._reapers = [one for one in self._reapers if one.poll() is None]

    def _forget(self, worker: Worker) -> None:
        output = worker.process.stdout
        if output is not None:
            if output in self._selector.get_map():
                self._selector.unregister(output)
            output.close()

    def _take_leave(self, worker: Worker, status: int) -> None:
        """Take back what a worker had that did not end in good order, and let another follow."""
        if status not in {0, -worker.asked} and worker.name:
            self._reap(worker, self._death_of(worker, status))
        if worker is self._next:
            self._next = None
            _say("the new worker did not start; the old one goes on", status=status)
        elif worker in self._leaving:
            self._leaving.remove(worker)
        else:
            self._current = None
            if not (self._was_ready or self._is_ending):
                # It will not be: whoever started us sees the reason.
                self._status = max(status, 1)
                self._end(signal.SIGTERM)
            self._pause(worker)

    def _death_of(self, worker: Worker, status: int) -> Death:
        if worker.was_too_slow:
            return TOO_SLOW
        return death_of(status, oom_kills=_oom_kills() - self._counted[0][1])

    def _pause(self, worker: Worker) -> None:
        now_s = time.monotonic()
        if now_s - worker.begun_s > _STEADY_S:
            self._pause_s = _FIRST_PAUSE_S
        self._again_s = now_s + self._pause_s
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)

    def _count(self) -> None:
        """Look now and then: what was counted long before a death has nothing to do with it."""
        now_s = time.monotonic()
        if now_s - self._counted[-1][0] >= _TICK_S:
            self._counted.append((now_s, _oom_kills()))

    def _await_reapers(self) -> None:
        for reaper in self._reapers:
            try:
                reaper.wait(_END_S)
            except subprocess.TimeoutExpired:  # the leases run out by themselves
                reaper.kill()

    def _reap(self, worker: Worker, death: Death) -> None:
        whose = ["--innocent"] if death.cause is None else ["--cause", death.cause]
        argv = ["reap", worker.name, *whose, "--reason", death.reason]
        self._reapers.append(
            subprocess.Popen(
                [*_REFRAIN, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        )

    def _end_who_takes_too_long(self) -> None:
        for worker in self._all():
            if time.monotonic() > worker.until_s:
                worker.until_s, worker.was_too_slow = float("inf"), True
                _say("worker killed: it took too long to end", worker=worker.name)
                worker.process.kill()


def become_supervisor(environment: Mapping[str, str], grace_s: float) -> NoReturn:
    """Let this process be the parent of a worker, and nothing else any more."""
    sys.stdout.flush()
    argv = [sys.executable, "-m", "refrain.supervising", str(grace_s)]
    os.execve(sys.executable, argv, dict(environment))  # noqa: S606 - ourselves


def _said_by(process: subprocess.Popen[bytes]) -> int:
    if process.stdout is None:
        raise AssertionError(process.pid)
    return process.stdout.fileno()


def _oom_kills() -> int:
    """Answer how many processes were killed for want of memory: in our group, or on the machine."""
    for path in (_group_events(), Path("/proc/vmstat")):
        try:
            if path is not None and (counted := oom_kills_in(path.read_text())) is not None:
                return counted
        except OSError:
            continue
    return 0


def _group_events() -> Path | None:
    try:
        group = memory_group_in(Path("/proc/self/cgroup").read_text())
    except OSError:
        return None
    return None if group is None else Path("/sys/fs/cgroup", group, "memory.events")


def _say(event: str, **about: object) -> None:
    sys.stderr.write(json.dumps({"event": event, "level": "error", **about}) + "\n")


if __name__ == "__main__":
    sys.exit(Supervisor(float(sys.argv[1])).run())
