"""The provider that was chosen, and whom of its people are let in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from arena_assets.domain.roles import ROLES, Role
from arena_assets.errors import UsageFault
from arena_assets.settings import Settings

CALLBACK = "/sign-in/oidc/callback"
"""Where the provider sends people back to, below our own address."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class OidcOptions:
    """``roles`` maps groups to roles, the highest counts; empty: roles are given here.

    ``joins``: who is not known yet is made a user; else only who was bound by an admin comes in.
    """

    issuer: str
    client_id: str
    client_secret: str | None
    scopes: str
    name: str
    roles: dict[str, Role]
    groups_claim: str
    domains: frozenset[str]
    joins: bool


def oidc_options(settings: Settings) -> OidcOptions | None:
    """What the settings say; None without an issuer. Raises :class:`UsageFault`."""
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise UsageFault("ARENA_OIDC_ISSUER has no client", "Set ARENA_OIDC_CLIENT_ID as well")
    secure(settings.oidc_issuer, "ARENA_OIDC_ISSUER")
    if "openid" not in settings.oidc_scopes.split():
        raise UsageFault("ARENA_OIDC_SCOPES lacks openid", "Set it like 'openid profile email'")
    secret = settings.oidc_client_secret
    roles = _roles(settings.oidc_roles)
    domains = frozenset(
        each.strip().removeprefix("@").casefold()
        for each in settings.oidc_domains.split(",")
        if each.strip()
    )
    joins = settings.oidc_join == "allowed"
    if joins and not (roles or domains):
        raise UsageFault(
            "ARENA_OIDC_JOIN=allowed would let everybody in whom the provider knows",
            "Name ARENA_OIDC_DOMAINS or ARENA_OIDC_ROLES as well",
        )
    return OidcOptions(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=None if secret is None else secret.get_secret_value(),
        scopes=settings.oidc_scopes,
        name=settings.oidc_name or (urlsplit(settings.oidc_issuer).hostname or "the provider"),
        roles=roles,
        groups_claim=settings.oidc_groups_claim,
        domains=domains,
        joins=joins,
    )


def secure(url: str, what: str) -> str:
    """The URL, when it is https, or http on this machine; raises :class:`UsageFault`."""
    split = urlsplit(url)
    here = split.scheme == "http" and split.hostname in _LOOPBACK
    if not split.hostname or not (split.scheme == "https" or here) or split.username:
        raise UsageFault(
            f"{what} cannot be used", "It is an https address, like the provider's own"
        )
    return url


def _roles(text: str) -> dict[str, Role]:
    found = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        group, equals, role = (part.strip() for part in each.rpartition("="))
        if not (group and equals and role in ROLES):
            raise UsageFault(
                f"ARENA_OIDC_ROLES cannot be read at '{each[:60]}'",
                f"Write it like 'arena-admins=admin, art=reviewer'; roles: {', '.join(ROLES)}",
            )
        found[group] = ROLES[role]
    return found
