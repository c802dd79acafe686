"""Settings of payment providers. `base.settings` has the rest, and reads them all."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class PaymentSettings(BaseSettings):
    """By whom money comes in."""

    stripe_key: SecretStr = Field(
        default=SecretStr(""), description="Secret key of Stripe; empty: it takes no payments."
    )
    stripe_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="Secret that Stripe signs its webhooks with, `whsec_…`."
    )
    stripe_url: str = Field(
        default="", description="Address of what stands in for Stripe in tests; empty: Stripe."
    )
    mollie_key: SecretStr = Field(
        default=SecretStr(""), description="API key of Mollie; empty: it takes no payments."
    )
    mollie_webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret that Mollie signs its newer webhooks with; classic ones have none.",
    )
    mollie_url: str = Field(
        default="", description="Address of what stands in for Mollie in tests; empty: Mollie."
    )
