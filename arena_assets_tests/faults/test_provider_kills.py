"""A process is killed at every point of a real provider's call; another one goes on."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from arena_assets.domain.slots import Slot
from arena_assets.errors import OutcomeUnknown
from arena_assets.ledger.calls import Caller
from arena_assets.ledger.settling import settle_charged, settle_not_charged
from arena_assets.store import takes
from arena_assets.store.blobs import BlobStore
from arena_assets.store.calls import CallState, list_calls
from arena_assets.store.database import Database
from arena_assets.store.ledger_entries import unbalanced
from arena_assets.workshop.cancel import CancelFlag
from arena_assets.workshop.folders import WorkFolders
from arena_assets.workshop.workshop import Workshop
from arena_assets_tests.counting import Counted
from arena_assets_tests.faults.points import AFTER, POINTS, Point, arm
from arena_assets_tests.faults.real_calls import Maker, open_makers, outline_for
from arena_assets_tests.store.samples import place

SEEDS = 3
_WIRE, _PARTS = "sent: on the wire", ("mid-body", "bytes: the last")
_fork = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "arena.db"
    db = Database(f"sqlite:///{path}")
    db.migrate()
    place(db)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.dispose()
    return path


@pytest.fixture(scope="module")
def makers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Maker]]:
    with open_makers(tmp_path_factory.mktemp("doubles")) as found:
        yield found


@dataclass
class Trial:
    folder: Path
    maker: Maker

    @property
    def slot(self) -> Slot:
        return Slot(1, self.maker.slot)

    def open(self) -> Database:
        return Database(f"sqlite:///{self.folder / 'arena.db'}")

    def make(self, db: Database) -> Decimal:
        """Make the slot as a run does; what its calls cost."""
        blobs = BlobStore(self.folder / "blobs")
        workshop = Workshop(
            db, blobs, WorkFolders(self.folder / "work", 0), Caller(db, self.folder / "calls")
        )
        recipe = self.maker.recipe(outline_for(self.folder.name), blobs)
        made = workshop.make(self.slot, recipe, CancelFlag())
        for ref in made.manifest.files.values():
            blobs.verify(ref)
        return Decimal(str(made.manifest.price_usd))

    def killed(self, point: Point, seed: int) -> None:
        def runner() -> None:
            arm(point, seed)
            self.make(self.open())

        process = _fork.Process(target=runner)
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, "the point was never reached"


def _fitting(point: Point, maker: Maker) -> Point:
    """The point as it is in a provider's own code, whose answers come in pieces of any size."""
    if point.named == _WIRE:
        owner, name = maker.wire
        return replace(point, owner=owner, name=name, when=AFTER)
    if point.named in _PARTS:
        return replace(point, nth=1, spread=1)
    if point.named == "event: slot done":
        return replace(point, nth=1, sent=False, whole=(False, False))
    return point


def _go_on(trial: Trial, point: Point, db: Database, submitted: Callable[[], int]) -> str:
    try:
        trial.make(db)
    except OutcomeUnknown:
        assert point.sent
        assert not trial.maker.recovers
        (parked,) = list_calls(db, states=[CallState.UNKNOWN])
        if submitted():
            settle_charged(db, parked.key, parked.ceiling_usd)
            takes.next_take(db, trial.slot)
        else:
            settle_not_charged(db, parked.key)
        assert trial.make(db) > 0
        return "lost" if all(point.whole) else "parked"
    before = submitted()
    assert trial.make(db) > 0
    assert submitted() == before
    return "went on"


@pytest.mark.faults
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.named)
@pytest.mark.parametrize("provider", ["claude", "elevenlabs", "comfyui"])
def test_killed_in_a_call_to(
    provider: str,
    point: Point,
    template: Path,
    makers: dict[str, Maker],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    counted: Counted,
) -> None:
    maker, ends = makers[provider], Counter[str]()
    fitting = _fitting(point, maker)
    for seed in range(SEEDS):
        folder = tmp_path / f"{provider}-{point.named.replace(' ', '-')}-{seed}"
        folder.mkdir()
        shutil.copy(template, folder / "arena.db")
        trial = Trial(folder, maker)
        before = maker.submits()
        trial.killed(fitting, seed)
        db = trial.open()

        def submitted(before: Counter[str] = before) -> int:
            return (maker.submits() - before).total()

        ends[_go_on(trial, fitting, db, submitted)] += 1
        assert unbalanced(db) == []
        assert {call.reserved_usd for call in list_calls(db)} == {Decimal(0)}
        db.dispose()
        ends["duplicates"] += sum(each - 1 for each in (maker.submits() - before).values())
        shutil.rmtree(folder)
    assert ends["duplicates"] == ends["lost"] == 0
    assert ends["went on"] + ends["parked"] == SEEDS
    record_property(
        "faults",
        f"SIGKILL in {provider:<10} at {point.named:<26} {SEEDS} seeds  "
        f"{ends['went on']:>2} went on  {ends['parked']:>2} parked  "
        f"{ends['duplicates']} duplicate submits  {ends['lost']} answers lost",
    )
    counted(f"points of a call to {provider}", 1)
    counted("processes killed at a point of a call to a provider", SEEDS)
