"""Calls to services outside: described here, made by providers, journalled by the ledger.

A provider says what it would send (:class:`Call`), how (:data:`Send`), what it then cost
(:data:`Settle`) and, where the service lets one ask, what became of an earlier try
(:data:`Recover`). It never sends by itself: :meth:`~arena_assets.domain.recipe.WorkContext.call`
reserves the money, writes the journal, and decides whether to send, to replay or to recover.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from arena_assets.domain.manifest import digest

_NAMESPACE = uuid.UUID("6b0f6c1e-27bd-5a5e-9a5e-3a8a3f1d7c11")


@dataclass(frozen=True, slots=True)
class Call:
    """One request that costs money or takes a remote machine's time.

    ``body`` is what makes it this call and no other: the request's JSON, with files replaced by
    their SHA-256. ``service`` is the breaker it counts for (one server, one account).
    ``ceiling_usd`` is the most it can cost; 0 for a machine of one's own. ``turn`` tells a repaired
    second attempt of one take from the first.
    """

    provider: str
    service: str
    endpoint: str
    body: Mapping[str, JsonValue]
    take: int
    ceiling_usd: Decimal = Decimal(0)
    turn: int = 1

    @property
    def key(self) -> str:
        """The content key: equal calls have it in common and are made once."""
        return digest(
            {
                "provider": self.provider,
                "endpoint": self.endpoint,
                "body": dict(self.body),
                "take": self.take,
                "turn": self.turn,
            }
        )

    @property
    def uuid(self) -> str:
        """A UUID made from the key, for services that take an id from the caller."""
        return str(uuid.uuid5(_NAMESPACE, self.key))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole and on disk. ``replayed``: it was paid for earlier and is free now.

    Headers have lower-case names, and those that could hold a secret are left out.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Path
    replayed: bool = False


class Sink(Protocol):
    """Where an answer goes while it arrives: to disk, so that nothing paid for is lost."""

    def accepted(self, status: int, headers: Mapping[str, str]) -> None:
        """The service has answered: its status and headers are on disk when this returns.

        A ``content-length`` among them must count the bytes that will be written: by it a whole
        answer is told from a cut one. (Beside a ``content-encoding`` it is not looked at.)
        """

    def write(self, chunk: bytes) -> None:
        """More of the body."""


Send = Callable[[Sink], None]
"""Makes the request. It returns once the whole answer is in the sink, and raises otherwise:

- an ``ArenaError`` with ``money == "no"``: certainly not billed; the reservation is given back;
- an ``ArenaError`` with ``money == "yes"``: billed, and of no use; settled, then raised;
- anything else: the outcome is unknown. The call is parked and never sent again by itself.
"""

Settle = Callable[[Answer], Decimal]
"""What the answer cost, in dollars, from the usage it reports; never more than was reserved unless
the service really charged more."""


class Found(StrEnum):
    """What asking a service about an earlier try brought to light."""

    ANSWER = "answer"
    """It is done, and the answer is now in the sink."""
    NOTHING = "nothing"
    """It never arrived, or was lost without a charge: sending again is safe."""
    UNKNOWN = "unknown"
    """The service cannot tell."""


Recover = Callable[[Sink], Found]
"""Asks the service what became of a call that was sent. May wait for work still running there."""
