"""The CRC-32 of two stretches one behind the other, of those of each: without reading them again.

A sum is what is left of a stretch, taken as a polynomial over GF(2), after division by one of
degree 32 (ISO 3309). What stands behind moves it by a power of x, which is found by squaring: of a
gigabyte as fast as of a byte.
"""

from __future__ import annotations

#: The divisor without its highest term, and the number 1: both with the lowest bit as the highest.
_DIVISOR, _ONE = 0xEDB88320, 0x80000000
_X = _ONE >> 1
_BITS = 8


def combined(first: int, second: int, second_bytes: int) -> int:
    """Answer the sum of two stretches, of which the second is so long."""
    return _product(first, _power(second_bytes * _BITS)) ^ second


def _power(exponent: int) -> int:
    """Answer x to a power."""
    answer, squared = _ONE, _X
    while exponent:
        if exponent & 1:
            answer = _product(answer, squared)
        squared = _product(squared, squared)
        exponent >>= 1
    return answer


def _product(left: int, right: int) -> int:
    answer = 0
    while left:
        if left & _ONE:
            answer ^= right
        left = left << 1 & 0xFFFFFFFF
        right = right >> 1 ^ (_DIVISOR if right & 1 else 0)
    return answer
