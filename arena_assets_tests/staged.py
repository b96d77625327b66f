"""Stand-in makers but for lore, stage and pictures, which are the embedded studio's.

For workflows that are guided by a scene: ``ARENA_MAKERS=arena_assets_tests.staged:makers``.
"""

from __future__ import annotations

from dataclasses import replace

from arena_assets.providers.base import Makers
from arena_assets.providers.embedded.makers import embedded_makers
from arena_assets_tests import stand_in


def makers(quality: str, picture_size: tuple[int, int], video_size: tuple[int, int]) -> Makers:
    """The stand-ins, with a real place to guide pictures."""
    real = embedded_makers(quality, picture_size, video_size)  # type: ignore[arg-type]
    found = stand_in.makers(quality, picture_size, video_size)
    return replace(found, lore=real.lore, stage=real.stage, pictures=real.pictures)
