"""Signatures of webhooks: HMAC-SHA-256 over the time and the body, so that neither can be changed.

The header is ``Arena-Signature: t=<unix seconds>,v1=<hex>``; what is signed is ``<t>.<body>``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

HEADER = "Arena-Signature"
TOLERANCE_SECONDS = 300


def new_secret() -> str:
    """A secret for one webhook; its receiver keeps it."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def signed(secret: str, body: bytes, now: float) -> str:
    """The header's value."""
    return f"t={int(now)},v1={_mac(secret, int(now), body)}"


def holds(secret: str, header: str, body: bytes, now: float) -> bool:
    """Whether a header is this secret's for this body, and not older than five minutes."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    at = parts.get("t", "")
    if not (at.isascii() and at.isdigit()) or abs(now - int(at)) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(parts.get("v1", ""), _mac(secret, int(at), body))


def _mac(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
