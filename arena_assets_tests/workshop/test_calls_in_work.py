"""Work that calls a service: paid once, whatever happens to the work around it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from arena_assets.domain.calls import Sink
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import Slot, SlotName, track_slot
from arena_assets.errors import Busy, Cancelled, ContentFault, Outage, Refused
from arena_assets.store import events, results, takes
from arena_assets.store.breakers import outage_waits
from arena_assets.store.budgets import Scope, set_budget
from arena_assets.store.ledger_entries import entries, totals, unbalanced
from arena_assets.workshop.cancel import CancelFlag
from arena_assets_tests.arenas import Hall
from arena_assets_tests.loopback import PRICE, Service, goods, open_service, order, price, sending

TRACK = track_slot("main")
RecipeFor = Callable[[int], Recipe]


@pytest.fixture
def shop() -> Iterator[Service]:
    with open_service() as service:
        yield service


@pytest.fixture
def slot(hall: Hall) -> Slot:
    return Slot(hall.request()[0], TRACK)


def buys(shop: Service, *numbers: int, after: Callable[[WorkContext], None] = lambda _: None,
         name: str = "track") -> RecipeFor:  # fmt: skip
    """Work that places orders, then does something with what came."""

    def recipe(take: int) -> Recipe:
        def work(context: WorkContext) -> Produced:
            path = context.workdir / "track.bin"
            calls = [order(number, take=take) for number in numbers or (1,)]
            path.write_bytes(
                b"".join(
                    context.call(call, sending(shop.url, call), price).body.read_bytes()
                    for call in calls
                )
            )
            after(context)
            return Produced({"track": path})

        return Recipe(name, "1", {}, {"take": take, "numbers": [*numbers]}, "shop", "m1", work)

    return recipe


def test_the_manifest_keeps_what_all_calls_of_the_work_cost(
    hall: Hall, slot: Slot, shop: Service
) -> None:
    made = hall.studio.workshop.make(slot, buys(shop, 1, 2), CancelFlag())
    assert made.manifest.price_usd == float(2 * PRICE)
    (total,) = totals(hall.studio.db, arena_id=slot.arena_id)
    assert (total.calls, total.spent_usd) == (2, 2 * PRICE)
    assert total.reserved_usd == 0
    (line, *_) = entries(hall.studio.db)
    assert (line.project, line.slot, line.request_id) == ("hall", "music_tracks/main", 1)


def test_work_that_fails_after_its_call_pays_nothing_the_next_time(
    hall: Hall, slot: Slot, shop: Service
) -> None:
    def fails(_context: WorkContext) -> None:
        raise ContentFault("The track is silent", "Redo it")

    with pytest.raises(ContentFault):
        hall.studio.workshop.make(slot, buys(shop, after=fails), CancelFlag())
    assert results.latest(hall.studio.db, slot) is None
    made = hall.studio.workshop.make(slot, buys(shop), CancelFlag())
    assert made.manifest.price_usd == float(PRICE)
    assert shop.total == 1
    assert sum(line.spent_usd for line in entries(hall.studio.db)) == PRICE
    kinds = [e.kind for e in events.since(hall.studio.db, 0) if e.kind.startswith("call_")]
    assert kinds == [f"call_{k}" for k in ("reserved", "sent", "answered", "settled", "replayed")]


def test_a_redo_pays_for_its_new_take(hall: Hall, slot: Slot, shop: Service) -> None:
    hall.studio.workshop.make(slot, buys(shop), CancelFlag())
    takes.next_take(hall.studio.db, slot)
    again = hall.studio.workshop.make(slot, buys(shop), CancelFlag())
    assert (again.reused, shop.total) == (False, 2)
    takes.set_take(hall.studio.db, slot, 1)
    assert hall.studio.workshop.make(slot, buys(shop), CancelFlag()).reused
    assert shop.total == 2


def test_lost_bytes_are_made_again_from_the_kept_answer(
    hall: Hall, slot: Slot, shop: Service
) -> None:
    made = hall.studio.workshop.make(slot, buys(shop), CancelFlag())
    hall.studio.blobs.path(made.manifest.file("track")).unlink()
    again = hall.studio.workshop.make(slot, buys(shop), CancelFlag())
    where = hall.studio.blobs.path(again.manifest.file("track"))
    assert where.read_bytes() == goods(order().uuid)
    assert shop.total == 1


def test_the_cap_of_the_request_counts_for_all_its_arenas(hall: Hall, shop: Service) -> None:
    ids = hall.request(2, cap_usd="0.50")
    hall.studio.workshop.make(Slot(ids[0], TRACK), buys(shop, 1), CancelFlag())
    with pytest.raises(Refused, match=r"cap of request 1 of \$0.50 leaves \$0.26"):
        hall.studio.workshop.make(Slot(ids[1], TRACK), buys(shop, 2), CancelFlag())
    set_budget(hall.studio.db, Scope.REQUEST, "1", Decimal("0.60"))
    hall.studio.workshop.make(Slot(ids[1], TRACK), buys(shop, 2), CancelFlag())
    assert unbalanced(hall.studio.db) == []


def test_a_stop_waits_for_what_is_paid_for(hall: Hall, slot: Slot, shop: Service) -> None:
    """A sibling's failure or a person's stop comes while the answer is on its way."""
    flag = CancelFlag()

    def recipe(_take: int) -> Recipe:
        def work(context: WorkContext) -> Produced:
            call = order()

            def send(sink: Sink) -> None:
                flag.set()
                context.progress(0.5, "waiting")
                sending(shop.url, call)(sink)

            context.call(call, send, price)
            raise AssertionError("the stop was not heard after the call")

        return Recipe("track", "1", {}, {}, "shop", "m1", work)

    with pytest.raises(Cancelled):
        hall.studio.workshop.make(slot, recipe, flag)
    assert sum(line.spent_usd for line in entries(hall.studio.db)) == PRICE
    assert sum(line.reserved_usd for line in entries(hall.studio.db)) == 0


@pytest.mark.parametrize("kind", [Busy, Outage])
def test_a_service_in_trouble_does_not_stop_what_needs_none(
    hall: Hall, shop: Service, kind: type[Exception]
) -> None:
    (arena_id,) = hall.request()
    failed = threading.Event()

    def troubled(_take: int) -> Recipe:
        def work(_context: WorkContext) -> Produced:
            failed.set()
            raise kind("The shop is closed", "Wait")

        return Recipe("troubled", "1", {}, {}, "shop", "m1", work)

    def late(context: WorkContext) -> None:
        assert failed.wait(20)
        context.check_cancelled()

    recipes: dict[SlotName, RecipeFor] = {
        track_slot("victory"): troubled,
        TRACK: buys(shop, after=late),
        track_slot("intro"): buys(shop, 2),
    }
    with pytest.raises(kind):
        list(hall.studio.workshop.make_all(arena_id, recipes, width=2))
    assert set(results.for_arena(hall.studio.db, arena_id)) == {TRACK, track_slot("intro")}


def test_an_outage_notes_the_arena_that_waits(hall: Hall, slot: Slot, shop: Service) -> None:
    shop.faults = ["503"]
    with pytest.raises(Outage):
        hall.studio.workshop.make(slot, buys(shop), CancelFlag())
    (wait,) = outage_waits(hall.studio.db)
    assert (wait.arena_id, wait.service, wait.slot) == (slot.arena_id, "shop", str(TRACK))
    hall.studio.begin_work(slot.arena_id, "a-run")
    assert outage_waits(hall.studio.db) == []
