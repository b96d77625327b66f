"""One small interface per kind of work, and the set of makers a project uses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from arena_assets.domain.identity import derive_seed
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.palette import Pair
from arena_assets.domain.recipe import Recipe
from arena_assets.domain.sequences import Sequence
from arena_assets.domain.slots import SlotName
from arena_assets.domain.style import NO_STYLE, Style
from arena_assets.domain.views import View

RecipeFor = Callable[[int], Recipe]
"""A slot's recipe for a given take."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of an arena before anything is made.

    ``style`` is its project's; ``wishes`` are what people want otherwise of single takes. How far a
    maker follows them is said in ``providers.style``.
    """

    arena_id: int
    pair: Pair
    brief: str
    style: Style = NO_STYLE
    wishes: Mapping[tuple[SlotName, int], str] = field(default_factory=dict)

    def seed(self, slot: SlotName, take: int) -> int:
        """The seed of a slot's take; take 1 of every slot of an arena is fixed for ever."""
        return derive_seed(self.arena_id, str(slot), take)


class LoreWriter(Protocol):
    def recipe(
        self, outline: Outline, taken: Collection[str], reserve: Callable[[str], bool]
    ) -> RecipeFor:
        """Write the metadata. ``reserve`` claims a name for the arena; False when it is taken."""


class StageBuilder(Protocol):
    def recipe(self, outline: Outline, metadata: SlotManifest) -> RecipeFor:
        """Plan and build the one place: files ``scene`` (JSON) and ``glb``."""


class PictureMaker(Protocol):
    @property
    def at_once(self) -> int:
        """How many pictures this maker should have in flight together."""

    def recipe(
        self, outline: Outline, view: View, metadata: SlotManifest, scene: SlotManifest
    ) -> RecipeFor:
        """Make one view: files ``picture`` (PNG), ``depth`` and ``mask``."""


class ClipMaker(Protocol):
    @property
    def at_once(self) -> int | None:
        """How many clips to have in flight together; None leaves it to the workshop."""

    def recipe(self, outline: Outline, view: View, picture: SlotManifest) -> RecipeFor:
        """Move the camera over one view: files ``mp4`` and ``master``."""


class SequenceEditor(Protocol):
    def recipe(
        self, outline: Outline, sequence: Sequence, clips: Mapping[int, SlotManifest]
    ) -> RecipeFor:
        """Cut one sequence from its clips: file ``mp4``, silent."""


class Composer(Protocol):
    @property
    def at_once(self) -> int | None:
        """How many tracks to have in flight together; None leaves it to the workshop."""

    def recipe(self, outline: Outline, sequence: Sequence, metadata: SlotManifest) -> RecipeFor:
        """Write, play, mix and master one track."""


class VideoFinisher(Protocol):
    def recipe(
        self, outline: Outline, sequence: Sequence, edit: SlotManifest, track: SlotManifest
    ) -> RecipeFor:
        """Join a sequence with its track: files ``mp4``, ``ogv``, ``poster``, ``preview``."""


@dataclass(frozen=True, slots=True)
class Makers:
    """Who does each kind of work."""

    lore: LoreWriter
    stage: StageBuilder
    pictures: PictureMaker
    clips: ClipMaker
    editor: SequenceEditor
    composer: Composer
    finisher: VideoFinisher
    economy_lore: LoreWriter | None = None
    """Who writes the lore of requests that chose economy; None where there is no such choice."""
    close: Callable[[], None] = lambda: None
    """Lets go of what they hold open."""
