"""The open studio: database, blobs, folders, makers and workshop of one process."""

from __future__ import annotations

from dataclasses import dataclass

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.sequences import Sequence, loudness_of
from arena_assets.ledger.calls import Caller
from arena_assets.providers.base import LoreWriter, Makers, Outline, RecipeFor
from arena_assets.settings import Settings
from arena_assets.store import plans
from arena_assets.store.blobs import BlobStore
from arena_assets.store.breakers import forget_waits
from arena_assets.store.database import Database
from arena_assets.store.decisions import wishes_of
from arena_assets.store.drafts import draft_of
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan
from arena_assets.store.versions import style_at
from arena_assets.video.limits import Limits, set_limits
from arena_assets.workshop.folders import WorkFolders, unwritable
from arena_assets.workshop.makers import makers_for
from arena_assets.workshop.mixes import mixed_or_played
from arena_assets.workshop.services import caller_of
from arena_assets.workshop.workshop import Workshop

_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class PlannedArena:
    """One arena as its makers see it."""

    plan: Plan
    db: Database

    @property
    def outline(self) -> Outline:
        return Outline(
            self.plan.arena_id,
            self.plan.pair,
            self.plan.brief,
            style_at(self.db, self.plan.project, self.plan.style_version),
            wishes_of(self.db, self.plan.arena_id),
        )

    def taken_names(self) -> list[str]:
        """The names of the project's other arenas."""
        names = plans.taken_names(self.db, self.plan.project)
        return [name for name in names if name != self.plan.name]

    def reserve(self, name: str) -> bool:
        """Claim a name for this arena; False when another of the project has it."""
        return plans.take_name(self.db, self.plan.arena_id, name)


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything that work needs, opened once per process from the settings."""

    settings: Settings
    db: Database
    blobs: BlobStore
    folders: WorkFolders
    caller: Caller
    makers: Makers
    workshop: Workshop

    @classmethod
    def open(cls, settings: Settings) -> Studio:
        """Open it; raises an :class:`EnvironmentFault` that says which part can't be had."""
        for folder in (
            settings.data_dir,
            settings.blob_dir,
            settings.call_dir,
            settings.work_dir,
        ):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise unwritable(folder, error) from error
        db = Database(settings.sqlalchemy_url)
        db.migrate()
        blobs = BlobStore(settings.blob_dir)
        folders = WorkFolders(settings.work_dir, round(settings.min_free_gb * _GIB))
        set_limits(
            Limits(settings.encode_cores, settings.encode_memory_mb, settings.encode_minutes)
        )
        makers = makers_for(settings)
        caller = caller_of(settings, db)
        workshop = Workshop(db, blobs, folders, caller, width=settings.slots_at_once)
        return cls(settings, db, blobs, folders, caller, makers, workshop)

    def close(self) -> None:
        """Stop what still runs, then let the database go."""
        self.workshop.stop()
        self.makers.close()
        self.db.dispose()

    def arena(self, arena_id: int) -> PlannedArena:
        """The arena of that number; raises :class:`NotFound`."""
        return PlannedArena(plans.get_plan(self.db, arena_id), self.db)

    def lore_for(self, arena_id: int) -> LoreWriter:
        """Who writes an arena's lore: in economy, if its request chose that."""
        economy = self.makers.economy_lore
        if economy is not None and draft_of(self.db, arena_id) is not None:
            return economy
        return self.makers.lore

    def track_recipe(
        self, arena: PlannedArena, sequence: Sequence, metadata: SlotManifest
    ) -> RecipeFor:
        """A track's recipe: played by the composer, or mixed anew where a take says so."""
        played = self.makers.composer.recipe(arena.outline, sequence, metadata)
        lufs = loudness_of(self.settings.loudness, sequence.kind)
        return mixed_or_played(self.db, arena.plan.arena_id, sequence, metadata, played, lufs)

    def begin_work(self, arena_id: int, run_id: str) -> None:
        """Note that a run works on the arena, and clear what dead processes left behind."""
        plan = plans.get_plan(self.db, arena_id)
        begun = (plan.state, plan.run_id) == (PlanState.RUNNING, run_id)
        plans.mark_running(self.db, arena_id, run_id)
        if not begun:  # what an earlier step of this run waits for stays
            forget_waits(self.db, [arena_id])
        self.folders.sweep_dead()
