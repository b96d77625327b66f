"""People and their tokens: made, changed, ended; the same for command and page, each on record."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta

from arena_assets.actions import passwords
from arena_assets.domain.identity import project_slug
from arena_assets.domain.roles import ROLES, Role, Scope
from arena_assets.errors import NotFound, Refused, UsageFault
from arena_assets.store import sessions, tokens, users
from arena_assets.store.audit import Actor, note
from arena_assets.store.database import Database, together
from arena_assets.store.sessions import OpenLink
from arena_assets.store.users import User

FIRST_LINK_LASTS = timedelta(days=1)
PASSWORD_LINK_LASTS = timedelta(hours=24)
_NAME = re.compile(r"\w[\w .@+-]{0,62}\w")


def role_of(text: str) -> Role:
    """A role by its name; raises :class:`UsageFault`."""
    if text not in ROLES:
        raise UsageFault(f"'{text[:40]}' is no role", f"Use one of {', '.join(ROLES)}")
    return ROLES[text]


def scopes_of(texts: Collection[str]) -> frozenset[Scope]:
    """Scopes by their names, at least one; raises :class:`UsageFault`."""
    wrong = [each for each in texts if each not in set(Scope)]
    if wrong or not texts:
        said = f"'{wrong[0][:40]}' is no scope" if wrong else "A token needs a scope"
        raise UsageFault(said, f"Use some of {', '.join(Scope)}")
    return frozenset(Scope(each) for each in texts)


def add_user(
    db: Database,
    actor: Actor,
    name: str,
    role: Role,
    password: str | None,
    *,
    only_first: bool = False,
) -> User:
    """A new person; without a password they need a link to set one."""
    name = checked_name(name)
    hashed = None if password is None else passwords.hashed(password, name)
    with db.together():
        user = users.add_user(db, name, role, hashed, only_first=only_first)
        note(db, actor, "user.add", user.name, role=role.label)
    return user


@together
def change_role(db: Database, actor: Actor, name: str, role: Role) -> None:
    user = users.need_user(db, name)
    users.set_role(db, user.user_id, role)
    note(db, actor, "user.role", user.name, was=user.role.label, role=role.label)


@together
def disable(db: Database, actor: Actor, name: str, disabled: bool = True) -> None:
    """Shut somebody out, with all sessions and tokens, or let them in again."""
    user = users.need_user(db, name)
    users.set_disabled(db, user.user_id, disabled)
    note(db, actor, "user.disable" if disabled else "user.enable", user.name)


@together
def password_link(db: Database, actor: Actor, name: str) -> str:
    """The code of a link that lets somebody set a password once."""
    user = users.need_user(db, name)
    code = sessions.make_link(db, user.user_id, PASSWORD_LINK_LASTS)
    note(db, actor, "user.link", user.name)
    return code


def first_link(db: Database) -> str | None:
    """The code of the link that makes the first admin; None when somebody is there already."""
    return None if users.anybody(db) else sessions.make_link(db, None, FIRST_LINK_LASTS)


def open_link(db: Database, code: str) -> OpenLink:
    """What a link is for; raises :class:`NotFound` for one that is used, old or wrong."""
    found = sessions.see_link(db, code)
    if found is None or (found.user is None and users.anybody(db)):
        raise NotFound(
            "This link works no more",
            "Ask an admin for a new one, or start 'arena serve' again for the first admin's",
        )
    return found


def follow_link(db: Database, code: str, name: str, password: str, origin: str) -> User:
    """Use a link: the first admin is made, or a password set. Exactly one caller succeeds."""
    link = open_link(db, code)
    if link.user is None:
        # Checked before the link is used up, so that a weak password does not cost it.
        passwords.check(password, checked_name(name))
        _use_up(db, code)
        actor = Actor("set-up link", origin)
        return add_user(db, actor, name, Role.ADMIN, password, only_first=True)
    hashed = passwords.hashed(password, link.user.name)
    with db.together():
        _use_up(db, code)
        users.set_password(db, link.user.user_id, hashed)
        note(db, Actor(link.user.name, origin, link.user.user_id), "user.password", link.user.name)
    return link.user


def _use_up(db: Database, code: str) -> None:
    if not sessions.use_link(db, code):
        raise Refused("This link works no more", "Ask an admin for a new one")


def checked_name(name: str) -> str:
    """A name as it is kept; raises :class:`UsageFault`."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise UsageFault(
            f"'{name[:64]}' is no name for a user",
            "Use 2 to 64 letters, digits, spaces and . _ - @ +",
        )
    return name


@together
def new_token(
    db: Database,
    actor: Actor,
    owner: User,
    name: str,
    scopes: Collection[Scope],
    projects: Collection[str] | None = None,
    days: int | None = 90,
) -> tuple[int, str]:
    """A token's number and its secret, to be shown once. Raises :class:`Refused` for more rights
    than its owner has."""
    name = " ".join(name.split())[:64]
    if not name:
        raise UsageFault("A token needs a name", "Name what will use it")
    if days is not None and not 1 <= days <= 3650:
        raise UsageFault(f"A token can't last {days} days", "Use 1 to 3650")
    more = set(scopes) - owner.role.scopes
    if more:
        raise Refused(
            f"{owner.name} ({owner.role.label}) has no right to {', '.join(sorted(more))}",
            "Choose fewer scopes",
        )
    limited = None if projects is None else [project_slug(each) for each in projects]
    lasts = None if days is None else timedelta(days=days)
    token_id, secret = tokens.create_token(db, owner.user_id, name, scopes, limited, lasts)
    note(
        db,
        actor,
        "token.create",
        f"{token_id} {name}",
        owner=owner.name,
        scopes=sorted(scopes),
        projects=limited,
    )
    return token_id, secret


@together
def end_token(db: Database, actor: Actor, token_id: int, owner: User | None = None) -> None:
    """Revoke a token; with ``owner`` only one of theirs."""
    tokens.revoke_token(db, token_id, None if owner is None else owner.user_id)
    note(db, actor, "token.revoke", str(token_id))
