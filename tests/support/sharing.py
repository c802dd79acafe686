"""How the tests are shared between workers of pytest-xdist."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

#: All that is played is heard in real time, and would disturb each other.
_HEARD = "tests/browser/"


class ByFile(LoadScopeScheduling):
    """Gives a worker one file at a time, so that what its tests share is made once.

    What is heard is one worker's.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _HEARD if nodeid.startswith(_HEARD) else super()._split_scope(nodeid)
