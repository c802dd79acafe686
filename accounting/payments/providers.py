"""The providers that a house has: those that its settings hold a key for."""

from __future__ import annotations

from collections.abc import Mapping

from accounting.payments.manual import Manual
from accounting.payments.port import Provider
from base.errors import Refused
from base.settings import Settings

Providers = Mapping[str, Provider]


def providers_of(settings: Settings) -> Providers:
    """Answer the providers by their names; libraries are loaded only for those there are."""
    found: dict[str, Provider] = {"manual": Manual()}
    if key := settings.stripe_key.get_secret_value():
        from accounting.payments.stripe import Stripe  # noqa: PLC0415 - a quarter of a second

        secret = settings.stripe_webhook_secret.get_secret_value()
        found["stripe"] = Stripe(key=key, webhook_secret=secret, url=settings.stripe_url)
    if key := settings.mollie_key.get_secret_value():
        from accounting.payments.mollie import Mollie  # noqa: PLC0415 - see above

        secret = settings.mollie_webhook_secret.get_secret_value()
        found["mollie"] = Mollie(key=key, webhook_secret=secret, url=settings.mollie_url)
    return found


def provider_named(providers: Providers, name: str) -> Provider:
    """Answer a provider.

    Raises:
        Refused: `provider-unknown`, 404.

    """
    if name not in providers:
        known = ", ".join(sorted(providers))
        raise Refused("provider-unknown", f"Payments are taken by {known} here.", status=404)
    return providers[name]
