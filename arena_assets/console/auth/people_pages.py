"""People, their tokens, and what everybody did: pages of the admins, and of each for themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from arena_assets.console.auth.access import needs
from arena_assets.console.auth.principal import GRANTED, Principal, Scope
from arena_assets.console.auth.sessions import address_of
from arena_assets.console.desk import Desk, desk
from arena_assets.console.render import page
from arena_assets.errors import NotAllowed
from arena_assets.store import api_tokens, audit, people
from arena_assets.store.people import Role

router = APIRouter(include_in_schema=False)
AtDesk = Annotated[Desk, Depends(desk)]
Admin = Annotated[Principal, Depends(needs(Scope.ADMIN))]
Anybody = Annotated[Principal, Depends(needs(Scope.READ))]
INVITATION_DAYS = 7


@router.get("/users")
def users_page(request: Request, at: AtDesk, _who: Admin) -> Response:
    return page(request, "users.html", users=people.list_users(at.db), roles=list(Role), link=None)


@router.post("/users")
def add_user(
    request: Request,
    at: AtDesk,
    who: Admin,
    name: Annotated[str, Form(max_length=80)],
    role: Annotated[str, Form(max_length=16)],
    projects: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """A person and the link, shown once, by which they choose a password."""
    limited = tuple(projects.split()) or None
    user = people.add_user(at.db, name, Role.named(role), projects=limited)
    data = {"role": str(user.role), "projects": limited}
    audit.record(at.db, who.name, "user_added", user.name, address=address_of(request), data=data)
    return _with_link(request, at, user)


@router.post("/users/{user_id}/invite")
def invite(request: Request, at: AtDesk, who: Admin, user_id: int) -> Response:
    user = _person(at, user_id)
    audit.record(at.db, who.name, "user_invited", user.name, address=address_of(request))
    return _with_link(request, at, user)


@router.post("/users/{user_id}")
def change_user(
    request: Request,
    at: AtDesk,
    who: Admin,
    user_id: int,
    role: Annotated[str, Form(max_length=16)],
    disabled: Annotated[bool, Form()] = False,
) -> Response:
    user = _person(at, user_id)
    people.change_user(at.db, user.name, role=Role.named(role), disabled=disabled)
    data = {"role": role, "disabled": disabled}
    audit.record(at.db, who.name, "user_changed", user.name, address=address_of(request), data=data)
    return RedirectResponse("/users", 303)


@router.get("/tokens")
def tokens_page(request: Request, at: AtDesk, who: Anybody) -> Response:
    return _tokens(request, at, who, None)


@router.post("/tokens")
def create_token(
    request: Request,
    at: AtDesk,
    who: Anybody,
    name: Annotated[str, Form(max_length=80)],
    scopes: Annotated[list[Scope], Form()],
    days: Annotated[int, Form(ge=1, le=365)] = 90,
    projects: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    if who.kind != "session":
        raise NotAllowed("A token makes no tokens", "Sign in and make it in the console")
    beyond = set(scopes) - GRANTED[who.role]
    if beyond:
        raise NotAllowed(f"You may not {', '.join(sorted(beyond))} yourself", "Leave it out")
    user = people.find_user(at.db, who.name)
    limited = tuple(projects.split()) or None
    token, secret = api_tokens.create_token(
        at.db, user, name, scopes, timedelta(days=days), projects=limited
    )
    data = {"scopes": list(token.scopes), "days": days}
    audit.record(at.db, who.name, "token_made", token.name, address=address_of(request), data=data)
    return _tokens(request, at, who, secret)


@router.post("/tokens/{token_id}/revoke")
def revoke_token(request: Request, at: AtDesk, who: Anybody, token_id: int) -> Response:
    api_tokens.revoke_token(at.db, token_id, None if who.may(Scope.ADMIN) else who.user_id)
    audit.record(at.db, who.name, "token_revoked", str(token_id), address=address_of(request))
    return RedirectResponse("/tokens", 303)


@router.get("/audit")
def audit_page(request: Request, at: AtDesk, _who: Admin, before: int | None = None) -> Response:
    return page(request, "audit.html", entries=audit.entries(at.db, before=before))


def _tokens(request: Request, at: Desk, who: Principal, secret: str | None) -> Response:
    mine = None if who.may(Scope.ADMIN) else who.user_id
    found = api_tokens.tokens_of(at.db, mine)
    offered = [each for each in Scope if each in GRANTED[who.role]]
    return page(request, "tokens.html", tokens=found, secret=secret, scopes=offered)


def _with_link(request: Request, at: Desk, user: people.User) -> Response:
    secret = people.invite(at.db, user, timedelta(days=INVITATION_DAYS))
    link = str(request.url_for("welcome_page", secret=secret))
    users = people.list_users(at.db)
    return page(request, "users.html", users=users, roles=list(Role), link=link, invited=user.name)


def _person(at: Desk, user_id: int) -> people.User:
    for user in people.list_users(at.db):
        if user.id == user_id:
            return user
    return people.find_user(at.db, f"number {user_id}")
