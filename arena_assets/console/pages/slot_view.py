"""A slot as pages show it: its files' addresses, its standing decision, what it is made from."""

from __future__ import annotations

from dataclasses import dataclass

from arena_assets.console.media import media_url
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import (
    CLIPS,
    IMAGES,
    METADATA,
    MUSIC,
    PACK,
    ROW,
    SCENE,
    SEQUENCE_SET,
    SINGLE,
    VIDEOS,
    SlotName,
)
from arena_assets.domain.views import VIEWS
from arena_assets.store.decisions import Decision

ASSET_WORDS = {
    METADATA: "Lore",
    SCENE: "3D place",
    IMAGES: "Pictures",
    CLIPS: "Clips",
    SEQUENCE_SET: "Edits",
    MUSIC: "Tracks",
    VIDEOS: "Videos",
    ROW: "Game tables",
    PACK: "Pack",
}
_VIEW_WORDS = {view.number: view.kind.value.replace("_", " ") for view in VIEWS}


def title_of(slot: SlotName) -> str:
    """A slot in words: ``Picture 3, low angle``; ``Video, ambient``; ``3D place``."""
    words = ASSET_WORDS[slot.asset]
    if slot.name == SINGLE:
        return words
    single = words.removesuffix("s")
    if slot.asset in (IMAGES, CLIPS):
        number = int(slot.name.rpartition("_")[2])
        return f"{single} {number}, {_VIEW_WORDS[number]}"
    return f"{single}, {slot.name}"


def slot_path(partition: str, slot: SlotName) -> str:
    """The address of a slot's own page."""
    tail = "" if slot.name == SINGLE else f"/{slot.name}"
    return f"/arenas/{partition}/slots/{slot.asset}{tail}"


@dataclass(frozen=True, slots=True)
class SlotView:
    """One slot of an arena; ``manifest`` is None while it is not made."""

    arena_id: int
    partition: str
    slot: SlotName
    manifest: SlotManifest | None
    decision: Decision | None = None
    stale: bool = False

    @property
    def title(self) -> str:
        return title_of(self.slot)

    @property
    def page(self) -> str:
        return slot_path(self.partition, self.slot)

    @property
    def text(self) -> str:
        return str(self.slot)

    @property
    def made(self) -> bool:
        return self.manifest is not None

    @property
    def kind(self) -> str:
        """How to show it: ``picture``, ``video``, ``track``, ``model``, ``lore``, ``file``."""
        return {
            IMAGES: "picture",
            CLIPS: "video",
            SEQUENCE_SET: "video",
            VIDEOS: "video",
            MUSIC: "track",
            SCENE: "model",
            METADATA: "lore",
        }.get(self.slot.asset, "file")

    @property
    def approved(self) -> bool:
        return (
            self.decision is not None
            and self.decision.pins
            and self.manifest is not None
            and self.decision.key == self.manifest.key
        )

    @property
    def verdict(self) -> str:
        """``approved``, ``rejected``, or ``waiting`` where nobody has decided about these bytes."""
        if self.approved:
            return "approved"
        if self.decision and self.manifest and self.decision.rejects(self.manifest.key):
            return "rejected"
        return "waiting"

    @property
    def take(self) -> int:
        return 0 if self.manifest is None else self.manifest.take

    @property
    def failed(self) -> int:
        """How many checks have not passed."""
        found = () if self.manifest is None else self.manifest.findings
        return sum(not each.passed for each in found)

    @property
    def seconds(self) -> float:
        found = {} if self.manifest is None else self.manifest.measurements
        value = found.get("seconds", 0.0)
        return float(value) if isinstance(value, int | float) else 0.0

    def url(self, *roles: str) -> str | None:
        """The address of the first of these files that is there."""
        for role in roles:
            if self.manifest is not None and role in self.manifest.files:
                ref = self.manifest.files[role]
                return media_url(self.arena_id, self.slot, role, ref)
        return None
