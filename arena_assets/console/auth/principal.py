"""Who asks: a person in a browser or a token of theirs, and what that lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from arena_assets.store.people import Role


class Scope(StrEnum):
    """One kind of doing. ``SPEND`` is apart from ``PRODUCE``: what may cost money needs both."""

    READ = "read"
    REVIEW = "review"
    PRODUCE = "produce"
    SPEND = "spend"
    ADMIN = "admin"


GRANTED: dict[Role, frozenset[Scope]] = {
    Role.VIEWER: frozenset({Scope.READ}),
    Role.REVIEWER: frozenset({Scope.READ, Scope.REVIEW}),
    Role.PRODUCER: frozenset({Scope.READ, Scope.REVIEW, Scope.PRODUCE, Scope.SPEND}),
    Role.ADMIN: frozenset(Scope),
}
"""What each role may do; a token has at most what its owner's role grants."""


@dataclass(frozen=True, slots=True)
class Principal:
    """``projects`` is None for all of them; ``secret`` is the session's cookie, for sessions."""

    user_id: int
    name: str
    role: Role
    scopes: frozenset[Scope]
    projects: tuple[str, ...] | None
    kind: Literal["session", "token"]
    secret: str = ""

    def may(self, scope: Scope, project: str | None = None) -> bool:
        """Whether they may do that; with a project, there."""
        return scope in self.scopes and (project is None or self.sees(project))

    def sees(self, project: str) -> bool:
        return self.projects is None or project in self.projects
