"""Signing in and out: the cookie, and how fast one may guess."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from arena_assets.console.auth.access import COOKIE
from arena_assets.console.auth.passwords import fits, hashed, outdated
from arena_assets.console.desk import Desk
from arena_assets.errors import SignInNeeded, TooMany
from arena_assets.store import people
from arena_assets.store.people import User

_WINDOW = timedelta(minutes=15)
_OF_ACCOUNT, _FROM_ADDRESS = 10, 50
"""Failures within the window after which nobody may try again for its rest."""


def address_of(connection: HTTPConnection) -> str:
    """Where a request came from; behind a proxy on this machine, what that says."""
    return connection.client.host if connection.client else ""


def check_password(at: Desk, name: str, password: str, address: str) -> User:
    """The person; raises :class:`SignInNeeded`, or :class:`TooMany` after too many failures.

    The answer is the same for a wrong name and a wrong password, and takes as long.
    """
    account, place = f"account:{name.strip().casefold()}", f"address:{address}"
    for subject, most in ((account, _OF_ACCOUNT), (place, _FROM_ADDRESS)):
        if people.failures(at.db, subject, _WINDOW) >= most:
            raise TooMany(
                "Signing in failed too often", "Wait a quarter of an hour, then try again"
            )
    known = people.password_of(at.db, name)
    if not fits(known[1] if known else None, password) or known is None:
        people.note_failure(at.db, account)
        people.note_failure(at.db, place)
        raise SignInNeeded("The name or the password is wrong", "Try again")
    user, stored = known
    if outdated(stored):
        people.set_password(at.db, user, hashed(password))
    return user


def sign_in(at: Desk, connection: HTTPConnection, response: Response, user: User) -> None:
    """A new session for them, whatever cookie the browser came with."""
    old = connection.cookies.get(COOKIE)
    if old:
        people.close_session(at.db, old)
    lasts = timedelta(days=at.settings.session_days)
    response.set_cookie(
        COOKIE,
        people.open_session(at.db, user, lasts),
        max_age=round(lasts.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=connection.url.scheme in ("https", "wss"),
        path="/",
    )


def sign_out(at: Desk, connection: HTTPConnection, response: Response) -> None:
    """End the session here and in the browser."""
    cookie = connection.cookies.get(COOKIE)
    if cookie:
        people.close_session(at.db, cookie)
    response.delete_cookie(COOKIE, path="/")
