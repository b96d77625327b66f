"""From a spec to a built place."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from arena_assets.scene.model import Stage, StageSpec


def build_stage(spec: StageSpec) -> Stage:
    """The place of ``spec``; the theme's module is named after the theme.

    Equal specs give equal stages, byte for byte.
    """
    module = import_module(f"arena_assets.scene.themes.{spec.theme.value}")
    build = cast(Callable[[StageSpec], Stage], module.build)
    return build(spec)
