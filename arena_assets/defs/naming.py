"""How slots appear in Dagster: keys, groups, kinds, owners and descriptions."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from arena_assets.defs.manifest_store import IO_MANAGER_KEY
from arena_assets.domain import slots
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.slots import UPSTREAM, SlotName
from arena_assets.domain.views import VIEWS

OWNERS = ["team:arena-studio"]

_GROUP = {
    slots.METADATA: "lore",
    slots.SCENE: "place",
    slots.IMAGES: "place",
    slots.CLIPS: "film",
    slots.SEQUENCE_SET: "film",
    slots.MUSIC: "sound",
    slots.VIDEOS: "film",
    slots.ROW: "release",
    slots.PACK: "release",
}
_KINDS = {
    slots.METADATA: {"json"},
    slots.SCENE: {"gltf", "json"},
    slots.IMAGES: {"png"},
    slots.CLIPS: {"mp4"},
    slots.SEQUENCE_SET: {"mp4"},
    slots.MUSIC: {"wav", "mp3"},
    slots.VIDEOS: {"mp4", "ogv"},
    slots.ROW: {"table"},
    slots.PACK: {"zip"},
}
_SINGLE_DESCRIPTION = {
    slots.METADATA: "Lore and mechanics: name, effects, objective, hazard, rules, story, scenery.",
    slots.SCENE: "The one 3D place all pictures show: its plan, and the model as GLB.",
    slots.ROW: "The published arena: checked files, then the game's rows, in one transaction.",
    slots.PACK: "One archive with the Godot and web layouts, contact sheet and manifest.",
}


def asset_key(slot: SlotName) -> dg.AssetKey:
    return dg.AssetKey(slot.key_path)


def slot_of(key: dg.AssetKey) -> SlotName:
    path = list(key.path)
    return SlotName(path[0], path[1] if len(path) > 1 else slots.SINGLE)


def of_asset(asset: str) -> list[SlotName]:
    """The slots of an asset, in their order."""
    return [slot for slot in UPSTREAM if slot.asset == asset]


def spec(slot: SlotName, code_version: str) -> dg.AssetSpec:
    """The Dagster spec of a slot; its dependencies are the lineage of ``domain.slots``."""
    return dg.AssetSpec(
        asset_key(slot),
        deps=[asset_key(each) for each in UPSTREAM[slot]],
        description=_description(slot),
        group_name=_GROUP[slot.asset],
        kinds=_KINDS[slot.asset],
        owners=OWNERS,
        code_version=code_version,
        tags={"arena/asset": slot.asset},
    ).with_io_manager_key(IO_MANAGER_KEY)


def specs(asset: str, code_version: str) -> list[dg.AssetSpec]:
    return [spec(slot, code_version) for slot in of_asset(asset)]


def ordered(keys: Iterable[dg.AssetKey]) -> list[SlotName]:
    """Selected asset keys as slots, in the order of the product."""
    chosen = {slot_of(key) for key in keys}
    return [slot for slot in UPSTREAM if slot in chosen]


def _description(slot: SlotName) -> str:
    if slot.asset in _SINGLE_DESCRIPTION:
        return _SINGLE_DESCRIPTION[slot.asset]
    if slot.asset == slots.IMAGES:
        view = next(view for view in VIEWS if view.slot == slot.name)
        return f"Picture {view.number} of 12: {view.phrase}."
    if slot.asset == slots.CLIPS:
        view = next(view for view in VIEWS if view.clip_slot == slot.name)
        motion = view.motion.value.replace("_", " ")
        return f"Clip {view.number} of 12: five seconds of {view.title.lower()}, {motion}."
    sequence = next(each for each in SEQUENCES if each.slot == slot.name)
    what = {
        slots.SEQUENCE_SET: "The edit",
        slots.MUSIC: "The track",
        slots.VIDEOS: "The scored video",
    }[slot.asset]
    return f"{what} for {sequence.use}, {sequence.seconds} s" + (
        ", loops." if sequence.loops else "."
    )
