"""A provider by its discovery document: where to send people, the exchange of a code, its keys.

OpenID Connect Core and Discovery 1.0, PKCE (RFC 7636, S256 only), issuer identification
(RFC 9207). Addresses of the document are https, or http on this machine.
"""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast
from urllib.parse import quote_plus, urlencode

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from arena_assets.actions.oidc.options import OidcOptions, secure
from arena_assets.errors import Forbidden, Outage, UsageFault

_PATIENCE_SECONDS = 10.0
_KEPT_SECONDS = 3600.0
_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Discovered:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_itself: bool
    secret_in_body: bool


@dataclass
class Provider:
    """One provider; what it says of itself is kept for an hour, its keys until one is missing."""

    options: OidcOptions
    _found: tuple[float, Discovered] | None = None
    _keys: KeySet | None = None
    _lock: Lock = field(default_factory=Lock)

    def discovered(self) -> Discovered:
        """Its addresses. Raises :class:`Outage`, and :class:`UsageFault` for a document that is
        another issuer's."""
        with self._lock:
            now = time.monotonic()
            if self._found is None or now - self._found[0] > _KEPT_SECONDS:
                self._found, self._keys = (now, self._discover()), None
            return self._found[1]

    def authorization_url(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where a person is sent to sign in."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self.options.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.options.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        where = self.discovered().authorization_endpoint
        return f"{where}{'&' if '?' in where else '?'}{urlencode(query)}"

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> str:
        """The ID token for a code. Raises :class:`Forbidden` when the provider says no."""
        found = self.discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        secret, client_id = self.options.client_secret, self.options.client_id
        sign_in: tuple[str, str] | None = None
        if secret is None or found.secret_in_body:
            form["client_id"] = client_id
            if secret is not None:
                form["client_secret"] = secret
        else:  # RFC 6749 §2.3.1: form-encoded first
            sign_in = (quote_plus(client_id), quote_plus(secret))
        status, answer = self._ask("POST", found.token_endpoint, form, sign_in)
        token = answer.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise Forbidden("The provider did not confirm this sign-in", "Begin again")
        return token

    def keys(self, *, anew: bool = False) -> KeySet:
        """Its public keys; ``anew`` when a token names one that is not among them."""
        uri = self.discovered().jwks_uri
        with self._lock:
            if self._keys is None or anew:
                status, answer = self._ask("GET", uri)
                if status != 200:
                    raise self._out(f"answers {status} for its keys")
                try:
                    self._keys = KeySet.import_key_set(cast(KeySetSerialization, answer))
                except (JoseError, ValueError, KeyError, TypeError) as error:
                    raise self._out("has keys that cannot be read") from error
            return self._keys

    def _discover(self) -> Discovered:
        issuer = self.options.issuer
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        status, said = self._ask("GET", url)
        if status != 200:
            raise self._out(f"answers {status} for its description")
        if said.get("issuer") != issuer:
            raise UsageFault(
                f"The provider calls itself '{str(said.get('issuer'))[:200]}'",
                "Set ARENA_OIDC_ISSUER to exactly that, if it is the one you mean",
            )
        endpoints = {
            name: secure(str(said.get(name, "")), f"The provider's {name}")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        }
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Discovered(
            **endpoints,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
            secret_in_body="client_secret_basic" not in methods,
        )

    def _ask(
        self,
        method: str,
        url: str,
        form: dict[str, str] | None = None,
        sign_in: tuple[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        headers = {"Accept": "application/json"}
        try:
            with httpx.Client(timeout=_PATIENCE_SECONDS, follow_redirects=False) as client:
                answer = client.request(method, url, data=form, auth=sign_in, headers=headers)
                said = answer.json() if len(answer.content) <= _MOST_BYTES else None
        except httpx.HTTPError as error:
            raise self._out(f"does not answer ({type(error).__name__})") from error
        except ValueError:
            said = None
        return answer.status_code, said if isinstance(said, dict) else {}

    def _out(self, how: str) -> Outage:
        return Outage(
            f"The sign-in provider {self.options.name} {how}",
            "Try again in a moment, or sign in with a password",
        )
