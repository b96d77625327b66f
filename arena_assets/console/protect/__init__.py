"""What stands before every route: one small file per protection, each plain ASGI.

From the outside in: headers, host, body size, origin, audit trail. None reads a body or buffers an
answer.
"""

from __future__ import annotations

from fastapi import FastAPI

from arena_assets.console.protect.body import BodyLimit
from arena_assets.console.protect.headers import SecurityHeaders
from arena_assets.console.protect.host import TrustedHosts
from arena_assets.console.protect.origin import SameOrigin
from arena_assets.console.protect.trail import AuditTrail
from arena_assets.settings import Settings


def protect(app: FastAPI, settings: Settings) -> None:
    """Put all of them before the app; the last added is the outermost."""
    app.add_middleware(AuditTrail)
    app.add_middleware(SameOrigin, public_url=settings.public_url)
    app.add_middleware(BodyLimit, most=settings.upload_mb * 1_000_000)
    app.add_middleware(TrustedHosts, settings=settings)
    app.add_middleware(SecurityHeaders, https=settings.public_url.startswith("https://"))
