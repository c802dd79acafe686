"""Passwords are hashed (argon2id) in threads, few at a time: each takes much memory on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from base.errors import Unavailable
from base.settings import Settings

T = TypeVar("T")

_AT_ONCE, _MOST_WAITING = 2, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a password is right, and whether it is kept by other parameters than now."""

    is_right: bool
    is_old: bool = False


class Hashing:
    """Hashes and verifies by the parameters of the settings."""

    def __init__(self, settings: Settings) -> None:
        """Prepare; nothing is hashed yet."""
        self._hasher = PasswordHasher(
            time_cost=settings.password_passes,
            memory_cost=max(settings.password_memory_kib, 8 * settings.password_lanes),
            parallelism=settings.password_lanes,
            type=Type.ID,
        )
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """Answer what is kept of a password.

        Raises:
            Unavailable: `too-busy`: too many wait for the same.

        """
        return await self._in_turn(lambda: self._hasher.hash(password))

    async def verify(self, hashed: str | None, password: str) -> Verdict:
        """Tell whether it is the right one; where there is none to compare, it takes as long.

        Raises:
            Unavailable: `too-busy`.

        """
        if hashed is None:
            if not self._nobodys:
                self._nobodys = await self.hash("nobody's")
            await self._in_turn(lambda: self._verify(self._nobodys, password))
            return Verdict(is_right=False)
        return await self._in_turn(lambda: self._verify(hashed, password))

    def _verify(self, hashed: str, password: str) -> Verdict:
        try:
            self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return Verdict(is_right=False)
        return Verdict(is_right=True, is_old=self._hasher.check_needs_rehash(hashed))

    async def _in_turn(self, work: Callable[[], T]) -> T:
        if self._waiting >= _MOST_WAITING:
            raise Unavailable("too-busy", "Too many sign in at this moment; please try again.")
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
