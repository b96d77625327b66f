"""Sign-in, sign-out, and the links that work once."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from arena_assets.actions import accounts, passwords
from arena_assets.console.auth.access import needs, public
from arena_assets.console.auth.cookies import SESSION_COOKIE, clear_session, set_session
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk, desk
from arena_assets.console.origin import address_of
from arena_assets.console.render import page
from arena_assets.errors import ArenaError, Forbidden
from arena_assets.store.audit import Actor, note
from arena_assets.store.sessions import close_session, open_session
from arena_assets.store.users import User, anybody, find_user

router = APIRouter(include_in_schema=False)
Here = Annotated[Desk, Depends(desk)]
Reader = Annotated[Principal, Depends(needs(Scope.READ))]
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=1000)]
Next = Annotated[str, Form(max_length=2000)]


@router.get("/sign-in", dependencies=[Depends(public)])
def sign_in_page(request: Request, here: Here, next: str = "/") -> Response:
    """The form; it says so when nobody is there yet."""
    return page(request, "sign_in.html", next=local(next), empty=not anybody(here.db), error=None)


@router.post("/sign-in", dependencies=[Depends(public)])
def sign_in(
    request: Request, here: Here, name: Name, password: Password, next: Next = "/"
) -> Response:
    """Let somebody in under a new session id. Wrong name and wrong password are told alike."""
    origin = address_of(request)
    account = name.casefold()
    try:
        here.knocks.hit(origin, "Too many tries to sign in")
        here.tries.hit(account, "Too many tries to sign in")
        user = find_user(here.db, name)
        if not passwords.right(password, user.password_hash if user else None):
            user = None
        if user is None or user.disabled:
            note(here.db, Actor(name[:64], origin), "sign_in.refused")
            raise Forbidden("Name or password is wrong", "Try again, or ask an admin for a link")
    except ArenaError as error:
        return page(
            request,
            "sign_in.html",
            status=error.http_status,
            next=local(next),
            empty=False,
            error=error,
        )
    here.tries.forget(account)
    return _let_in(request, here, user, local(next))


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
    here.knocks.hit(origin, "Too many tries")
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
    return _let_in(request, here, user, "/")


def _let_in(request: Request, here: Desk, user: User, to: str) -> Response:
    origin = address_of(request)
    before = request.cookies.get(SESSION_COOKIE)
    if before:  # whatever id the browser came with, somebody else may know it
        close_session(here.db, before)
    lasts = timedelta(days=here.settings.session_days)
    session_id = open_session(here.db, user.user_id, origin, lasts)
    note(here.db, Actor(user.name, origin, user.user_id), "sign_in")
    answer = RedirectResponse(to, status_code=303)
    set_session(answer, session_id, here.settings)
    return answer


def local(address: str) -> str:
    """An address to go on to, when it is one of ours; else the overview."""
    plain = address.isprintable() and "\\" not in address
    return address if plain and address.startswith("/") and address[1:2] != "/" else "/"
