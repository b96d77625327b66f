"""Makers that stand in for all work but the music, which is really composed, played and mixed."""

from __future__ import annotations

from dataclasses import replace

from arena_assets.providers.base import Makers
from arena_assets.providers.embedded.music import EmbeddedComposer
from arena_assets_tests import stand_in


def makers(quality: str, picture_size: tuple[int, int], video_size: tuple[int, int]) -> Makers:
    """Chosen with ``ARENA_MAKERS=arena_assets_tests.playing:makers``."""
    found = stand_in.makers(quality, picture_size, video_size)
    return replace(found, composer=EmbeddedComposer("draft"))
