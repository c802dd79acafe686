"""What the settings say of payouts: the rules of the next run, and the account that it leaves."""

from __future__ import annotations

from accounting.bank_accounts import BankAccount, bank_account
from accounting.payouts import MICROS_PER_CENT, Policy
from accounting.sepa import CURRENCY
from base.errors import Refused
from base.settings import Settings
from base.units import Micros


def policy_of(settings: Settings) -> Policy:
    """Answer the rules by which a run that is planned now pays."""
    return Policy(
        currency=CURRENCY,
        threshold=Micros(settings.payout_from_cents * MICROS_PER_CENT),
        holdback_ppm=settings.payout_holdback_ppm,
        holdback_months=settings.payout_holdback_months,
        details_days=settings.payout_details_days,
    )


def source_of(settings: Settings) -> BankAccount:
    """Answer the account that payouts leave from.

    Raises:
        Refused: `sepa-not-set`, 409; or the settings name no account, see `bank_account`.

    """
    if not settings.sepa_name or not settings.sepa_iban:
        raise Refused(
            "sepa-not-set",
            "Say which account pays, with REFRAIN_SEPA_NAME and REFRAIN_SEPA_IBAN.",
            status=409,
        )
    return bank_account(holder=settings.sepa_name, iban=settings.sepa_iban, bic=settings.sepa_bic)
