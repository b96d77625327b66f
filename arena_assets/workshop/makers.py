"""Who does each kind of work: the embedded studio, and the services a project chose instead."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arena_assets.domain.recipe import Produced, WorkContext
from arena_assets.domain.sequences import LOUDNESS_LUFS
from arena_assets.domain.views import View
from arena_assets.errors import UsageFault
from arena_assets.providers.base import Makers
from arena_assets.settings import Settings
from arena_assets.workshop.fallback import WithFallback
from arena_assets.workshop.services import (
    check_services,
    claude_options,
    comfy_options,
    eleven_options,
)

if TYPE_CHECKING:
    from arena_assets.providers.embedded.film import Delivery

_LOOK_SECONDS = 0.5


def makers_for(settings: Settings) -> Makers:
    """The set of makers by the settings; a service's modules are imported only when it is chosen.

    Raises UsageFault, naming the variable, when a chosen service cannot be used as it is set.
    """
    check_services(settings)
    makers = _makers_named(settings.makers)(
        settings.quality,
        (settings.image_width, settings.image_height),
        (settings.video_width, settings.video_height),
        **_further(settings),
    )
    if settings.lore == "claude":
        from arena_assets.providers.claude.writer import ClaudeLore

        options = claude_options(settings)
        makers = replace(
            makers,
            lore=WithFallback(ClaudeLore(options), makers.lore),
            economy_lore=ClaudeLore(replace(options, economy=True)),
        )
    if settings.music == "elevenlabs":
        from arena_assets.providers.elevenlabs.composer import ElevenComposer

        makers = replace(
            makers, composer=WithFallback(ElevenComposer(eleven_options(settings)), makers.composer)
        )
    if "comfyui" in (settings.pictures, settings.clips):
        makers = _with_comfyui(makers, settings)
    return makers


def _further(settings: Settings) -> dict[str, Any]:
    """What was chosen besides; a set of makers need not know what nobody chose."""
    chosen: dict[str, Any] = {"av1": True} if settings.av1 else {}
    if any(lufs != LOUDNESS_LUFS for lufs in settings.loudness.values()):
        chosen["loudness"] = settings.loudness
    return chosen


def _with_comfyui(makers: Makers, settings: Settings) -> Makers:
    """Pictures, clips or both by one fleet; the set's own pictures guide the guided workflows."""
    from arena_assets.providers.comfyui.clips import ComfyClips
    from arena_assets.providers.comfyui.fleet import Fleet
    from arena_assets.providers.comfyui.pictures import ComfyPictures
    from arena_assets.providers.embedded.film import Delivery

    fleet = Fleet(comfy_options(settings))
    makers = replace(makers, close=fleet.close)
    if settings.pictures == "comfyui":
        size = (settings.image_width, settings.image_height)
        makers = replace(
            makers,
            pictures=WithFallback(ComfyPictures(fleet, *size, makers.pictures), makers.pictures),
        )
    if settings.clips == "comfyui":
        delivery = Delivery(settings.video_width, settings.video_height, settings.quality)
        conform = _conforming(settings.slots_at_once)
        makers = replace(
            makers, clips=WithFallback(ComfyClips(fleet, delivery, conform), makers.clips)
        )
    return makers


def _conforming(at_once: int) -> Callable[[WorkContext, Path, View, Delivery], Produced]:
    """Footage to clips, at most so many together: the server films twelve at once, and each needs
    an encoder of this machine afterwards."""
    from arena_assets.providers.footage import clip_from_footage

    room = threading.BoundedSemaphore(at_once)

    def conform(context: WorkContext, footage: Path, view: View, delivery: Delivery) -> Produced:
        while not room.acquire(timeout=_LOOK_SECONDS):
            context.check_cancelled()
        try:
            return clip_from_footage(context, footage, view, delivery)
        finally:
            room.release()

    return conform


def _makers_named(path: str) -> Callable[..., Makers]:
    """The function behind ``module:function`` that gives a set of makers."""
    module, _, name = path.partition(":")
    try:
        found: Callable[..., Makers] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageFault(
            f"ARENA_MAKERS names no function: {path!r} ({error})",
            "Write it as package.module:function, or unset it for the embedded studio",
        ) from error
    return found
