"""One slot made by each real provider against its double, for processes that are killed."""

from __future__ import annotations

import json
import zlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import httpx2
from pydantic import SecretStr

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.palette import pair_at
from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.domain.slots import SlotName, image_slot, metadata_slot, track_slot
from arena_assets.domain.views import VIEWS
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.claude.options import ClaudeOptions
from arena_assets.providers.claude.writer import ClaudeLore
from arena_assets.providers.comfyui.fleet import Fleet
from arena_assets.providers.comfyui.options import ComfyOptions, ComfyServer, Patience
from arena_assets.providers.comfyui.pictures import ComfyPictures
from arena_assets.providers.comfyui.server import Server
from arena_assets.providers.elevenlabs.composer import ElevenComposer
from arena_assets.providers.elevenlabs.options import ElevenOptions
from arena_assets.store.blobs import BlobStore
from arena_assets_tests import stand_in
from arena_assets_tests.doubles.claude import ClaudeDouble
from arena_assets_tests.doubles.comfyui import ComfyDouble, Pace
from arena_assets_tests.doubles.elevenlabs import ElevenDouble
from arena_assets_tests.doubles.loopback import Loopback
from arena_assets_tests.providers.comfyui.weightless import write_all

_KEY = "sk-double"
_QUICK = Patience(connect=5, answer=5, fetch=5, job=60, absence=20, poll=0.02)


def outline_for(name: str) -> Outline:
    """An arena like no other, so that its requests are told apart by their content."""
    number = zlib.crc32(name.encode())
    return Outline(number, pair_at(number % 60), f"trial {number}")


class Maker(ABC):
    """A provider's double, and the slot it is asked for. ``recovers``: the service can be asked
    what became of a call."""

    slot: SlotName
    wire: tuple[Any, str]
    recovers = False

    @abstractmethod
    def recipe(self, outline: Outline, blobs: BlobStore) -> RecipeFor: ...

    @abstractmethod
    def submits(self) -> Counter[str]:
        """What was submitted so far, counted by content."""


@dataclass
class _Looped(Maker):
    double: Loopback

    def submits(self) -> Counter[str]:
        return Counter(self.double.submits)


@dataclass
class Claude(_Looped):
    slot = metadata_slot()
    wire = (httpx2.HTTPTransport, "handle_request")

    def recipe(self, outline: Outline, blobs: BlobStore) -> RecipeFor:
        options = ClaudeOptions(SecretStr(_KEY), base_url=self.double.url)
        return ClaudeLore(options).recipe(outline, (), lambda _name: True)


@dataclass
class Eleven(_Looped):
    slot = track_slot("hazard")
    wire = (httpx.HTTPTransport, "handle_request")

    def recipe(self, outline: Outline, blobs: BlobStore) -> RecipeFor:
        options = ElevenOptions(SecretStr(_KEY), base_url=self.double.url)
        metadata = _kept(outline, blobs)
        return ElevenComposer(options).recipe(
            outline, sequence_by_kind(SequenceKind.HAZARD), metadata
        )


@dataclass
class Comfy(Maker):
    double: ComfyDouble
    workflows: Path
    fleets: list[Fleet] = field(default_factory=list)
    slot = image_slot(1)
    wire = (Server, "submit")
    recovers = True

    def recipe(self, outline: Outline, blobs: BlobStore) -> RecipeFor:
        options = ComfyOptions(
            servers=(ComfyServer(self.double.url),),
            pictures=("plain",),
            templates=self.workflows,
            usd_per_hour=36,  # type: ignore[arg-type]
            warm_up=False,
            patience=_QUICK,
        )
        self.fleets.append(Fleet(options))
        stage = stand_in.makers("draft", (448, 256), (320, 180)).pictures
        maker = ComfyPictures(self.fleets[-1], 448, 256, stage)
        metadata = _kept(outline, blobs)
        return maker.recipe(outline, VIEWS[0], metadata, metadata)

    def submits(self) -> Counter[str]:
        for fleet in self.fleets:
            fleet.close()
        self.fleets.clear()
        return Counter(self.double.gpu.ran)


def _kept(outline: Outline, blobs: BlobStore) -> SlotManifest:
    """A manifest with lore and a scene in it, their bytes in the store."""
    lore = stand_in.metadata(outline, "Trial Hall").model_dump(mode="json")
    ref = _put(blobs, json.dumps(lore).encode())
    made = Provenance(recipe="r", version="1", provider="p", model="m", inputs={}, params={})
    return SlotManifest(
        slot="arena_metadata",
        take=1,
        key="0" * 64,
        files={"metadata": ref, "scene": ref, "glb": ref},
        provenance=made,
        seconds=0.0,
    )


def _put(blobs: BlobStore, content: bytes) -> FileRef:
    path = blobs.root.parent / "lore.json"
    path.write_bytes(content)
    return blobs.put_file(path, "application/json", ".json")


@contextmanager
def open_makers(folder: Path) -> Iterator[dict[str, Maker]]:
    workflows = folder / "workflows"
    workflows.mkdir(parents=True)
    write_all(workflows)
    comfy = ComfyDouble(folder / "comfyui", pace=Pace(node=0.002))
    with ClaudeDouble(_KEY) as claude, ElevenDouble(_KEY) as eleven, comfy:
        yield {
            "claude": Claude(claude),
            "elevenlabs": Eleven(eleven),
            "comfyui": Comfy(comfy, workflows),
        }
