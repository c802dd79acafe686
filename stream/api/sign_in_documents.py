"""Documents of one's own account: how one signs in, and where one did."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

_EMAIL, _PASSWORD, _NAME, _TOKEN = 300, 1_000, 300, 200


class JoinAccount(BaseModel):
    """A name, an address and a password; a mail asks to confirm the address."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Ada",
                    "email": "ada@example.org",
                    "password": "zither quince lantern",
                }
            ]
        },
    )

    name: str = Field(max_length=_NAME)
    email: str = Field(max_length=_EMAIL)
    password: str = Field(max_length=_PASSWORD)


class SignInWith(BaseModel):
    """An address and a password; the answer sets the cookie of a session."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=_EMAIL)
    password: str = Field(max_length=_PASSWORD)


class AskForReset(BaseModel):
    """Ask for a mail that helps whoever has an address, with an account or without."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=_EMAIL)


class ResetPassword(BaseModel):
    """Choose a password by the token of a link; `email`, where the account has none yet."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=_TOKEN)
    password: str = Field(max_length=_PASSWORD)
    email: str = Field(default="", max_length=_EMAIL)


class ChangePassword(BaseModel):
    """Choose another password; `current` is left out by who has none yet."""

    model_config = ConfigDict(extra="forbid")

    current: str = Field(default="", max_length=_PASSWORD)
    password: str = Field(max_length=_PASSWORD)


class ChangeEmail(BaseModel):
    """Ask for another address to be used; a mail to it asks to confirm that."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=_EMAIL)
    current: str = Field(default="", max_length=_PASSWORD)


class ConfirmEmail(BaseModel):
    """The code that was mailed to an address: eight digits, with blanks or without."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)


class EmailFacts(BaseModel):
    """The address of an account; it may not be confirmed yet, and there may be none.

    `trouble` is why the newest mail to it never came there.
    """

    email: str | None
    verified_at: datetime | None
    has_password: bool
    trouble: str | None


class SignInFacts(BaseModel):
    """Where an account is signed in; `address` is a network, and no more of it is kept."""

    id: str
    device: str
    address: str
    country: str | None
    made_at: datetime
    seen_at: datetime
    is_here: bool


class SignInList(BaseModel):
    """All of them, the latest seen first; there are never more than fifty, hence no `next`."""

    items: list[SignInFacts]
    next: None = None
