"""A call to a service that is left in a chosen state, as a broken line leaves it."""

from __future__ import annotations

from decimal import Decimal

from arena_assets.domain.calls import Call
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.store.calls import PaidCall, Purpose, get_call
from arena_assets.store.database import Database


def parked(
    db: Database,
    project: str = "hall",
    *,
    arena_id: int | None = None,
    ceiling: str = "0.42",
    number: int = 1,
) -> PaidCall:
    """A call that was sent and got no answer."""
    call = Call(
        provider="elevenlabs",
        service="elevenlabs",
        endpoint="/v1/music",
        body={"model": "music_v2", "number": number},
        take=1,
        ceiling_usd=Decimal(ceiling),
    )
    journal = CallJournal(db)
    turn = journal.begin(call, Purpose(project, None, arena_id, "music_tracks/main"))
    journal.park(journal.sent(turn.row), "no answer within 180 s")
    found = get_call(db, call.key)
    assert found is not None
    return found
