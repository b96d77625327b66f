"""Keeping a call's lease while its answer takes long."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from arena_assets.errors import ArenaError
from arena_assets.ledger.call_journal import LEASE_SECONDS, CallJournal
from arena_assets.store.calls import PaidCall


@contextmanager
def kept_alive(journal: CallJournal, row: PaidCall) -> Iterator[None]:
    """Renew the lease three times in its length until the block ends."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(LEASE_SECONDS / 3):
            # The database may be away for a moment; the call itself goes on.
            with contextlib.suppress(ArenaError):
                if not journal.renew(row):
                    return

    thread = threading.Thread(target=renew, name="call-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
