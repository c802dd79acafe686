import signal

import pytest

from catalog.states import Cause
from refrain.deaths import death_of, memory_group_in, oom_kills_in


@pytest.mark.parametrize(
    ("status", "oom_kills", "cause"),
    [
        (1, 0, Cause.FAULT),
        (-signal.SIGKILL, 0, Cause.WORKER_LOST),
        (-signal.SIGKILL, 1, Cause.OUT_OF_MEMORY),
        (-signal.SIGTERM, 1, None),
        (-signal.SIGSEGV, 0, Cause.CRASH),
        (-signal.SIGABRT, 1, Cause.CRASH),
        (-signal.SIGXCPU, 0, Cause.TIMEOUT),
        (-64, 0, Cause.WORKER_LOST),
    ],
)
def test_an_end_tells_its_cause(status: int, oom_kills: int, cause: Cause | None) -> None:
    death = death_of(status, oom_kills=oom_kills)

    assert death.cause is cause
    assert "the " in death.reason


def test_the_kernel_s_counters_are_read() -> None:
    assert oom_kills_in("low 0\noom 3\noom_kill 2\noom_group_kill 0\n") == 2
    assert oom_kills_in("pgfault 12\n") is None
    assert memory_group_in("4:memory:/old\n0::/system.slice/refrain.service\n") == (
        "system.slice/refrain.service"
    )
    assert memory_group_in("4:memory:/old\n") is None
