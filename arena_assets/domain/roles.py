"""Who may do what: roles of people, and the scopes that routes and tokens name."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Scope(StrEnum):
    """One kind of right. A token has some of its owner's."""

    READ = "read"
    REVIEW = "review"
    PRODUCE = "produce"
    SPEND = "spend"
    ADMIN = "admin"


class Role(IntEnum):
    """What a person is here; each may do all that the one before may."""

    VIEWER = 0
    REVIEWER = 1
    PRODUCER = 2
    ADMIN = 3

    @property
    def label(self) -> str:
        """As it is written in tables, commands and pages: ``producer``."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.label

    @property
    def scopes(self) -> frozenset[Scope]:
        return _SCOPES[self]


_SCOPES = {
    Role.VIEWER: frozenset({Scope.READ}),
    Role.REVIEWER: frozenset({Scope.READ, Scope.REVIEW}),
    Role.PRODUCER: frozenset({Scope.READ, Scope.REVIEW, Scope.PRODUCE, Scope.SPEND}),
    Role.ADMIN: frozenset(Scope),
}
ROLES: dict[str, Role] = {role.label: role for role in Role}
