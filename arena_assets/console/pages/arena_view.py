"""Everything the page of an arena shows, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena_assets.actions.eta import Forecast, span, words
from arena_assets.actions.tracking import ArenaProgress, Tracker
from arena_assets.console.desk import Desk
from arena_assets.console.pages.batch import now
from arena_assets.console.pages.slot_view import ASSET_WORDS, SlotView
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.slots import UPSTREAM, SlotName, downstream, image_slot, metadata_slot
from arena_assets.errors import BlobDamaged
from arena_assets.store import catalogue, game, ledger_entries, results
from arena_assets.store.calls import CallState, list_calls
from arena_assets.store.decisions import standing
from arena_assets.store.game import Publication
from arena_assets.store.history import OF_LATE
from arena_assets.store.ledger_entries import Entry
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan
from arena_assets.store.takes import takes_of
from arena_assets.workshop.freshness import fresh_slots
from arena_assets.workshop.review import unapproved


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, in words: ``left`` is work, ``wait`` the queue, apart."""

    at: ArenaProgress
    now: str
    left: str
    wait: str
    queue: int | None


@dataclass(frozen=True, slots=True)
class ArenaView:
    plan: Plan
    slots: Mapping[SlotName, SlotView]
    lore: ArenaMetadata | None
    progress: Progress
    publication: Publication | None
    ledger: tuple[Entry, ...]
    awaited: tuple[SlotName, ...]
    parked: int
    """Calls for it that wait for a person's word."""

    def of(self, asset: str) -> list[SlotView]:
        return [view for slot, view in self.slots.items() if slot.asset == asset]

    @property
    def stages(self) -> list[tuple[str, str, list[SlotView]]]:
        """Asset, its words, and its slots, in the order of the product: the lineage's columns."""
        return [(asset, words, self.of(asset)) for asset, words in ASSET_WORDS.items()]

    @property
    def hero(self) -> str | None:
        return self.slots[image_slot(1)].url("picture")

    @property
    def pack(self) -> SlotView:
        return self.of("engine_pack")[0]

    @property
    def made(self) -> int:
        return sum(view.made for view in self.slots.values())

    @property
    def checks(self) -> tuple[int, int]:
        """Findings that passed, and all."""
        every = [f for view in self.slots.values() if view.manifest for f in view.manifest.findings]
        return sum(each.passed for each in every), len(every)

    @property
    def working(self) -> bool:
        return self.plan.state in (PlanState.PLANNED, PlanState.QUEUED, PlanState.RUNNING)


def slot_views(here: Desk, plan: Plan) -> dict[SlotName, SlotView]:
    """Every slot of an arena with its decision, in the order of the product."""
    kept = results.for_arena(here.db, plan.arena_id)
    decisions = standing(here.db, plan.arena_id)
    fresh = fresh_slots(kept, takes_of(here.db, plan.arena_id))
    return {
        slot: SlotView(
            plan.arena_id,
            plan.partition,
            slot,
            kept.get(slot),
            decisions.get(slot),
            slot in kept and slot not in fresh,
        )
        for slot in UPSTREAM
    }


def arena_view(here: Desk, plan: Plan) -> ArenaView:
    """The whole arena."""
    slots = slot_views(here, plan)
    manifests = {slot: view.manifest for slot, view in slots.items() if view.manifest is not None}
    return ArenaView(
        plan=plan,
        slots=slots,
        lore=lore_of(here, manifests.get(metadata_slot())),
        progress=progress_of(here, plan),
        publication=game.publication(here.db, plan.arena_id),
        ledger=tuple(ledger_entries.entries(here.db, arena_id=plan.arena_id)),
        awaited=tuple(unapproved(here.db, plan, manifests)),
        parked=len(list_calls(here.db, states=[CallState.UNKNOWN], arena_id=plan.arena_id)),
    )


def progress_of(here: Desk, plan: Plan) -> Progress:
    """How far an arena is now."""
    at = Tracker(here.db, [plan.arena_id]).arenas[plan.arena_id]
    if at.finished:
        return Progress(at, now(at), "", "", None)
    eta = Forecast(here.db, here.settings, age=OF_LATE).of(at)
    queue = catalogue.queue_positions(here.db).get(plan.arena_id)
    wait = span(eta.wait) if eta.wait and queue else ""
    return Progress(at, now(at), words(eta), wait, queue)


def lore_of(here: Desk, manifest: SlotManifest | None) -> ArenaMetadata | None:
    """The written arena, when its bytes can be read; the page also helps where they can't."""
    if manifest is None:
        return None
    try:
        content = here.blobs.path(manifest.file("metadata")).read_bytes()
    except BlobDamaged:
        return None
    return ArenaMetadata.model_validate_json(content)


def sources_and_results(slot: SlotName) -> tuple[set[SlotName], set[SlotName]]:
    """All that a slot is made from, near and far, and all that is made from it."""
    sources: set[SlotName] = set()
    frontier = set(UPSTREAM[slot])
    while frontier:
        sources |= frontier
        frontier = {up for each in frontier for up in UPSTREAM[each]} - sources
    return sources, downstream(slot)
