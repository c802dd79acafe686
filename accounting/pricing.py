"""Stream-to-own prices: each play doubles, and the ninth makes an owner.

Amounts here are milli-credits; what a credit is worth is dated configuration
and belongs to the terms under which a play is settled.
"""

from __future__ import annotations

#: The series agreed by the co-operative; their sum, 1022, is the price of a track.
STEP_PRICES_MILLICREDITS = (2, 4, 8, 16, 32, 64, 128, 256, 512)
#: After this many paid plays a track is the listener's.
PLAYS_TO_OWN = len(STEP_PRICES_MILLICREDITS)


def price_of_next_play(plays: int) -> int:
    """Answer the price in milli-credits of the play that follows `plays` paid ones.

    Raises:
        ValueError: `plays` is negative.

    """
    _require_count(plays)
    return STEP_PRICES_MILLICREDITS[plays] if plays < PLAYS_TO_OWN else 0


def remainder_to_own(plays: int) -> int:
    """Answer the milli-credits that buy the track outright after `plays` paid ones.

    Raises:
        ValueError: `plays` is negative.

    """
    _require_count(plays)
    return sum(STEP_PRICES_MILLICREDITS[plays:])


def plays_left_to_own(plays: int) -> int:
    """Answer how many paid plays are missing to ownership.

    Raises:
        ValueError: `plays` is negative.

    """
    _require_count(plays)
    return max(0, PLAYS_TO_OWN - plays)


def _require_count(plays: int) -> None:
    if plays < 0:
        raise ValueError("a count of plays is not negative")
