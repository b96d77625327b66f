"""A process is killed at every point of a paid call; another one goes on where it stopped."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from arena_assets.domain.calls import Call
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import Slot, SlotName
from arena_assets.errors import ContentFault, OutcomeUnknown
from arena_assets.ledger.calls import Caller
from arena_assets.ledger.settling import settle_charged, settle_not_charged
from arena_assets.store import takes
from arena_assets.store.blobs import BlobStore
from arena_assets.store.budgets import Scope, get_budgets
from arena_assets.store.calls import CallState, list_calls
from arena_assets.store.database import Database
from arena_assets.store.ledger_entries import unbalanced
from arena_assets.workshop.cancel import CancelFlag
from arena_assets.workshop.folders import WorkFolders
from arena_assets.workshop.workshop import Workshop
from arena_assets_tests.counting import Counted
from arena_assets_tests.faults.points import POINTS, Point, arm
from arena_assets_tests.loopback import (
    PRICE,
    Service,
    asking,
    goods,
    open_service,
    order,
    price,
    sending,
)
from arena_assets_tests.store.samples import place

SEEDS = 20
TRACK = SlotName("music_tracks", "main")
_fork = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with one arena, copied for every trial."""
    path = tmp_path_factory.mktemp("template") / "arena.db"
    db = Database(f"sqlite:///{path}")
    db.migrate()
    place(db)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.dispose()
    return path


@pytest.fixture(scope="module")
def shop() -> Iterator[Service]:
    with open_service() as service:
        yield service


@dataclass
class Trial:
    """One folder, one arena, one order; ``seed`` says how the service behaves."""

    folder: Path
    shop: Service
    seed: int

    @property
    def chunked(self) -> bool:
        return self.seed % 2 == 1

    @property
    def recovers(self) -> bool:
        return self.seed // 2 % 2 == 1

    def call(self, take: int) -> Call:
        # A number of its own per trial: the shop counts for all of them.
        return order(zlib.crc32(self.folder.name.encode()), take=take, chunked=self.chunked)

    def open(self) -> Database:
        return Database(f"sqlite:///{self.folder / 'arena.db'}")

    def make(self, db: Database) -> bytes:
        """Make the slot as a run does; the bytes of its file."""
        blobs = BlobStore(self.folder / "blobs")
        folders = WorkFolders(self.folder / "work", 0)
        workshop = Workshop(db, blobs, folders, Caller(db, self.folder / "calls"))

        def recipe(take: int) -> Recipe:
            call = self.call(take)
            url = self.shop.url

            def work(context: WorkContext) -> Produced:
                recover = asking(url, call) if self.recovers else None
                answer = context.call(call, sending(url, call), price, recover)
                path = context.workdir / "track.bin"
                path.write_bytes(answer.body.read_bytes())
                return Produced({"track": path})

            return Recipe("track", "1", {}, {"take": take}, "shop", "m1", work)

        made = workshop.make(Slot(1, TRACK), recipe, CancelFlag())
        assert made.manifest.price_usd == float(PRICE)
        return blobs.path(made.manifest.file("track")).read_bytes()

    def killed(self, arm_it: Callable[[], None]) -> None:
        def runner() -> None:
            arm_it()
            self.make(self.open())

        process = _fork.Process(target=runner)
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, "the point was never reached"


def _spent(db: Database) -> tuple[object, object]:
    assert unbalanced(db) == []
    found = next(b for b in get_budgets(db, project="cards") if b.scope is Scope.PROJECT)
    return found.spent_usd, found.reserved_usd


def _go_on(trial: Trial, point: Point, db: Database) -> str:
    """Go on after the kill: the slot's bytes, or a person who settles what is parked."""
    first = trial.call(1)
    try:
        content = trial.make(db)
    except OutcomeUnknown:
        assert point.sent
        assert not trial.recovers
        (parked,) = list_calls(db, states=[CallState.UNKNOWN])
        assert _spent(db) == (0, parked.reserved_usd)
        if trial.shop.orders[first.uuid]:
            settle_charged(db, parked.key, PRICE)
            with pytest.raises(ContentFault):
                trial.make(db)
            takes.next_take(db, Slot(1, TRACK))
            assert trial.make(db) == goods(trial.call(2).uuid)
            assert _spent(db) == (2 * PRICE, 0)
        else:
            settle_not_charged(db, parked.key)
            assert trial.make(db) == goods(first.uuid)
            assert _spent(db) == (PRICE, 0)
        return "lost" if point.whole[trial.chunked] else "parked"
    assert content == goods(first.uuid)
    assert _spent(db) == (PRICE, 0)
    assert trial.make(db) == content
    return "went on"


@pytest.mark.faults
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.named)
def test_killed_at(
    point: Point,
    template: Path,
    shop: Service,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    counted: Counted,
) -> None:
    ends: Counter[str] = Counter()
    for seed in range(SEEDS):
        folder = tmp_path / f"{point.named.replace(' ', '-')}-{seed}"
        folder.mkdir()
        shutil.copy(template, folder / "arena.db")
        trial = Trial(folder, shop, seed)
        trial.killed(lambda seed=seed: arm(point, seed))  # type: ignore[misc]
        db = trial.open()
        ends[_go_on(trial, point, db)] += 1
        db.dispose()
        orders = [shop.orders[trial.call(take).uuid] for take in (1, 2)]
        ends["duplicates"] += sum(max(0, count - 1) for count in orders)
        shutil.rmtree(folder)
    assert ends["duplicates"] == ends["lost"] == 0
    assert ends["went on"] + ends["parked"] == SEEDS
    record_property(
        "faults",
        f"SIGKILL at {point.named:<26} {SEEDS} seeds  {ends['went on']:>3} went on  "
        f"{ends['parked']:>3} parked  {ends['duplicates']} duplicate orders  "
        f"{ends['lost']} answers lost",
    )
    counted("points of a paid call", 1)
    counted("processes killed at a point of a paid call", SEEDS)
