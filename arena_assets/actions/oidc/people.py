"""Who of the provider's people is whom here.

Somebody is known by issuer and subject alone. An address or a name never makes them somebody who is
there already: both change hands, and a provider may let people choose them.
"""

from __future__ import annotations

from typing import Any

from arena_assets.actions.accounts import checked_name
from arena_assets.actions.oidc.options import OidcOptions
from arena_assets.domain.roles import ROLES, Role
from arena_assets.errors import Forbidden, Refused, UsageFault
from arena_assets.store import identities, users
from arena_assets.store.audit import Actor, note
from arena_assets.store.database import Database, together
from arena_assets.store.users import User

_NAMES = ("preferred_username", "name", "email")


@together
def welcome(db: Database, options: OidcOptions, claims: dict[str, Any], origin: str) -> User:
    """The user that checked claims are; made, or given the role of their groups, where the
    settings say so. Raises :class:`Forbidden`."""
    subject = str(claims["sub"])
    actor = Actor(f"{options.name} (sign-in)", origin)
    role = _role(options, claims)
    user = identities.user_of(db, options.issuer, subject)
    if user is not None and user.disabled:
        raise Forbidden(f"{user.name} is shut out", "Ask an admin")
    if options.roles and role is None:
        raise Forbidden("None of your groups has a role here", "Ask an admin of the provider")
    if user is None:
        user = _join(db, options, claims, role or ROLES["viewer"], actor)
    elif role is not None and role is not user.role:
        user = _moved(db, user, role, actor)
    identities.seen(db, options.issuer, subject, _text(claims, "email"))
    return user


@together
def bind(db: Database, actor: Actor, name: str, issuer: str, subject: str) -> None:
    """Let somebody who is here come in as ``subject`` of ``issuer``. Raises :class:`Refused` when
    that is somebody else."""
    user = users.need_user(db, name)
    if not subject.strip() or len(subject) > 255:
        raise UsageFault("A subject has 1 to 255 characters", "Copy it from the provider")
    identities.bind(db, user.user_id, issuer, subject)
    note(db, actor, "user.bind", user.name, issuer=issuer, subject=subject)


@together
def unbind(db: Database, actor: Actor, name: str) -> int:
    """End all of somebody's bindings, and what they are signed in with; how many there were."""
    user = users.need_user(db, name)
    gone = identities.unbind(db, user.user_id)
    if not gone:
        raise Refused(f"{user.name} is bound to nothing", "There is nothing to end")
    note(db, actor, "user.unbind", user.name, bindings=gone)
    return gone


def _join(
    db: Database, options: OidcOptions, claims: dict[str, Any], role: Role, actor: Actor
) -> User:
    subject = str(claims["sub"])
    if not options.joins:
        raise Forbidden(
            "Nobody here is bound to this account",
            f"Ask an admin: arena user bind NAME --subject {subject[:80]}",
        )
    if options.domains and not _of_a_domain(options, claims):
        raise Forbidden("Your address is of no domain that is let in", "Ask an admin")
    name = _name(claims)
    if users.find_user(db, name) is not None:
        raise Forbidden(
            f"There is a user '{name}' already, who may be somebody else",
            f"If it is you, ask an admin: arena user bind '{name}' --subject {subject[:80]}",
        )
    user = users.add_user(db, name, role, None)
    note(db, actor, "user.add", user.name, role=role.label, subject=subject)
    identities.bind(db, user.user_id, options.issuer, subject)
    return user


def _moved(db: Database, user: User, role: Role, actor: Actor) -> User:
    """Their groups' role; but the last admin stays one, whatever the provider says."""
    try:
        users.set_role(db, user.user_id, role)
    except Refused:
        return user
    note(db, actor, "user.role", user.name, was=user.role.label, role=role.label)
    return users.need_user(db, user.name)


def _role(options: OidcOptions, claims: dict[str, Any]) -> Role | None:
    groups = claims.get(options.groups_claim)
    mine = groups if isinstance(groups, list) else [groups]
    order = list(ROLES)
    found = [
        options.roles[each] for each in mine if isinstance(each, str) and each in options.roles
    ]
    return max(found, key=lambda each: order.index(each.label), default=None)


def _of_a_domain(options: OidcOptions, claims: dict[str, Any]) -> bool:
    """An address that the provider itself has verified."""
    email = _text(claims, "email") or ""
    return claims.get("email_verified") is True and (
        email.rpartition("@")[2].casefold() in options.domains
    )


def _name(claims: dict[str, Any]) -> str:
    for claim in _NAMES:
        text = _text(claims, claim)
        if text:
            try:
                return checked_name(text)
            except UsageFault:
                continue
    raise Forbidden("The provider tells no name that can be used", "Ask an admin to add you")


def _text(claims: dict[str, Any], name: str) -> str | None:
    found = claims.get(name)
    return found[:320] if isinstance(found, str) and found else None
