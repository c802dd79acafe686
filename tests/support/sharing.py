"""How the tests are shared between the workers of pytest-xdist.

There is one worker for each core, and one beyond, for what those leave while they wait. It begins
at the other end, with what is sent at no pace of its own, and stands back: nothing is late for it.
"""

from __future__ import annotations

import os

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from transcode.process import available_cores

#: All that is played is heard in real time, and would disturb each other.
_HEARD = "tests/browser/"
#: How far the worker beyond the cores stands back.
_NICENESS = 5
#: What asks the same house stays together as well: it takes longer to open than to ask.
_TOGETHER = (_HEARD, "tests/opensubsonic/")
#: What takes longest is begun first, so that nobody waits for it at the end; behind these come
#: files of a few seconds each.
_LONGEST = (
    *(_HEARD, "tests/chaos/", "tests/e2e/", "tests/opensubsonic/", "tests/stream/identity/"),
    *("tests/transcode/", "tests/ingest/uploads/", "tests/hostile/", "tests/stream/"),
    *("tests/house/", "tests/workers/", "tests/accounting/"),
)


class ByFile(LoadScopeScheduling):
    """Gives a worker one file at a time, so that what its tests share is made once.

    What is heard is one worker's, and so is what shares a house.
    """

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        those = next((folder for folder in _TOGETHER if nodeid.startswith(folder)), None)
        return those or super()._split_scope(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if _is_beyond(node.gateway.id):
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def workers() -> int:
    """Answer how many share the tests."""
    return available_cores() + 1


def stand_back() -> None:
    """Leave the cores to the others, if this is the worker beyond them."""
    if _is_beyond(os.environ.get("PYTEST_XDIST_WORKER", "gw0")):
        os.nice(_NICENESS)


def _is_beyond(worker: str) -> bool:
    return int(worker.removeprefix("gw")) >= available_cores()


def longest_first(items: list[pytest.Item]) -> None:
    """Put the tests of each folder where it stands among the longest, and the others behind."""
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in _LONGEST])
