"""ComfyUI as a maker of pictures: guided by the scene where a server has the models for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from arena_assets.domain.manifest import Finding, Measurement, SlotManifest
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.prompts import NEGATIVE_PROMPT, picture_prompt
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import IMAGES, image_slot
from arena_assets.domain.views import View
from arena_assets.providers.base import Outline, PictureMaker, RecipeFor
from arena_assets.providers.comfyui.commission import PROVIDER, Commission, ceiling_usd
from arena_assets.providers.comfyui.files import make_plain
from arena_assets.providers.comfyui.fleet import Fleet
from arena_assets.providers.comfyui.guides import outline_fit, write_depth_guide
from arena_assets.providers.comfyui.rendered import rendered
from arena_assets.providers.comfyui.shelf import chosen
from arena_assets.providers.comfyui.sizes import base_size
from arena_assets.providers.comfyui.template import Template
from arena_assets.providers.comfyui.warm import Warmth
from arena_assets.providers.style import asked_besides, picture_words
from arena_assets.providers.versions import VERSIONS


@dataclass(frozen=True, slots=True)
class ComfyPictures:
    """Makes views on a fleet of servers. ``stage`` renders what guides the guided workflows.

    A guided picture comes with the stage's depth and mask, so that its clip can move in depth; a
    free one has neither. Which workflow was used stands in the measurements.
    """

    fleet: Fleet
    width: int
    height: int
    stage: PictureMaker
    warmth: Warmth = field(default_factory=Warmth)

    @property
    def at_once(self) -> int:
        return self.fleet.options.at_once

    def recipe(
        self, outline: Outline, view: View, metadata: SlotManifest, scene: SlotManifest
    ) -> RecipeFor:
        options = self.fleet.options
        templates = chosen(options.pictures, options.templates, "picture")
        # A redo keeps the camera and draws anew, so the guide is that of the first take.
        guide = self.stage.recipe(outline, view, metadata, scene)(1)

        def for_take(take: int) -> Recipe:
            seed = outline.seed(image_slot(view.number), take)
            besides = asked_besides(outline, image_slot(view.number), take, PROVIDER)
            workflows: dict[str, JsonValue] = {each.name: each.digest for each in templates}
            models: dict[str, JsonValue] = {
                each.name: dict(self.fleet.models(each)) for each in templates
            }
            return Recipe(
                name=IMAGES,
                version=VERSIONS[IMAGES],
                inputs={"metadata": metadata.file("metadata"), "scene": scene.file("scene")},
                params={
                    "view": view.kind.value,
                    "width": self.width,
                    "height": self.height,
                    "seed": seed,
                    "guide": dict(guide.params),
                    "workflows": workflows,
                    "models": models,
                    "values": dict(options.values),
                    **besides,
                },
                provider=PROVIDER,
                model=", ".join(each.name for each in templates),
                work=lambda context: self._draw(
                    context, view, templates, guide, seed, take, besides
                ),
                price_ceiling_usd=float(ceiling_usd(options)),
            )

        return for_take

    def _draw(
        self,
        context: WorkContext,
        view: View,
        templates: tuple[Template, ...],
        guide: Recipe,
        seed: int,
        take: int,
        besides: Mapping[str, JsonValue],
    ) -> Produced:
        context.progress(0.0, "asking the ComfyUI servers")
        able = self.fleet.able(templates)
        self.warmth.warm(self.fleet, able)
        metadata = ArenaMetadata.model_validate_json(context.input("metadata").read_bytes())
        scene = rendered(guide, context) if able.template.guided else {}
        uploads: dict[str, Path] = {}
        if scene:
            depth_guide = context.workdir / "depth_guide.png"
            write_depth_guide(scene["depth"], depth_guide)
            uploads = {"image": scene["picture"], "depth": depth_guide}
        base_width, base_height = base_size(self.width, self.height)
        positive, negative = picture_words(picture_prompt(metadata, view), NEGATIVE_PROMPT, besides)
        wished: dict[str, str | int | float] = {
            "positive": positive,
            "negative": negative,
            "width": self.width,
            "height": self.height,
            "base_width": base_width,
            "base_height": base_height,
            "seed": seed,
        }
        answer = Commission(able, wished, uploads, take).made_by(self.fleet, context)
        measured, findings = self._look_at(answer.body, context.workdir / "drawn.png", scene)
        files = {"picture": context.workdir / "drawn.png"}
        files |= {role: scene[role] for role in ("depth", "mask") if role in scene}
        told: dict[str, Measurement] = {"workflow": able.template.name}
        if seconds := answer.headers.get("x-comfyui-seconds"):
            told["gpu_seconds"] = round(float(seconds), 3)
        return Produced(files, {**measured, **told}, findings)

    def _look_at(
        self, received: Path, plain: Path, scene: Mapping[str, Path]
    ) -> tuple[dict[str, Measurement], tuple[Finding, ...]]:
        """Check what came, and write it anew as ``plain``: a PNG with nothing but its pixels."""
        from arena_assets.inspect.likeness import fingerprint
        from arena_assets.inspect.picture import check_picture

        measured, findings = check_picture(received, width=self.width, height=self.height)
        gray = make_plain(received, plain)
        measured |= {
            "format": "PNG",
            "bytes": plain.stat().st_size,
            "fingerprint": fingerprint(plain),
        }
        if scene:
            fit = outline_fit(gray, scene["depth"])
            measured["outline_fit"] = None if fit is None else round(fit, 3)
        return measured, findings
