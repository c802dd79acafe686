"""Run by every Python whose path begins here: a machine whose time of day is later by some days.

So a month is over that has only begun, for a house and for all processes that it starts.
"""

import os
from datetime import timedelta

import base.clock

_asked = base.clock.system_clock
_later = timedelta(days=float(os.environ.get("TEST_DAYS_LATER", "0")))

base.clock.system_clock = lambda: _asked() + _later
