"""Several processes that want the same call at the same moment: one order, every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from arena_assets.domain.calls import Call
from arena_assets.errors import Busy
from arena_assets.ledger.calls import Caller
from arena_assets.store.calls import Purpose
from arena_assets.store.database import Database
from arena_assets.store.ledger_entries import unbalanced
from arena_assets_tests.counting import Counted
from arena_assets_tests.loopback import Service, open_service, order, price, sending
from arena_assets_tests.racing import race

RACES, PROCESSES = 100, 4


@pytest.fixture
def shop() -> Iterator[Service]:
    with open_service() as service:
        yield service


@pytest.mark.faults
def test_a_hundred_double_clicks(
    db: Database,
    tmp_path: Path,
    shop: Service,
    record_property: Callable[[str, object], None],
    counted: Counted,
) -> None:
    ends: Counter[str] = Counter()
    for number in range(RACES):
        call = order(number)

        def click(_number: int, call: Call = call) -> str:
            send = sending(shop.url, call)
            try:
                made = Caller(db, tmp_path).call(call, send, price, purpose=Purpose("cards"))
            except Busy:
                return "busy"
            return "replayed" if made.answer.replayed else "made"

        ends.update(race(PROCESSES, click))
        ends["duplicates"] += shop.orders[call.uuid] - 1
    assert ends["duplicates"] == 0
    assert ends["made"] == RACES
    assert unbalanced(db) == []
    record_property(
        "faults",
        f"double clicks on {db.dialect}: {RACES} races of {PROCESSES} processes, "
        f"{ends['made']} made, {ends['replayed']} replayed, {ends['busy']} told to wait, "
        f"{ends['duplicates']} duplicate orders",
    )
    counted("races of processes for one paid call", RACES)
