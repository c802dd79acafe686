"""What an application says of itself: taken where it fits, and refused with every reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from base.errors import Refused
from catalog.oidc_clients import NewClient
from stream.identity.oidc.documents import CLIENT, CODE, DEVICE_CODE, GRANTS, PUBLIC, REFRESH
from stream.identity.oidc.redirects import is_fit
from stream.identity.oidc.scopes import OFFERED

Line = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")
]
_Uri = Annotated[str, StringConstraints(max_length=2000)]
_Page = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[!-~]+$")]
Uris = Annotated[list[_Uri], Field(max_length=20)]
GrantType = Literal[
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
]
AuthMethod = Literal["none", "client_secret_basic", "client_secret_post"]


class ClientMetadata(BaseModel):
    """RFC 7591, section 2; what is not known is passed over, as it says."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    client_name: Line = "An application"
    redirect_uris: Uris = Field(default_factory=list)
    post_logout_redirect_uris: Uris = Field(default_factory=list)
    token_endpoint_auth_method: AuthMethod = "client_secret_basic"  # noqa: S105 - the name of a way
    grant_types: list[GrantType] = Field(default=["authorization_code"], max_length=len(GRANTS))
    response_types: list[Literal["code"]] = Field(default=["code"], max_length=1)
    scope: Annotated[str, StringConstraints(max_length=1000)] = ""
    application_type: Literal["web", "native"] = "web"
    id_token_signed_response_alg: Literal["RS256"] = "RS256"  # noqa: S105 - an algorithm
    client_uri: _Page | None = None
    logo_uri: _Page | None = None
    tos_uri: _Page | None = None
    policy_uri: _Page | None = None
    contacts: Annotated[list[Line], Field(max_length=10)] = Field(default_factory=list)
    software_id: Line | None = None
    software_version: Line | None = None

    @property
    def is_public(self) -> bool:
        """Whether it keeps no secret."""
        return self.token_endpoint_auth_method == PUBLIC

    @property
    def about(self) -> dict[str, object]:
        """What it tells people of itself."""
        named = {
            *("client_uri", "logo_uri", "tos_uri", "policy_uri", "contacts", "software_id"),
            *("software_version", "application_type"),
        }
        return self.model_dump(include=named, exclude_none=True)


def scopes_for(metadata: ClientMetadata, open_to_it: Sequence[str]) -> list[str]:
    """Answer what a client may ask for: what it named, or all that is open to it."""
    named = metadata.scope.split()
    return [one for one in open_to_it if one in named] if named else list(open_to_it)


def new_client(
    metadata: ClientMetadata,
    open_to_it: Sequence[str],
    *,
    is_trusted: bool = False,
    account_id: UUID | None = None,
) -> NewClient:
    """Answer the client that an application would be.

    Raises:
        Refused: `redirect-unfit` or `client-unfit`, 422, with every reason.

    """
    require_fit(metadata)
    if CLIENT in metadata.grant_types and account_id is None:
        raise Refused(
            "client-unfit",
            "An application that acts in its own name needs an account to act for.",
            status=422,
        )
    return NewClient(
        name=metadata.client_name,
        auth_method=metadata.token_endpoint_auth_method,
        redirect_uris=metadata.redirect_uris,
        post_logout_redirect_uris=metadata.post_logout_redirect_uris,
        grant_types=metadata.grant_types,
        scopes=scopes_for(metadata, open_to_it),
        about=metadata.about,
        is_trusted=is_trusted,
        account_id=account_id,
    )


def require_fit(metadata: ClientMetadata) -> None:
    """Let what an application says of itself pass.

    Raises:
        Refused: `redirect-unfit` or `client-unfit`, 422, with every reason.

    """
    every = (*metadata.redirect_uris, *metadata.post_logout_redirect_uris)
    if unfit := [uri for uri in every if not is_fit(uri)]:
        raise Refused(
            "redirect-unfit",
            "People are sent back to https://…, to http://127.0.0.1/… or to a scheme of your own "
            f"like com.example.app:/…, without # and blanks; not to {', '.join(unfit)[:500]}.",
            status=422,
        )
    if reasons := list(_reasons(metadata)):
        raise Refused("client-unfit", " ".join(reasons), status=422)


def _reasons(metadata: ClientMetadata) -> Iterator[str]:
    grants = set(metadata.grant_types)
    if CODE in grants and not metadata.redirect_uris:
        yield "An application that people sign in to names where they come back to: redirect_uris."
    if CLIENT in grants and metadata.is_public:
        yield "Who acts in its own name keeps a secret: client_credentials is not for public ones."
    if REFRESH in grants and not grants & {CODE, DEVICE_CODE}:
        yield "There is nothing to refresh without a way to sign in."
    if unknown := sorted(set(metadata.scope.split()) - set(OFFERED)):
        yield f"There is no scope {unknown[0][:100]}; there are: {' '.join(OFFERED)}."
