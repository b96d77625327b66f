"""The session's cookie, and the CSRF token that goes with it."""

from __future__ import annotations

import hashlib
import hmac

from starlette.responses import Response

from arena_assets.settings import Settings
from arena_assets.store.identities import FLOW_LASTS

SESSION_COOKIE = "arena_session"
FLOW_COOKIE = "arena_sign_in"
_FLOW_PATH = "/sign-in"


def csrf_token(session_id: str) -> str:
    """Bound to the session and unreadable from it: HMAC-SHA256 under the session's id (OWASP's
    signed double-submit, with nothing to store)."""
    if not session_id:
        return ""
    return hmac.new(session_id.encode(), b"csrf", hashlib.sha256).hexdigest()


def set_session(response: Response, session_id: str, settings: Settings) -> None:
    response.set_cookie(
        SESSION_COOKIE,
        session_id,
        max_age=settings.session_days * 86400,
        path="/",
        secure=settings.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def set_flow(response: Response, browser: str, settings: Settings) -> None:
    """Lax, as the way back is a link from the provider's site."""
    response.set_cookie(
        FLOW_COOKIE,
        browser,
        max_age=round(FLOW_LASTS.total_seconds()),
        path=_FLOW_PATH,
        secure=settings.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )


def clear_flow(response: Response) -> None:
    response.delete_cookie(FLOW_COOKIE, path=_FLOW_PATH, httponly=True, samesite="lax")


def clear_session(response: Response) -> None:
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
