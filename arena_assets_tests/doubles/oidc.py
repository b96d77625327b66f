"""An OpenID Connect provider on loopback, as strict as a good one, that lies on order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "arena", "s3cret & more"


@dataclass
class OidcDouble:
    """``claims`` is whoever signs in next; ``lies`` changes claims of their token (None leaves one
    out); ``forgery`` signs it wrongly: ``none``, ``hs256``, ``stranger``,
    ``kid``, or with a ``retired`` key.

    ``describes`` changes the discovery document.
    """

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "7", "email": "mira@a.example"})
    lies: dict[str, Any] = field(default_factory=dict)
    forgery: str = ""
    describes: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _new_key("first"))
    retired: RSAKey = field(default_factory=lambda: _new_key("before"))
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with another key from now on, and publish that alone."""
        self.retired, self.key = self.key, _new_key(secrets.token_hex(4))

    def approve(self, authorization_url: str) -> dict[str, str]:
        """What a person does there: the query with which their browser is sent back."""
        told = parse_qs(urlsplit(authorization_url).query)
        query = {name: values[0] for name, values in told.items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return {"state": query["state"], "code": code}

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            **self.describes,
        }

    def exchange(self, form: Mapping[str, str], sign_in: str) -> tuple[int, dict[str, Any]]:
        """The token endpoint: a code once, from the client it was for, with its verifier."""
        wanted = base64.b64encode(b"arena:s3cret+%26+more").decode()
        query = self._codes.pop(form.get("code", ""), None)
        if sign_in != f"Basic {wanted}" or query is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != query["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"token_type": "Bearer", "id_token": self._token(query["nonce"])}

    def _token(self, nonce: str) -> str:
        now = int(time.time())
        honest = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {**honest, **self.claims, **self.lies}
        claims = {name: value for name, value in claims.items() if value is not None}
        match self.forgery:
            case "none":
                parts = [_plain({"alg": "none", "kid": self.key.kid}), _plain(claims), ""]
                return ".".join(parts)
            case "hs256":
                # By hand: no library would take a public key for a shared secret.
                text = f"{_plain({'alg': 'HS256', 'kid': self.key.kid})}.{_plain(claims)}"
                made = hmac.digest(self.key.as_pem(private=False), text.encode(), "sha256")
                return f"{text}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"
            case "retired":
                return _signed(claims, self.retired)
            case "stranger":
                return _signed(claims, _new_key(str(self.key.kid)))
            case "kid":
                return _signed(claims, _new_key("never-published"))
        return _signed(claims, self.key)


def _new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True)


def _signed(claims: dict[str, Any], key: RSAKey) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key, algorithms=["RS256"])


def _plain(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@contextmanager
def open_oidc() -> Iterator[OidcDouble]:
    """The provider, listening until the end of the block."""
    double = OidcDouble()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            double.asked.append(self.path)
            if self.path == "/.well-known/openid-configuration":
                self._say(200, double.description())
            elif self.path == "/jwks":
                self._say(200, {"keys": [double.key.as_dict(private=False)]})
            elif self.path.startswith("/authorize?"):  # a browser, whose person agrees at once
                query = parse_qs(urlsplit(self.path).query)
                back = urlencode(double.approve(self.path))
                self.send_response(303)
                self.send_header("Location", f"{query['redirect_uri'][0]}?{back}")
                self.end_headers()
            else:
                self._say(404, {})

        def do_POST(self) -> None:
            double.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*double.exchange(form, self.headers.get("Authorization", "")))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
