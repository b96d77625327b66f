"""A shop to order from, and a caller that does not wait between tries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from arena_assets.domain.calls import Call
from arena_assets.ledger.attempt import Called
from arena_assets.ledger.calls import Caller
from arena_assets.ledger.retries import Patience
from arena_assets.store.calls import PaidCall, Purpose, get_call
from arena_assets.store.database import Database
from arena_assets_tests.loopback import Service, asking, open_service, order, price, sending

HASTY = Patience(attempts=4, first_wait=0.0, longest_wait=2.0, jitter=0.0)
FOR = Purpose("cards", None, 7, "music_tracks/main")


@dataclass
class Counter:
    """A place to order at: the caller, the shop, and what the database holds."""

    db: Database
    folder: Path
    service: Service

    @property
    def caller(self) -> Caller:
        """A new one each time, as after a restart."""
        return Caller(self.db, self.folder, patience=HASTY)

    def buy(
        self,
        call: Call | None = None,
        *,
        recovers: bool = False,
        cancel: Callable[[], None] = lambda: None,
        purpose: Purpose = FOR,
    ) -> Called:
        call = call or order()
        url = self.service.url
        recover = asking(url, call) if recovers else None
        return self.caller.call(
            call, sending(url, call), price, recover, purpose=purpose, cancel=cancel
        )

    def row(self, call: Call | None = None) -> PaidCall:
        found = get_call(self.db, (call or order()).key)
        assert found is not None
        return found


@pytest.fixture
def shop() -> Iterator[Service]:
    with open_service() as service:
        yield service


@pytest.fixture
def counter(db: Database, tmp_path: Path, shop: Service) -> Counter:
    return Counter(db, tmp_path / "calls", shop)
