"""Stand-in makers whose music is bought at the shop of :mod:`arena_assets_tests.loopback`.

Chosen with ``ARENA_MAKERS=arena_assets_tests.paying:makers``; ``ARENA_TEST_SHOP`` is its address.
"""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass, replace

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import Sequence
from arena_assets.providers.base import Makers, Outline, RecipeFor
from arena_assets_tests import stand_in
from arena_assets_tests.loopback import order, price, sending

SHOP = "ARENA_TEST_SHOP"


@dataclass(frozen=True)
class _Shopper:
    made: stand_in._Maker
    at_once: int = 2

    def recipe(self, outline: Outline, sequence: Sequence, metadata: SlotManifest) -> RecipeFor:
        plain = self.made.recipe(outline, sequence, metadata)

        def for_take(take: int) -> Recipe:
            recipe: Recipe = plain(take)
            number = zlib.crc32(f"{outline.arena_id} {sequence.slot}".encode())

            def work(context: WorkContext) -> Produced:
                call = order(number, take=take)
                context.call(call, sending(os.environ[SHOP], call), price)
                return recipe.work(context)

            return replace(recipe, provider="shop", work=work)

        return for_take


def makers(quality: str, picture_size: tuple[int, int], video_size: tuple[int, int]) -> Makers:
    """The stand-ins, the composer replaced."""
    found = stand_in.makers(quality, picture_size, video_size)
    composer = found.composer
    assert isinstance(composer, stand_in._Maker)
    return replace(found, composer=_Shopper(composer))
