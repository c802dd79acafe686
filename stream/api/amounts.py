"""Money as documents tell it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class Amount(BaseModel):
    """Money as a whole number: 1200000 at scale 6 is 1.20."""

    amount: int
    scale: Literal[6] = 6
    currency: str
