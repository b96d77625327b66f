"""Quotes as tokens: what was promised, for which request, until when; signed, so that it holds.

A token is ``payload.signature`` in URL-safe base64: canonical JSON, and its HMAC-SHA-256 (RFC 2104)
under a key that only this installation has.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import shlex
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from arena_assets.domain.manifest import canonical_json, digest
from arena_assets.domain.quote_costs import Usd
from arena_assets.domain.request import RequestSpec
from arena_assets.errors import Refused, UsageFault

_LONGEST = 2_000
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Terms:
    """What a quote holds for. ``request``, ``prices`` and ``services`` are hashes."""

    quote_id: str
    made_at: datetime
    expires_at: datetime
    request: str
    prices: str
    services: str
    usd: Usd

    def require(self, spec: RequestSpec, prices: str, services: str, now: datetime) -> None:
        """Raise :class:`Refused` unless the quote holds for this request, now."""
        again = f"Ask for a new one with '{quote_command(spec)}'"
        if now >= self.expires_at:
            raise Refused(f"The quote expired at {self.expires_at:%Y-%m-%d %H:%M} UTC", again)
        if self.request != request_hash(spec):
            raise Refused(
                "The quote is for another request: its count, theme, colour, brief, project or "
                "economy differ from these",
                f"Ask for what was quoted, or for a quote of this with '{quote_command(spec)}'",
            )
        if self.services != services:
            raise Refused("The choice of services has changed since the quote", again)
        if self.prices != prices:
            raise Refused("Prices have changed since the quote", again)


def request_hash(spec: RequestSpec) -> str:
    """A hash of what of a request has a price: neither its cap nor its priority."""
    return short_hash(digest(spec.model_dump(mode="json", exclude={"cap_usd", "priority"})))


def short_hash(full: str) -> str:
    """128 bits of a hash: a token is copied by hand, and what it names is not secret."""
    return full[:32]


def quote_command(spec: RequestSpec) -> str:
    """The command that quotes a request."""
    words = ["arena", "quote", "--count", str(spec.count), "--project", spec.project]
    if spec.theme is not None:
        words += ["--theme", spec.theme.value]
    if spec.mana_color is not None:
        words += ["--color", spec.mana_color.value]
    if spec.brief:
        words += ["--brief", spec.brief]
    if spec.economy:
        words.append("--economy")
    return shlex.join(words)


def sign(terms: Terms, key: bytes) -> str:
    """The terms as a token."""
    payload = canonical_json(
        {
            "v": _VERSION,
            "id": terms.quote_id,
            "made_at": terms.made_at.isoformat(),
            "expires_at": terms.expires_at.isoformat(),
            "request": terms.request,
            "prices": terms.prices,
            "services": terms.services,
            "usd": [str(terms.usd.low), str(terms.usd.expected), str(terms.usd.high)],
        }
    ).encode()
    return f"{_encoded(payload)}.{_encoded(_signature(payload, key))}"


def read(token: str, key: bytes) -> Terms:
    """The terms of a token. Raises :class:`UsageFault` for one that this key has not signed.

    Nothing of a token is read before its signature is found to be right.
    """
    try:
        if len(token) > _LONGEST:
            raise ValueError("too long")
        payload, signature = map(_decoded, token.strip().split("."))
        if not hmac.compare_digest(signature, _signature(payload, key)):
            raise ValueError("signed otherwise")
        told = json.loads(payload)
        if told.pop("v") != _VERSION:
            raise ValueError("another version")
        return Terms(
            quote_id=told.pop("id"),
            made_at=datetime.fromisoformat(told.pop("made_at")),
            expires_at=datetime.fromisoformat(told.pop("expires_at")),
            usd=Usd(*map(Decimal, told.pop("usd"))),
            **told,
        )
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise UsageFault(
            "This is no quote of this installation, or its text was changed on the way",
            "Copy the whole token from 'arena quote', or ask for a new quote",
        ) from error


def _signature(payload: bytes, key: bytes) -> bytes:
    return hmac.new(key, payload, hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """Strictly: every other spelling of the same bytes is refused."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if _encoded(data) != text:
        raise ValueError("not spelled canonically")
    return data
