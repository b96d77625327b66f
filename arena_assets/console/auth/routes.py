"""Signing in, signing out, and choosing a password by a link."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from arena_assets.console.auth.access import needs, principal_of, public
from arena_assets.console.auth.passwords import hashed
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.auth.sessions import address_of, check_password, sign_in, sign_out
from arena_assets.console.desk import Desk, desk
from arena_assets.console.render import page
from arena_assets.errors import ArenaError, UsageFault
from arena_assets.store import audit, people

router = APIRouter(include_in_schema=False)
AtDesk = Annotated[Desk, Depends(desk)]


@router.get("/sign-in")
@public
def sign_in_page(request: Request, at: AtDesk, next: str = "/") -> Response:
    if principal_of(request) is not None:
        return RedirectResponse(_inside(next), 303)
    return page(
        request, "sign_in.html", next=_inside(next), error=None, known=people.has_users(at.db)
    )


@router.post("/sign-in")
@public
def sign_in_here(
    request: Request,
    at: AtDesk,
    name: Annotated[str, Form(max_length=80)],
    password: Annotated[str, Form(max_length=1024)],
    next: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    address = address_of(request)
    try:
        user = check_password(at, name, password, address)
    except ArenaError as error:
        audit.record(at.db, name, "sign_in_failed", address=address)
        return page(
            request,
            "sign_in.html",
            status=error.http_status,
            next=_inside(next),
            error=error,
            known=True,
        )
    response = RedirectResponse(_inside(next), 303)
    sign_in(at, request, response, user)
    audit.record(at.db, user.name, "sign_in", address=address)
    return response


@router.post("/sign-out")
def sign_out_here(
    request: Request, at: AtDesk, who: Annotated[Principal, Depends(needs(Scope.READ))]
) -> Response:
    response = RedirectResponse("/sign-in", 303)
    sign_out(at, request, response)
    audit.record(at.db, who.name, "sign_out", address=address_of(request))
    return response


@router.get("/welcome/{secret}")
@public
def welcome_page(request: Request, at: AtDesk, secret: str) -> Response:
    user = people.invited(at.db, secret)
    return page(request, "welcome.html", user=user, secret=secret, error=None, name="")


@router.post("/welcome/{secret}")
@public
def welcome(
    request: Request,
    at: AtDesk,
    secret: str,
    password: Annotated[str, Form(max_length=1024)],
    again: Annotated[str, Form(max_length=1024)],
    name: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    user = people.invited(at.db, secret)
    try:
        if password != again:
            raise UsageFault("The two passwords differ", "Type the same one twice")
        chosen = people.accept(at.db, secret, name, hashed(password))
    except UsageFault as error:
        return page(
            request, "welcome.html", status=422, user=user, secret=secret, error=error, name=name
        )
    response = RedirectResponse("/", 303)
    sign_in(at, request, response, chosen)
    audit.record(at.db, chosen.name, "password_chosen", address=address_of(request))
    return response


def _inside(address: str) -> str:
    """A place of ours to go on to; ``/`` for anything that could lead elsewhere."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() and "\\" not in address else "/"
