"""The embedded stage as a maker: the scene of an arena, and its pictures."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from arena_assets.domain.manifest import Measurement, SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import IMAGES, SCENE, scene_slot
from arena_assets.domain.views import View
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.embedded.identity import PROVIDER, Quality
from arena_assets.providers.style import asked_besides, motif_text
from arena_assets.providers.versions import VERSIONS

if TYPE_CHECKING:
    from arena_assets.scene.stage import BuiltStage

_MODEL = "stage"


class _LastPlace:
    """The place that was built last; twelve pictures in a row share it.

    One place is kept, as a built place takes hundreds of megabytes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spec_json = ""
        self._built: BuiltStage | None = None

    def built(self, spec_json: str, context: WorkContext) -> BuiltStage:
        from arena_assets.scene.model import StageSpec
        from arena_assets.scene.stage import prepare

        with self._lock:
            if self._built is None or self._spec_json != spec_json:
                self._built = None
                context.progress(0.0, "building the place")
                spec = StageSpec.model_validate_json(spec_json)
                self._built = prepare(spec, cancelled=context.check_cancelled)
                self._spec_json = spec_json
            return self._built


_PLACE = _LastPlace()


@dataclass(frozen=True, slots=True)
class EmbeddedStage:
    """Plans and builds the place, and exports it as GLB."""

    def recipe(self, outline: Outline, metadata: SlotManifest) -> RecipeFor:
        def for_take(take: int) -> Recipe:
            seed = outline.seed(scene_slot(), take)
            besides = asked_besides(outline, scene_slot(), take, PROVIDER)
            text = motif_text(outline.brief, besides)
            return Recipe(
                name=SCENE,
                version=VERSIONS[SCENE],
                inputs={"metadata": metadata.file("metadata")},
                params={"brief": outline.brief, "seed": seed, **besides},
                provider=PROVIDER,
                model=_MODEL,
                work=lambda context: _build_scene(context, text, seed),
            )

        return for_take


def _build_scene(context: WorkContext, brief: str, seed: int) -> Produced:
    from arena_assets.domain.metadata import ArenaMetadata
    from arena_assets.inspect.model import check_glb
    from arena_assets.scene.plan import plan_stage

    metadata = ArenaMetadata.model_validate_json(context.input("metadata").read_bytes())
    spec = plan_stage(metadata, brief, seed)
    spec_json = json.dumps(spec.model_dump(mode="json"), sort_keys=True, indent=1)
    scene = context.workdir / "scene.json"
    scene.write_text(spec_json, encoding="utf-8")
    built = _PLACE.built(spec_json, context)
    context.progress(0.7, "writing the model")
    model = context.workdir / "arena.glb"
    model.write_bytes(built.glb())
    measurements, findings = check_glb(model)
    chosen: dict[str, Measurement] = {
        "centrepiece": str(spec.centrepiece),
        "features": ", ".join(spec.features),
        "sky, cover, drift": f"{spec.sky}, {spec.cover}, {spec.drift}",
        "triangles_built": built.triangles,
    }
    return Produced({"scene": scene, "glb": model}, {**measurements, **chosen}, findings)


@dataclass(frozen=True, slots=True)
class EmbeddedPictures:
    """Renders views of the place. One at a time, as the renderer uses every core itself."""

    width: int
    height: int
    quality: Quality

    @property
    def at_once(self) -> int:
        return 1

    def recipe(
        self, outline: Outline, view: View, metadata: SlotManifest, scene: SlotManifest
    ) -> RecipeFor:
        del outline, metadata  # the scene's plan already holds what the words asked for

        def for_take(take: int) -> Recipe:
            return Recipe(
                name=IMAGES,
                version=VERSIONS[IMAGES],
                inputs={"scene": scene.file("scene")},
                params={
                    "view": view.kind.value,
                    "width": self.width,
                    "height": self.height,
                    "quality": self.quality,
                    "variation": take - 1,
                },
                provider=PROVIDER,
                model=_MODEL,
                work=lambda context: self._shoot(context, view, take - 1),
            )

        return for_take

    def _shoot(self, context: WorkContext, view: View, variation: int) -> Produced:
        from arena_assets.inspect.framing import check_framing
        from arena_assets.inspect.likeness import fingerprint
        from arena_assets.inspect.picture import check_picture
        from arena_assets.providers.embedded.png import save_mask, save_picture
        from arena_assets.video.depth import save_depth

        built = _PLACE.built(context.input("scene").read_text(encoding="utf-8"), context)
        shot = built.shoot(
            view,
            width=self.width,
            height=self.height,
            quality=self.quality,
            variation=variation,
            progress=lambda fraction: context.progress(fraction, f"rendering {view.title.lower()}"),
            cancelled=context.check_cancelled,
        )
        files: dict[str, Path] = {
            role: context.workdir / f"{role}.png" for role in ("picture", "depth", "mask")
        }
        save_picture(files["picture"], shot.rgb)
        save_depth(files["depth"], shot.depth)
        save_mask(files["mask"], shot.mask)
        measurements, findings = check_picture(
            files["picture"], width=self.width, height=self.height
        )
        measured: dict[str, Measurement] = {
            **measurements,
            **{f"frame_{name}": round(value, 4) for name, value in shot.coverage.items()},
            "fingerprint": fingerprint(files["picture"]),
        }
        return Produced(files, measured, (*findings, *check_framing(view.kind, shot.coverage)))
