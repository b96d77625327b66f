"""ComfyUI as a maker of clips: an image-to-video model moves the camera over a view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import CLIPS, clip_slot
from arena_assets.domain.views import View
from arena_assets.errors import ContentFault
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.comfyui.commission import PROVIDER, Commission, ceiling_usd
from arena_assets.providers.comfyui.fleet import Fleet
from arena_assets.providers.comfyui.shelf import chosen
from arena_assets.providers.comfyui.template import Template
from arena_assets.providers.comfyui.whole import is_whole
from arena_assets.providers.comfyui.words import CLIP_NEGATIVE, clip_prompt
from arena_assets.providers.embedded.film import Delivery
from arena_assets.providers.style import asked_besides, picture_words
from arena_assets.providers.versions import VERSIONS

Conform = Callable[[WorkContext, Path, View, Delivery], Produced]
"""Makes a clip of a model's video: any rate, size and length becomes files ``mp4`` and ``master``.

It opens the untrusted bytes and checks what it made of them.
"""


@dataclass(frozen=True, slots=True)
class ComfyClips:
    """Makes clips on a fleet of servers; ``conform`` brings each video to the delivered form."""

    fleet: Fleet
    delivery: Delivery
    conform: Conform

    @property
    def at_once(self) -> int:
        return self.fleet.options.at_once

    def recipe(self, outline: Outline, view: View, picture: SlotManifest) -> RecipeFor:
        options = self.fleet.options
        templates = chosen(options.clips, options.templates, "video")

        def for_take(take: int) -> Recipe:
            seed = outline.seed(clip_slot(view.number), take)
            besides = asked_besides(outline, clip_slot(view.number), take, PROVIDER)
            words = picture_words(clip_prompt(outline.pair.theme, view), CLIP_NEGATIVE, besides)
            workflows: dict[str, JsonValue] = {each.name: each.digest for each in templates}
            models: dict[str, JsonValue] = {
                each.name: dict(self.fleet.models(each)) for each in templates
            }
            return Recipe(
                name=CLIPS,
                version=VERSIONS[CLIPS],
                inputs={"picture": picture.file("picture")},
                params={
                    "clip": view.number,
                    "motion": view.motion.value,
                    "prompt": words[0],
                    "seed": seed,
                    "workflows": workflows,
                    "models": models,
                    "values": dict(options.values),
                    **self.delivery.params(),
                    **besides,
                },
                provider=PROVIDER,
                model=", ".join(each.name for each in templates),
                work=lambda context: self._film(context, words, view, templates, seed, take),
                price_ceiling_usd=float(ceiling_usd(options)),
            )

        return for_take

    def _film(
        self,
        context: WorkContext,
        words: tuple[str, str],
        view: View,
        templates: tuple[Template, ...],
        seed: int,
        take: int,
    ) -> Produced:
        context.progress(0.0, "asking the ComfyUI servers")
        able = self.fleet.able(templates)
        wished: dict[str, str | int | float] = {
            "positive": words[0],
            "negative": words[1],
            "seed": seed,
        }
        uploads = {"image": context.input("picture")}
        answer = Commission(able, wished, uploads, take).made_by(self.fleet, context)
        manifest = able.template.manifest
        footage = context.workdir / f"footage{manifest.suffix}"
        # The answer belongs to the ledger: it is copied, never moved.
        footage.write_bytes(answer.body.read_bytes())
        if not is_whole(footage, "video"):
            raise ContentFault(
                "ComfyUI's answer is no whole video", "Make the clip again as its next take"
            )
        return self.conform(context, footage, view, self.delivery)
