"""Documents of what somebody shows besides a password, or instead of one."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

_BEGUN, _CODE = 2_000, 60


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
