"""What an ID token must be before anything it says is believed (OpenID Connect Core §3.1.3.7)."""

from __future__ import annotations

import time
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import Token

from arena_assets.actions.oidc.provider import Provider
from arena_assets.errors import Forbidden

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
"""Signatures with a public key alone: no ``none``, and no secret that both sides hold."""
_LEEWAY_SECONDS = 60
_LONGEST_SUBJECT = 255


def checked_claims(
    provider: Provider, token: str, nonce: str, *, now: float | None = None
) -> dict[str, Any]:
    """The claims of a token that is the provider's, for us, of now and of this very sign-in.

    Keys that were rotated since are fetched once more. Raises :class:`Forbidden`.
    """
    at = int(time.time() if now is None else now)
    try:
        try:
            found = _decoded(token, provider.keys())
        except (InvalidKeyIdError, ValueError):
            found = _decoded(token, provider.keys(anew=True))
        options = provider.options
        jwt.JWTClaimsRegistry(
            now=at,
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": options.issuer},
            aud={"essential": True, "value": options.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(found.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise _refused(type(error).__name__) from error
    claims = dict(found.claims)
    _require_ours(claims, options.client_id)
    return claims


def _decoded(token: str, keys: KeySet) -> Token:
    return jwt.decode(token, keys, algorithms=list(ALGORITHMS))


def _require_ours(claims: dict[str, Any], client_id: str) -> None:
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    party = claims.get("azp")
    if (several or party is not None) and party != client_id:
        raise _refused("azp")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT:
        raise _refused("sub")


def _refused(why: str) -> Forbidden:
    return Forbidden(f"The provider's word on who you are does not hold ({why})", "Begin again")
