"""Sign-in, sign-out, and the links that work once."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from arena_assets.actions import accounts, passwords
from arena_assets.actions.oidc.provider import Provider
from arena_assets.console.auth.access import Reader, public
from arena_assets.console.auth.cookies import SESSION_COOKIE, clear_session, set_session
from arena_assets.console.desk import Desk, desk
from arena_assets.console.origin import address_of
from arena_assets.console.render import page
from arena_assets.errors import ArenaError, Forbidden, TooMany
from arena_assets.store.audit import Actor, note
from arena_assets.store.sessions import close_session, open_session
from arena_assets.store.tries import begin_try, forgive
from arena_assets.store.users import User, anybody, find_user

router = APIRouter(include_in_schema=False)
Here = Annotated[Desk, Depends(desk)]
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=1000)]
Next = Annotated[str, Form(max_length=2000)]


@router.get("/sign-in", dependencies=[Depends(public)])
def sign_in_page(request: Request, here: Here, next: str = "/") -> Response:
    """The form; it says so when nobody is there yet."""
    return sign_in_form(request, here, next, None)


@router.post("/sign-in", dependencies=[Depends(public)])
def sign_in(
    request: Request, here: Here, name: Name, password: Password, next: Next = "/"
) -> Response:
    """Let somebody in under a new session id. Wrong name and wrong password are told alike."""
    origin = address_of(request)
    try:
        begin_try(here.db, origin, name)
        user = find_user(here.db, name)
        if not passwords.right(password, user.password_hash if user else None):
            user = None
        if user is None or user.disabled:
            note(here.db, Actor(name[:64], origin), "sign_in.refused")
            raise Forbidden("Name or password is wrong", "Try again, or ask an admin for a link")
    except ArenaError as error:
        return sign_in_form(request, here, next, error)
    forgive(here.db, origin, name)
    return let_in(request, here, user, local(next))


@router.post("/sign-out")
def sign_out(request: Request, here: Here, who: Reader) -> Response:
    """End this session."""
    close_session(here.db, request.cookies.get(SESSION_COOKIE, ""))
    note(here.db, who.actor(address_of(request)), "sign_out")
    request.state.audited = True
    answer = RedirectResponse("/sign-in", status_code=303)
    clear_session(answer)
    return answer


@router.get("/set-up", dependencies=[Depends(public)])
def set_up_page(request: Request, here: Here, code: str = "") -> Response:
    """What a one-time link opens: name and password of the first admin, or a new password."""
    link = accounts.open_link(here.db, code[:100])
    return page(request, "set_up.html", code=code, user=link.user, error=None)


@router.post("/set-up", dependencies=[Depends(public)])
def set_up(
    request: Request, here: Here, code: Name, password: Password, name: Name = ""
) -> Response:
    """Use the link up, and be signed in."""
    origin = address_of(request)
    begin_try(here.db, origin)
    link = accounts.open_link(here.db, code)
    try:
        user = accounts.follow_link(here.db, code, name, password, origin)
    except ArenaError as error:
        return page(
            request,
            "set_up.html",
            status=error.http_status,
            code=code,
            user=link.user,
            error=error,
        )
    forgive(here.db, origin)
    return let_in(request, here, user, "/")


def sign_in_form(request: Request, here: Desk, to: str, error: ArenaError | None) -> Response:
    """The page to sign in, with why the last try did not succeed."""
    provider: Provider | None = request.app.state.oidc
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(round(error.retry_after))
    return page(
        request,
        "sign_in.html",
        status=200 if error is None else error.http_status,
        headers=headers,
        next=local(to),
        empty=error is None and not anybody(here.db),
        error=error,
        provider=None if provider is None else provider.options.name,
    )


def let_in(request: Request, here: Desk, user: User, to: str, **how: str) -> Response:
    """A session under a new id, on record with ``how`` they came in."""
    origin = address_of(request)
    before = request.cookies.get(SESSION_COOKIE)
    if before:  # whatever id the browser came with, somebody else may know it
        close_session(here.db, before)
    lasts = timedelta(days=here.settings.session_days)
    with here.db.together():
        session_id = open_session(here.db, user.user_id, origin, lasts)
        note(here.db, Actor(user.name, origin, user.user_id), "sign_in", **how)
    answer = RedirectResponse(to, status_code=303)
    set_session(answer, session_id, here.settings)
    return answer


def local(address: str) -> str:
    """An address to go on to, when it is one of ours; else the overview."""
    plain = address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and address[1:2] != "/" else "/"
