"""Which passwords are let in: long enough, and not among the first that anybody guesses.

There are no rules of composition: they make passwords worse (NIST SP 800-63B, 5.1.1.2). What is
asked is how many guesses it takes who knows what people choose (thirty thousand passwords that
leaked, words, names, keyboards, years), and who chose it: zxcvbn tells. Where a file of all that
ever leaked is at hand, see `stream.identity.breached`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from zxcvbn import zxcvbn

SHORTEST, LONGEST = 10, 200
#: Guesses: so many are made within an hour or so against a hash that leaked.
_LEAST_GUESSES = 10**8
#: Guessing takes longer than it should for long ones; what is good in one half, is good.
_LOOKED_AT = 24
#: Signs that stand for a letter, each as one of those that stand for the same: else it would try
#: all that many of them may stand for.
_ALIKE = str.maketrans("@{[<!|$+", "4(((1157")
_SERVICE = "Refrain"
_ENOUGH_TO_TELL = 3
#: As long as an address is; what is longer, is neither that nor a name.
_LONGEST_KNOWN = 254


def normalised(password: str) -> str:
    """Answer a password in the one form in which it is hashed, however it was typed (NFC)."""
    return unicodedata.normalize("NFC", password)


def fault_in(password: str, *, known: Sequence[str]) -> str | None:
    """Say what is wrong with a normalised password, if anything.

    `known` is what others know of who chose it: name and address.
    """
    if len(password) < SHORTEST:
        return (
            f"A password has at least {SHORTEST} characters; this one has {len(password)}. A few "
            "words that do not belong together are easy to remember."
        )
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters; this one has {len(password)}."
    if _guesses(password, known) < _LEAST_GUESSES:
        return (
            "This password is among the first that somebody would guess who knows what people "
            "choose, or knows you. Take a few words that do not belong together."
        )
    return None


def _guesses(password: str, known: Sequence[str]) -> float:
    """Estimate what it takes to guess the better end of a password."""
    told = [one[:_LONGEST_KNOWN] for one in known]
    words = [part for one in told for part in (one, *re.split(r"[\W_]+", one))]
    said = tuple(dict.fromkeys(one for one in (_SERVICE, *words) if len(one) >= _ENOUGH_TO_TELL))
    ends = {password[:_LOOKED_AT], password[-_LOOKED_AT:]}
    return max(_estimate(end, said) for end in ends)


def _estimate(password: str, said: tuple[str, ...]) -> float:
    known = [one.translate(_ALIKE) for one in said]
    return float(zxcvbn(password.translate(_ALIKE), user_inputs=known)["guesses"])
