"""How the tests are shared between the workers of pytest-xdist."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from transcode.process import available_cores

#: All that is played is heard in real time, and would disturb each other.
_HEARD = "tests/browser/"
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


def workers() -> int:
    """Answer how many share the tests: with more than cores, what is sent in real time is late."""
    return available_cores()


def longest_first(items: list[pytest.Item]) -> None:
    """Put the tests of each folder where it stands among the longest, and the others behind."""
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in _LONGEST])
