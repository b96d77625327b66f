"""Asking for arenas: at a quoted price or today's, within the caps, once for an idempotency key."""

from __future__ import annotations

from dataclasses import dataclass

from arena_assets.actions.handover import Handover, hand_over
from arena_assets.domain.quote import Quote
from arena_assets.domain.request import RequestSpec
from arena_assets.ledger.quoting import place_quoted
from arena_assets.settings import Settings
from arena_assets.store.database import Database


@dataclass(frozen=True, slots=True)
class Asked:
    """A placed request. ``fresh`` is False, and ``quoted`` None, when its key placed it before."""

    request_id: int
    arena_ids: tuple[int, ...]
    fresh: bool
    quoted: Quote | None
    handover: Handover


def ask(
    settings: Settings,
    db: Database,
    spec: RequestSpec,
    *,
    idempotency_key: str | None = None,
    token: str | None = None,
) -> Asked:
    """Place a request and hand its launches over; see :func:`place_quoted` for what is refused."""
    placed, quoted = place_quoted(settings, db, spec, idempotency_key, token)
    handover = hand_over(settings, db)
    return Asked(placed.request_id, placed.arena_ids, placed.fresh, quoted, handover)
