"""Exact money: integer micro-units and a division that loses nothing."""

from __future__ import annotations

from collections.abc import Sequence

from base.units import Micros


def allocate(amount: Micros, weights: Sequence[int]) -> list[Micros]:
    """Divide `amount` by `weights` so that the parts sum to exactly `amount`.

    Largest remainder; ties go to the earlier share, so the answer never
    depends on anything but the arguments.

    Raises:
        ValueError: a weight is negative, or they do not sum to more than zero.

    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative and must sum to more than zero")
    shares = [divmod(amount * weight, total) for weight in weights]
    missing = amount - sum(whole for whole, _ in shares)
    by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
    rounded_up = set(by_remainder[:missing])
    return [Micros(whole + (i in rounded_up)) for i, (whole, _) in enumerate(shares)]
