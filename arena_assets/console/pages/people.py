"""People and the audit log, for admins; API tokens, for everybody's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import RedirectResponse

from arena_assets.actions import accounts
from arena_assets.console.auth.access import Admin, Reader
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk, desk
from arena_assets.console.origin import address_of
from arena_assets.console.pages.shared import link, whole
from arena_assets.console.render import page
from arena_assets.domain.roles import ROLES
from arena_assets.errors import Forbidden
from arena_assets.store import audit
from arena_assets.store.tokens import list_tokens
from arena_assets.store.users import list_users, need_user

router = APIRouter(include_in_schema=False)
Here = Annotated[Desk, Depends(desk)]
Text = Annotated[str, Form(max_length=200)]
_LINES = 100


@router.get("/users")
def users_page(request: Request, here: Here, _who: Admin) -> Response:
    """Everybody, with a form for somebody new."""
    return _users(request, here)


@router.post("/users")
def add_user(request: Request, here: Here, who: Admin, name: Text, role: Text) -> Response:
    """Somebody new, and the link by which they set their password."""
    actor = who.actor(address_of(request))
    user = accounts.add_user(here.db, actor, name, accounts.role_of(role), None)
    request.state.audited = True
    return _with_link(request, here, who, user.name)


@router.post("/users/role")
def change_role(request: Request, here: Here, who: Admin, name: Text, role: Text) -> Response:
    accounts.change_role(here.db, who.actor(address_of(request)), name, accounts.role_of(role))
    request.state.audited = True
    return RedirectResponse("/users", status_code=303)


@router.post("/users/disable")
def disable(
    request: Request, here: Here, who: Admin, name: Text, disabled: Annotated[bool, Form()]
) -> Response:
    accounts.disable(here.db, who.actor(address_of(request)), name, disabled)
    request.state.audited = True
    return RedirectResponse("/users", status_code=303)


@router.post("/users/link")
def password_link(request: Request, here: Here, who: Admin, name: Text) -> Response:
    """A new link to set a password; the page shows it once."""
    return _with_link(request, here, who, name)


@router.get("/tokens")
def tokens_page(request: Request, here: Here, who: Reader) -> Response:
    """One's own tokens."""
    return _tokens(request, here, who, None)


@router.post("/tokens")
def add_token(
    request: Request,
    here: Here,
    who: Reader,
    name: Text,
    scopes: Annotated[list[str], Form()],
    days: Annotated[int, Form()] = 90,
    projects: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """A new token, shown this once."""
    _need_session(who)
    owner = need_user(here.db, who.name)
    limited = [each.strip() for each in projects.split(",") if each.strip()] or None
    _number, secret = accounts.new_token(
        here.db,
        who.actor(address_of(request)),
        owner,
        name,
        accounts.scopes_of(scopes),
        limited,
        days,
    )
    request.state.audited = True
    return _tokens(request, here, who, secret)


@router.post("/tokens/revoke")
def revoke_token(
    request: Request, here: Here, who: Reader, token_id: Annotated[int, Form()]
) -> Response:
    """End one of one's own tokens; an admin may end anybody's."""
    _need_session(who)
    owner = None if who.may(Scope.ADMIN) else need_user(here.db, who.name)
    accounts.end_token(here.db, who.actor(address_of(request)), token_id, owner)
    request.state.audited = True
    return RedirectResponse("/tokens", status_code=303)


@router.get("/audit")
def audit_page(
    request: Request,
    here: Here,
    _who: Admin,
    before: str = "",
    action: str = "",
    who: str = "",
    on: str = "",
    project: str = "",
) -> Response:
    """The newest lines first, filtered, leafed through by cursor."""
    chosen = {"who": who, "action": action, "on": on, "project": project}
    chosen = {name: value.strip()[:200] for name, value in chosen.items()}
    found = audit.entries(here.db, before=whole(before), limit=_LINES + 1, **chosen)
    lines, rest = found[:_LINES], found[_LINES:]
    kinds = dict.fromkeys(f"{each.partition('.')[0]}." for each in audit.ACTIONS if "." in each)
    return page(
        request,
        "audit.html",
        here="audit",
        lines=lines,
        older=link("/audit", **chosen, before=lines[-1].seq) if rest else None,
        newest=link("/audit", **chosen) if before else None,
        chosen=chosen,
        kinds=list(kinds),
        says=audit.ACTIONS,
    )


def _need_session(who: Principal) -> None:
    """A token makes and ends no tokens, so that a leaked one can't outlive itself."""
    if who.kind == "token":
        raise Forbidden("A token can't change tokens", "Sign in and do it on the page of tokens")


def _users(request: Request, here: Desk, link: str | None = None, name: str = "") -> Response:
    everybody = list_users(here.db)
    return page(
        request,
        "users.html",
        here="users",
        users=everybody,
        roles=list(ROLES),
        link=link,
        name=name,
    )


def _with_link(request: Request, here: Desk, who: Principal, name: str) -> Response:
    code = accounts.password_link(here.db, who.actor(address_of(request)), name)
    request.state.audited = True
    base = here.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return _users(request, here, f"{base}/set-up?code={code}", name)


def _tokens(request: Request, here: Desk, who: Principal, secret: str | None) -> Response:
    shown = list_tokens(here.db, None if who.may(Scope.ADMIN) else who.user_id)
    own = [scope for scope in Scope if who.may(scope)]
    return page(
        request, "tokens.html", here="tokens", tokens=shown, scopes=own, secret=secret, who=who
    )
