"""Documents of what somebody shows besides a password, or instead of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_BEGUN, _CODE, _NAME = 2_000, 60, 200
#: Of what a device signs, in base64url.
_ID, _SIGNED, _MADE = 1_400, 8_000, 32_000


class FactorsDocument(BaseModel):
    """What an account can show besides its password; `is_wanted`, where the house insists.

    `is_shown` tells whether this sign-in showed one.
    """

    has_app: bool
    passkeys: int
    recovery_codes_left: int
    is_wanted: bool
    is_shown: bool


class NewAppDocument(BaseModel):
    """What an app counts from: as it is read by a camera (`uri`), and typed in (`secret`).

    `begun` is said again with the first code, within ten minutes.
    """

    secret: str
    uri: str
    begun: str


class ConfirmApp(BaseModel):
    """A code of an app that was begun to be set up."""

    model_config = ConfigDict(extra="forbid")

    begun: str = Field(max_length=_BEGUN)
    code: str = Field(max_length=_CODE)


class RecoveryCodes(BaseModel):
    """Codes to be written down, each good for once; none, where those from before stay good."""

    codes: list[str]


class SecondStepDocument(BaseModel):
    """What is asked for besides the password: say it with `begun`, within ten minutes."""

    begun: str
    has_app: bool
    has_passkey: bool


class FinishSignIn(BaseModel):
    """A code of one's app, or one on paper."""

    model_config = ConfigDict(extra="forbid")

    begun: str = Field(max_length=_BEGUN)
    code: str = Field(max_length=_CODE)


class PasskeyAsked(BaseModel):
    """What a browser is asked to do (`PublicKeyCredential.parse…OptionsFromJSON`).

    `begun` is said again with its answer, within ten minutes.
    """

    options: dict[str, Any]
    begun: str


class AttestationSaid(BaseModel):
    """What a device signed as it made a passkey, in base64url."""

    clientDataJSON: str = Field(max_length=_SIGNED)  # noqa: N815 - as browsers say it
    attestationObject: str = Field(max_length=_MADE)  # noqa: N815 - as browsers say it


class PasskeySaid(BaseModel):
    """A passkey as a browser made it (`toJSON()`); what it says besides is passed over."""

    id: str = Field(max_length=_ID)
    rawId: str = Field(max_length=_ID)  # noqa: N815 - as browsers say it
    type: Literal["public-key"]
    response: AttestationSaid


class NewPasskey(BaseModel):
    """A passkey that was begun to be set up, and how one calls it."""

    model_config = ConfigDict(extra="forbid")

    begun: str = Field(max_length=_BEGUN)
    name: str = Field(max_length=_NAME)
    credential: PasskeySaid


class AssertionSaid(BaseModel):
    """What a device signed with a passkey, in base64url."""

    clientDataJSON: str = Field(max_length=_SIGNED)  # noqa: N815 - as browsers say it
    authenticatorData: str = Field(max_length=_SIGNED)  # noqa: N815 - as browsers say it
    signature: str = Field(max_length=_SIGNED)


class PasskeyShown(BaseModel):
    """A passkey as a browser showed it (`toJSON()`); what it says besides is passed over."""

    id: str = Field(max_length=_ID)
    rawId: str = Field(max_length=_ID)  # noqa: N815 - as browsers say it
    type: Literal["public-key"]
    response: AssertionSaid


class SignInByPasskey(BaseModel):
    """A passkey that was asked for."""

    model_config = ConfigDict(extra="forbid")

    begun: str = Field(max_length=_BEGUN)
    credential: PasskeyShown


class SignedIn(BaseModel):
    """A session that has begun; `closes_at` is when they will be forgotten, who asked for that."""

    closes_at: datetime | None


class PasskeyDocument(BaseModel):
    """A passkey; one that `is_synced` is on all devices of its owner."""

    id: str
    name: str
    is_synced: bool
    made_at: datetime
    last_used_at: datetime | None


class PasskeyMade(PasskeyDocument):
    """The same with codes for paper, told once, where it is the first factor."""

    codes: list[str]


class PasskeyList(BaseModel):
    """All of them, the oldest first; there are never more than twenty, hence no `next`."""

    items: list[PasskeyDocument]
    next: None = None
