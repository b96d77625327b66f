"""``make``: the one operation behind building, resuming, redoing and restyling an arena."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from pydantic import JsonValue

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.recipe import Produced, Recipe
from arena_assets.domain.slots import Slot, SlotName
from arena_assets.errors import ArenaError, BlobDamaged, Busy, Cancelled, Outage, Refused
from arena_assets.ledger.calls import Caller
from arena_assets.ledger.journal import Journal, Outcome, Turn
from arena_assets.ledger.owner import owner_id
from arena_assets.store import events, plans, results, takes
from arena_assets.store.blobs import BlobStore
from arena_assets.store.calls import Purpose
from arena_assets.store.database import Database
from arena_assets.store.decisions import Decision, pin_of
from arena_assets.workshop.bench import Bench
from arena_assets.workshop.cancel import CancelFlag
from arena_assets.workshop.fallback import may_fall_back
from arena_assets.workshop.folders import WorkFolders, unwritable
from arena_assets.workshop.media import media_type

RecipeFor = Callable[[int], Recipe]
"""A recipe for a given take."""

_LEASE_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Made:
    """The result of one slot, and whether its bytes were already there."""

    slot: SlotName
    manifest: SlotManifest
    reused: bool


class Workshop:
    """Makes slots.

    A known content key is free. An unknown one is worked: the journal is told first, the bytes are
    stored and hashed, then the result, the journal and the event log agree in that order, so a
    crash between any two of them costs at most one repetition of embedded work. What it had called
    services for is replayed then, not called again: their journal lies beneath this one.
    """

    def __init__(
        self,
        db: Database,
        blobs: BlobStore,
        folders: WorkFolders,
        caller: Caller,
        *,
        width: int = 2,
    ) -> None:
        self._db = db
        self._caller = caller
        self._blobs = blobs
        self._folders = folders
        self._journal = Journal(db)
        self._width = width
        self._running: dict[CancelFlag, ThreadPoolExecutor] = {}

    def stop(self) -> None:
        """Stop all work that still runs and wait until it has cleaned up.

        For the end of a run: an interrupt may reach it while ``make_all`` is suspended.
        """
        for cancel, pool in list(self._running.items()):
            cancel.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def make(self, slot: Slot, recipe_for: RecipeFor, cancel: CancelFlag) -> Made:
        """The slot's result under its current take: found, or made now.

        A result that a person has approved is that one, whatever has changed around it, also when
        they approve it while another is being made: that one is set aside.
        """
        cancel.check()
        pin = pin_of(self._db, slot)
        if pin is not None:
            return self._pinned(slot, pin)
        take = takes.current_take(self._db, slot)
        recipe = recipe_for(take)
        try:
            return self._make(slot, take, recipe, cancel)
        except (Outage, Refused) as error:
            project = plans.get_plan(self._db, slot.arena_id).project
            if recipe.instead is None or not may_fall_back(self._db, project, recipe, error):
                raise
            told: dict[str, JsonValue] = {"take": take, "service": recipe.provider}
            self._event("slot_fallback", slot, {**told, "why": _sentence(error)})
        return self._make(slot, take, recipe.instead(), cancel)

    def _make(self, slot: Slot, take: int, recipe: Recipe, cancel: CancelFlag) -> Made:
        key = recipe.key(take)
        found = self._find_whole(key)
        turn = None if found else self._begin(key, slot, recipe)
        if turn is None:
            found = found or self._find_whole(key)
        if found is not None:
            return self._reuse(slot, found, take)
        turn = turn or self._begin_again(key, slot, recipe)
        try:
            return self._work(slot, take, turn, recipe, cancel)
        except BaseException as error:
            self._journal.failed(turn, _sentence(error))
            kind = "slot_cancelled" if _is_stop(error) else "slot_failed"
            told: dict[str, JsonValue] = {"take": take, "why": _sentence(error)}
            self._event(kind, slot, {**told, "code": _code(error)})
            raise

    def make_all(
        self, arena_id: int, recipes: Mapping[SlotName, RecipeFor], *, width: int | None = None
    ) -> Iterator[Made]:
        """Make several slots, ``width`` at a time, and yield each as it is finished.

        The first failure stops the rest and is raised once all have stopped; what had finished
        before is kept. An interrupt of the calling thread does the same. A service that is down or
        busy stops only what needs it: the others go on, and the failure is raised at the end.
        """
        cancel = CancelFlag()
        pool = ThreadPoolExecutor(max_workers=width or self._width, thread_name_prefix="slot")
        self._running[cancel] = pool
        pending: set[Future[Made]] = set()
        waits: ArenaError | None = None
        try:
            for where, recipe_for in recipes.items():
                slot = Slot(arena_id, where)
                pending.add(pool.submit(self.make, slot, recipe_for, cancel))
            while pending:
                # A short wait keeps this thread open to the interrupt that cancels a run.
                done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in done:
                    try:
                        made = future.result()
                    except (Busy, Outage) as error:
                        waits = error if waits is None or isinstance(error, Outage) else waits
                    else:
                        yield made
            if waits is not None:
                raise waits
        except BaseException:
            cancel.set()
            for future in pending:
                future.cancel()
            raise
        finally:
            pool.shutdown(wait=True)
            del self._running[cancel]

    def _reuse(self, slot: Slot, found: SlotManifest, take: int) -> Made:
        kept = found.model_copy(update={"slot": str(slot.where), "take": take})
        pin = results.keep(self._db, slot, kept)
        if pin is not None:
            return self._pinned(slot, pin)
        self._event("slot_reused", slot, {"take": take, "key": found.key})
        return Made(slot.where, kept, reused=True)

    def _pinned(self, slot: Slot, pin: Decision) -> Made:
        found = self._find_whole(pin.key)
        if found is None:
            raise BlobDamaged(
                f"{slot} was approved by {pin.who}, and its bytes are missing or damaged",
                "Restore the blob store from its backup, or reject the item to have it made anew",
            )
        return self._reuse(slot, found, pin.take)

    def _find_whole(self, key: str) -> SlotManifest | None:
        """A finished result whose bytes are all still there and unchanged."""
        found = results.find(self._db, key)
        if found is None:
            return None
        try:
            for ref in found.files.values():
                self._blobs.verify(ref)
        except BlobDamaged:
            return None
        return found

    def _begin(self, key: str, slot: Slot, recipe: Recipe) -> Turn | None:
        """A turn at the work; None when another process has just finished it."""
        turn = self._journal.begin(
            key=key,
            slot=str(slot),
            recipe=recipe.name,
            provider=recipe.provider,
            owner=owner_id(),
            lease_seconds=_LEASE_SECONDS,
        )
        match turn.outcome:
            case Outcome.GO:
                return turn
            case Outcome.REPLAY:
                return None
            case Outcome.BUSY:
                raise Busy(f"{slot} is being made by another process", "It is tried again shortly")

    def _begin_again(self, key: str, slot: Slot, recipe: Recipe) -> Turn:
        """A turn at work that is done but whose bytes are lost; its calls are replayed."""
        self._journal.reopen(key, "its bytes are missing or damaged")
        turn = self._begin(key, slot, recipe)
        if turn is None:
            raise Busy(f"{slot} was just made by another process", "It is tried again shortly")
        return turn

    def _work(self, slot: Slot, take: int, turn: Turn, recipe: Recipe, cancel: CancelFlag) -> Made:
        self._event("slot_started", slot, {"take": take, "provider": recipe.provider})
        started = renewed = time.monotonic()
        with self._folders.folder(f"{slot.where}") as workdir:

            def tell(fraction: float, note: str) -> None:
                nonlocal renewed
                self._event("slot_progress", slot, {"fraction": round(fraction, 3), "note": note})
                if time.monotonic() - renewed > _LEASE_SECONDS / 4:
                    renewed = time.monotonic()
                    self._journal.renew(turn, _LEASE_SECONDS)

            purpose = self._purpose(slot)
            bench = Bench(workdir, recipe.inputs, self._blobs, cancel, tell, self._caller, purpose)
            try:
                produced = recipe.work(bench)
            except Outage as error:
                if error is not bench.outage:
                    self._caller.note_outage(recipe.provider, purpose, error)
                raise
            except OSError as error:
                raise unwritable(workdir.parent, error) from error
            cancel.check()
            files = self._store(produced)
        seconds = time.monotonic() - started
        manifest = SlotManifest(
            slot=str(slot.where),
            take=take,
            key=turn.key,
            files=files,
            measurements=dict(produced.measurements),
            findings=produced.findings,
            provenance=Provenance(
                recipe=recipe.name,
                version=recipe.version,
                provider=recipe.provider,
                model=recipe.model,
                inputs=dict(recipe.inputs),
                params=dict(recipe.params),
                fallback=recipe.fallback,
            ),
            seconds=round(seconds, 3),
            price_usd=float(bench.price_usd),
        )
        pin = results.keep(self._db, slot, manifest)
        self._journal.done(turn)
        if pin is not None:
            return self._pinned(slot, pin)
        self._event(
            "slot_done",
            slot,
            {
                "take": take,
                "seconds": manifest.seconds,
                "provider": recipe.provider,
                "price_usd": manifest.price_usd,
            },
        )
        if not manifest.passed:
            failed = [each for each in manifest.findings if not each.passed]
            names: list[JsonValue] = [each.check for each in failed]
            why = "; ".join(each.said for each in failed)
            self._event("checks_failed", slot, {"take": take, "checks": names, "why": why})
        return Made(slot.where, manifest, reused=False)

    def _purpose(self, slot: Slot) -> Purpose:
        plan = plans.get_plan(self._db, slot.arena_id)
        return Purpose(plan.project, plan.request_id, slot.arena_id, str(slot.where))

    def _store(self, produced: Produced) -> dict[str, FileRef]:
        return {
            role: self._blobs.put_file(path, media_type(path), path.suffix, move=True)
            for role, path in sorted(produced.files.items())
        }

    def _event(self, kind: str, slot: Slot, data: dict[str, JsonValue]) -> None:
        events.append(self._db, kind, arena_id=slot.arena_id, slot=str(slot.where), data=data)


def _sentence(error: BaseException) -> str:
    return str(error) if isinstance(error, ArenaError) else f"{type(error).__name__}: {error}"


def _code(error: BaseException) -> str:
    return error.code if isinstance(error, ArenaError) else type(error).__name__


def _is_stop(error: BaseException) -> bool:
    return isinstance(error, Cancelled) or not isinstance(error, Exception)
