"""A small finished arena as plain files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from arena_assets.domain.manifest import FileRef, Finding, Provenance, SlotManifest
from arena_assets.domain.palette import pair_at
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.slots import SlotName, image_slot, scene_slot, track_slot, video_slot
from arena_assets.domain.views import VIEWS
from arena_assets.export.bundle import PackInput, StoredFile
from arena_assets.providers.embedded.lore import write_metadata
from arena_assets.workshop.media import media_type


def stored(folder: Path, content: bytes, suffix: str) -> StoredFile:
    """Bytes under their hash, as the blob store keeps them."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / sha256
    path.write_bytes(content)
    kind = media_type(Path(f"x{suffix}"))
    return path, FileRef(sha256=sha256, size=len(content), media_type=kind, suffix=suffix)


def _picture(folder: Path, number: int) -> StoredFile:
    shade = np.linspace(number * 15, 255 - number * 8, 64 * 36 * 3).reshape(36, 64, 3)
    path = folder / "picture.png"
    Image.fromarray(shade.astype(np.uint8)).save(path)
    return stored(folder, path.read_bytes(), ".png")


def _manifest(slot: str, files: dict[str, StoredFile]) -> SlotManifest:
    return SlotManifest(
        slot=slot,
        take=1,
        key="0" * 64,
        files={role: ref for role, (_, ref) in files.items()},
        measurements={"width": 64},
        findings=(Finding(check="size", passed=True, said="as wanted"),),
        provenance=Provenance(
            recipe="test", version="1", provider="embedded", model="stage", inputs={}, params={}
        ),
        seconds=1.5,
        price_usd=0.25,
    )


@pytest.fixture
def make_pack(tmp_path: Path) -> Callable[..., PackInput]:
    """An arena with every slot; keyword arguments replace fields of its metadata."""
    blobs = tmp_path / "blobs"
    blobs.mkdir()

    def make(**changes: object) -> PackInput:
        metadata = write_metadata(pair_at(5), "", 7, ()).model_copy(update=changes)
        files: dict[SlotName, dict[str, StoredFile]] = {
            image_slot(view.number): {"picture": _picture(blobs, view.number)} for view in VIEWS
        }
        for each in SEQUENCES:
            files[video_slot(each.slot)] = {
                kind: stored(blobs, f"{each.slot} {kind}".encode(), f".{kind}")
                for kind in ("mp4", "ogv")
            }
            files[track_slot(each.slot)] = {
                kind: stored(blobs, f"{each.slot} {kind}".encode(), f".{kind}")
                for kind in ("ogg", "mp3")
            }
        files[scene_slot()] = {"glb": stored(blobs, b"glTF model", ".glb")}
        named = {str(slot): roles for slot, roles in files.items()}
        return PackInput(
            project="card-game",
            partition="arena-000042",
            slug="broken-vault",
            metadata=metadata,
            files=named,
            manifests={slot: _manifest(slot, roles) for slot, roles in named.items()},
        )

    return make
