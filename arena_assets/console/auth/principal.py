"""Who acts: a person by their session, or a token in a person's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from arena_assets.domain.roles import Role, Scope
from arena_assets.store.audit import Actor

__all__ = ["Principal", "Role", "Scope"]


@dataclass(frozen=True, slots=True)
class Principal:
    """``projects`` None is every project; ``token_id`` is set for a token."""

    user_id: int
    name: str
    role: Role
    scopes: frozenset[Scope]
    projects: frozenset[str] | None
    kind: Literal["session", "token"]
    token_id: int | None = None

    def may(self, scope: Scope, project: str | None = None) -> bool:
        """Whether they have the right, and in that project when one is named."""
        inside = project is None or self.projects is None or project in self.projects
        return scope in self.scopes and inside

    @property
    def owner(self) -> str:
        """Whose idempotency keys and blind orders these are."""
        return f"user {self.user_id}"

    def actor(self, origin: str) -> Actor:
        """As the audit log names them."""
        by = f" (token {self.token_id})" if self.token_id is not None else ""
        return Actor(f"{self.name}{by}", origin, self.user_id)
