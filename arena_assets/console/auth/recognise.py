"""From a request's cookie or token to who sent it."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import HTTPConnection

from arena_assets.console.auth.cookies import SESSION_COOKIE
from arena_assets.console.auth.principal import Principal
from arena_assets.console.desk import Desk
from arena_assets.store.sessions import session_user
from arena_assets.store.tokens import PREFIX, token_holder

_BEARER = "bearer "


def recognise(at: Desk, connection: HTTPConnection, *, touch: bool = True) -> Principal | None:
    """Who sent it; raises :class:`TooMany` for a token that asks too often.

    Without ``touch`` it is only asked whether they still may: nothing counts as done by them.

    A request that carries a token is judged by it alone, whatever cookie it also has.
    """
    header = connection.headers.get("authorization")
    if header is not None:
        return _by_token(at, header, touch)
    session_id = connection.cookies.get(SESSION_COOKIE)
    if not session_id:
        return None
    idle = timedelta(minutes=at.settings.session_idle_minutes)
    user = session_user(at.db, session_id, idle, touch=touch)
    if user is None:
        return None
    return Principal(user.user_id, user.name, user.role, user.role.scopes, None, "session")


def _by_token(at: Desk, header: str, touch: bool) -> Principal | None:
    secret = header[len(_BEARER) :].strip()
    if not header.lower().startswith(_BEARER) or not secret.startswith(PREFIX):
        return None
    found = token_holder(at.db, secret, touch=touch)
    if found is None:
        return None
    token, user = found
    if touch:
        at.calls.hit(f"token {token.token_id}", f"The token '{token.name}' asks too often")
    # A token never has more than its owner has now.
    scopes = token.scopes & user.role.scopes
    return Principal(
        user.user_id, user.name, user.role, scopes, token.projects, "token", token.token_id
    )
