"""Settings of payouts. `base.settings` has the rest, and reads them all."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class PayoutSettings(BaseSettings):
    """What treasurers decide of payouts, and the account that pays."""

    payout_from_cents: int = Field(
        default=1_000, ge=1, description="The least that a payee is paid out at once, in cents."
    )
    payout_holdback_ppm: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="What of new earnings is held back at a payout, against chargebacks, "
        "in millionths.",
    )
    payout_holdback_months: int = Field(
        default=6, ge=1, le=120, description="How long it is held back, in months."
    )
    payout_details_days: int = Field(
        default=7,
        ge=0,
        description="How long payouts to new bank details wait, in case somebody else entered "
        "them, in days.",
    )
    sepa_name: str = Field(
        default="", max_length=70, description="Who pays: the holder of the account below."
    )
    sepa_iban: str = Field(default="", description="IBAN of the account that payouts leave from.")
    sepa_bic: str = Field(default="", description="BIC of its bank, if that wants one.")
