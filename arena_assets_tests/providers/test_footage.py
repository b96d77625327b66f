"""A model's video becomes a clip with its findings, and the editor cuts it among embedded ones."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from arena_assets.domain.calls import Answer, Call, Recover, Send, Settle
from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.palette import ManaColor, Pair, Theme
from arena_assets.domain.recipe import Produced
from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.domain.views import view_by_number
from arena_assets.errors import ContentFault
from arena_assets.providers.base import Outline
from arena_assets.providers.embedded.film import Delivery, EmbeddedEditor
from arena_assets.providers.footage import clip_from_footage
from arena_assets_tests.video.footage_making import write_footage

_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_DELIVERY = Delivery(320, 180, "draft")


@dataclass
class _Context:
    """A folder with inputs by role, and nothing that cancels."""

    workdir: Path
    inputs: dict[str, Path] = field(default_factory=dict)

    def input(self, role: str) -> Path:
        return self.inputs[role]

    def progress(self, fraction: float, note: str = "") -> None: ...

    def check_cancelled(self) -> None: ...

    def call(
        self, call: Call, send: Send, settle: Settle, recover: Recover | None = None
    ) -> Answer:
        raise AssertionError("footage is conformed without a call")


def _failed(produced: Produced) -> list[str]:
    return [finding.check for finding in produced.findings if not finding.passed]


def _ref(path: Path) -> FileRef:
    return FileRef(
        sha256="0" * 64, size=path.stat().st_size, media_type="video/mp4", suffix=path.suffix
    )


def test_an_edit_of_models_clips_passes_its_checks(tmp_path: Path) -> None:
    sequence = sequence_by_kind(SequenceKind.HAZARD)
    manifests: dict[int, SlotManifest] = {}
    inputs: dict[str, Path] = {}
    for number in sequence.clips:
        folder = tmp_path / str(number)
        folder.mkdir()
        footage = write_footage(folder / "footage.mp4", "208x120", str(12 + number), 5.5, *_H264)
        context = _Context(folder)
        made = clip_from_footage(context, footage, view_by_number(number), _DELIVERY)
        assert _failed(made) == []
        assert made.measurements["footage_rate"] == pytest.approx(12 + number)
        manifests[number] = SlotManifest(
            slot=f"clips/clip_{number:02d}",
            take=1,
            key="0" * 64,
            files={role: _ref(path) for role, path in made.files.items()},
            provenance=Provenance(
                recipe="clips", version="1", provider="comfyui", model="wan", inputs={}, params={}
            ),
            seconds=1,
        )
        inputs[f"master_{number:02d}"] = made.files["master"]
        inputs[f"theora_{number:02d}"] = made.files["theora"]
        inputs[f"footage_{number:02d}"] = Path(shutil.copy(footage, folder / "stored"))
    outline = Outline(1, Pair(ManaColor.AZURE, Theme.SHADOW_REALM), "")
    recipe = EmbeddedEditor(_DELIVERY).recipe(outline, sequence, manifests)(1)
    assert set(recipe.inputs) == set(inputs)
    produced = recipe.work(_Context(tmp_path, inputs))
    assert _failed(produced) == []
    assert produced.measurements["frames"] == sequence.frames


def test_footage_that_is_too_short_says_what_to_ask_for(tmp_path: Path) -> None:
    footage = write_footage(tmp_path / "short.mp4", "208x120", "16", 2, *_H264)
    with pytest.raises(ContentFault, match=r"lasts 1\.9 s.*Ask the model for 5\.4 s or more"):
        clip_from_footage(_Context(tmp_path), footage, view_by_number(1), _DELIVERY)
    assert [path.name for path in tmp_path.iterdir()] == ["short.mp4"]
