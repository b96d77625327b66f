"""Recipes: how the bytes of one slot are made, described apart from when and whether."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from arena_assets.domain.calls import Answer, Call, Recover, Send, Settle
from arena_assets.domain.manifest import FileRef, Finding, Measurement, digest


class WorkContext(Protocol):
    """What the workshop gives to work while it runs."""

    @property
    def workdir(self) -> Path:
        """A folder of this work alone; it is removed afterwards, whatever happens."""

    def input(self, role: str) -> Path:
        """A readable file with an input's bytes, their hash verified. Never write to it."""

    def progress(self, fraction: float, note: str = "") -> None:
        """Say how far the work is, 0–1, and what is happening, in words."""

    def check_cancelled(self) -> None:
        """Raise :class:`~arena_assets.errors.Cancelled` once the work should stop."""

    def call(
        self, call: Call, send: Send, settle: Settle, recover: Recover | None = None
    ) -> Answer:
        """Make a call to a service, at most once for its key, its money reserved before.

        An answer that is already there is replayed for free. Raises
        :class:`~arena_assets.errors.Refused` when a budget does not allow it,
        :class:`~arena_assets.errors.Outage` while the service's breaker is open, and
        :class:`~arena_assets.errors.OutcomeUnknown` when the call is parked.
        """


@dataclass(frozen=True, slots=True)
class Produced:
    """What work leaves in its folder: files by role, what was measured, what was checked."""

    files: Mapping[str, Path]
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """Work on one slot, named well enough that equal recipes give equal bytes.

    ``inputs`` maps a role to the bytes used, which count by their hash; ``params`` is everything
    else that shapes the result. ``version`` is raised whenever the code would give other bytes for
    the same inputs.
    ``price_ceiling_usd`` is the most the work can cost: 0 for embedded work. ``instead`` gives the
    recipe of another maker, for when this one's service is out and the project allows that.
    """

    name: str
    version: str
    inputs: Mapping[str, FileRef]
    params: Mapping[str, JsonValue]
    provider: str
    model: str
    work: Callable[[WorkContext], Produced] = field(compare=False, repr=False)
    price_ceiling_usd: float = 0.0
    fallback: bool = False
    instead: Callable[[], Recipe] | None = field(default=None, compare=False, repr=False)

    def key(self, take: int) -> str:
        """The content key of this recipe's result for a take."""
        return digest(
            {
                "recipe": self.name,
                "version": self.version,
                "inputs": {role: ref.sha256 for role, ref in self.inputs.items()},
                "params": dict(self.params),
                "provider": self.provider,
                "model": self.model,
                "take": take,
            }
        )
