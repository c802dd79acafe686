"""What browsers are asked to do with passkeys, and whether what they answer is right (WebAuthn)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from base.errors import Refused
from stream.identity.relying_party import RelyingParty

_NAME, _TIMEOUT_MS = "Refrain", 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A passkey that a browser made."""

    credential_id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int
    is_synced: bool


def options_to_make(
    party: RelyingParty, account_id: UUID, *, called: str, known: Sequence[bytes], challenge: bytes
) -> dict[str, Any]:
    """Answer what a browser is asked to make: a passkey that finds its owner by itself."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=_NAME,
        user_id=account_id.bytes,
        user_name=called,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return _plain(options_to_json(options))


def options_to_show(party: RelyingParty, *, challenge: bytes) -> dict[str, Any]:
    """Answer what a browser is asked to show: any passkey that it has for us."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options_to_json(options))


def made_in(party: RelyingParty, answer: dict[str, Any], *, challenge: bytes) -> Made:
    """Read what a browser made.

    Raises:
        Refused: `passkey-unfit`, 403.

    """
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise _unfit() from error
    return Made(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        is_synced=found.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
    )


def count_in(
    party: RelyingParty, answer: dict[str, Any], *, challenge: bytes, public_key: bytes
) -> int:
    """Answer how often a passkey says that it signed, if this was signed by it, for us, now.

    Raises:
        Refused: `passkey-unfit`, 403.

    """
    try:
        found = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise _unfit() from error
    return found.new_sign_count


def is_copied(*, said: int, kept: int) -> bool:
    """Whether a count shows that two use one key: it grows, unless it is not counted at all."""
    return (said > 0 or kept > 0) and said <= kept


def _plain(text: str) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(text)
    return options


def _unfit() -> Refused:
    return Refused(
        "passkey-unfit",
        "What your device answered does not fit what it was asked. Load this page again and try "
        "once more, or sign in by your address and password.",
        status=403,
    )
