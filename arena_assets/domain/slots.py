"""Slots: the named pieces of work an arena is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from arena_assets.domain.identity import partition_key
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.views import VIEWS
from arena_assets.errors import NotFound

METADATA = "arena_metadata"
SCENE = "arena_scene"
IMAGES = "image_set"
CLIPS = "clips"
SEQUENCE_SET = "sequences"
MUSIC = "music_tracks"
VIDEOS = "final_videos"
ROW = "arena_row"
PACK = "engine_pack"


class SlotName(NamedTuple):
    """A slot within an arena: ``image_set/view_03``, or ``arena_metadata`` for a single one."""

    asset: str
    name: str

    def __str__(self) -> str:
        return self.asset if self.name == SINGLE else f"{self.asset}/{self.name}"

    @property
    def key_path(self) -> list[str]:
        """The path of its Dagster asset key."""
        return [self.asset] if self.name == SINGLE else [self.asset, self.name]


SINGLE = "-"
"""The name of the one slot of an asset that has a single slot."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of one arena."""

    arena_id: int
    where: SlotName

    def __str__(self) -> str:
        return f"{partition_key(self.arena_id)}/{self.where}"


def metadata_slot() -> SlotName:
    return SlotName(METADATA, SINGLE)


def scene_slot() -> SlotName:
    return SlotName(SCENE, SINGLE)


def image_slot(number: int) -> SlotName:
    return SlotName(IMAGES, f"view_{number:02d}")


def clip_slot(number: int) -> SlotName:
    return SlotName(CLIPS, f"clip_{number:02d}")


def sequence_slot(kind: str) -> SlotName:
    return SlotName(SEQUENCE_SET, str(kind))


def track_slot(kind: str) -> SlotName:
    return SlotName(MUSIC, str(kind))


def video_slot(kind: str) -> SlotName:
    return SlotName(VIDEOS, str(kind))


def row_slot() -> SlotName:
    return SlotName(ROW, SINGLE)


def pack_slot() -> SlotName:
    return SlotName(PACK, SINGLE)


def _upstream() -> dict[SlotName, tuple[SlotName, ...]]:
    numbers = [view.number for view in VIEWS]
    graph: dict[SlotName, tuple[SlotName, ...]] = {metadata_slot(): ()}
    graph[scene_slot()] = (metadata_slot(),)
    for number in numbers:
        graph[image_slot(number)] = (metadata_slot(), scene_slot())
    for number in numbers:
        graph[clip_slot(number)] = (image_slot(number),)
    for sequence in SEQUENCES:
        graph[sequence_slot(sequence.slot)] = tuple(map(clip_slot, sequence.clips))
        graph[track_slot(sequence.slot)] = (metadata_slot(),)
        graph[video_slot(sequence.slot)] = (
            sequence_slot(sequence.slot),
            track_slot(sequence.slot),
        )
    graph[row_slot()] = tuple(slot for slot in graph if slot.asset != SCENE)
    graph[pack_slot()] = (scene_slot(), row_slot())
    return graph


UPSTREAM: Mapping[SlotName, tuple[SlotName, ...]] = _upstream()
"""Every slot with the slots it is made from: the one lineage Dagster, CLI and redo share."""

MADE: tuple[SlotName, ...] = tuple(slot for slot in UPSTREAM if slot.asset not in (ROW, PACK))
"""The slots whose bytes the workshop makes; the row and the pack are gathered from them."""


def downstream(slot: SlotName) -> set[SlotName]:
    """All slots that are made from this one, near or far."""
    found: set[SlotName] = set()
    frontier = {slot}
    while frontier:
        frontier = {each for each, needs in UPSTREAM.items() if frontier & set(needs)} - found
        found |= frontier
    return found


def parse_slot(text: str) -> SlotName:
    """A slot as a person writes it: ``image_set/view-03``, ``clips/clip_3``, ``arena_scene``."""
    asset, _, name = text.strip().lower().replace("-", "_").partition("/")
    name = re.sub(r"_(\d)$", r"_0\1", name)
    slot = SlotName(asset, name or SINGLE)
    if slot in UPSTREAM:
        return slot
    names = [each.name for each in UPSTREAM if each.asset == asset and each.name != SINGLE]
    if names:
        hint = (
            f"Slots of {asset} are {names[0]} to {names[-1]}"
            if len(names) > 5
            else (f"Slots of {asset} are {', '.join(names)}")
        )
    else:
        hint = "Assets are " + ", ".join(dict.fromkeys(each.asset for each in UPSTREAM))
    raise NotFound(f"There is no slot '{text[:60]}'", hint)
