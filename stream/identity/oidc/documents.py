"""What applications find out by themselves: where to ask, and for what (Discovery, RFC 8414)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from base.signing_keys import ALGORITHM

AUTHORIZE = "/oauth/authorize"
TOKEN = "/oauth/token"  # noqa: S105 - a path
REVOKE = "/oauth/revoke"
INTROSPECT = "/oauth/introspect"
DEVICE = "/oauth/device"
REGISTER = "/oauth/register"
USERINFO = "/oauth/userinfo"
JWKS = "/oauth/jwks.json"
END_SESSION = "/oauth/end-session"

CODE, REFRESH, CLIENT = "authorization_code", "refresh_token", "client_credentials"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
GRANTS = (CODE, REFRESH, CLIENT, DEVICE_CODE)
PUBLIC, BASIC, POST = "none", "client_secret_basic", "client_secret_post"
AUTH_METHODS = (PUBLIC, BASIC, POST)


def discovery(issuer: str, scopes: Sequence[str], *, is_open: bool) -> dict[str, Any]:
    """Answer what is published of the provider; `is_open` where applications register."""
    paths = {
        "authorization_endpoint": AUTHORIZE,
        "token_endpoint": TOKEN,
        "userinfo_endpoint": USERINFO,
        "jwks_uri": JWKS,
        "revocation_endpoint": REVOKE,
        "introspection_endpoint": INTROSPECT,
        "device_authorization_endpoint": DEVICE,
        "end_session_endpoint": END_SESSION,
        **({"registration_endpoint": REGISTER} if is_open else {}),
    }
    return {
        "issuer": issuer,
        **{name: issuer + path for name, path in paths.items()},
        "scopes_supported": list(scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANTS),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "introspection_endpoint_auth_methods_supported": [BASIC, POST],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claim_types_supported": ["normal"],
        "claims_supported": [
            *("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "amr", "sid"),
            *("name", "email", "email_verified"),
        ],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": ["en"],
    }
