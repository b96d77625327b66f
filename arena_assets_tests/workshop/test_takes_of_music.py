"""Another take of one track, by either composer, belongs to the music of its arena."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.palette import ManaColor, Pair, Theme
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.providers.base import Outline
from arena_assets.providers.elevenlabs.composer import ElevenComposer
from arena_assets.providers.elevenlabs.options import ElevenOptions
from arena_assets.providers.embedded.music import EmbeddedComposer

LORE = FileRef(sha256="a" * 64, size=1, media_type="application/json", suffix=".json")
METADATA = SlotManifest(
    slot="arena_metadata", take=1, key="d" * 64, files={"metadata": LORE}, seconds=0,
    provenance=Provenance(
        recipe="arena_metadata", version="1", provider="p", model="m", inputs={}, params={}
    ),
)  # fmt: skip
OUTLINE = Outline(1, Pair(ManaColor.RADIANT, Theme.FLOATING_ISLAND), "")


@pytest.mark.parametrize(
    "composer", [EmbeddedComposer("draft"), ElevenComposer(ElevenOptions(SecretStr("x" * 32)))]
)
def test_takes_of_all_tracks_have_seeds_of_their_own_and_one_suite(
    composer: EmbeddedComposer | ElevenComposer,
) -> None:
    suites = set()
    for sequence in SEQUENCES:
        recipe = composer.recipe(OUTLINE, sequence, METADATA)
        params = [recipe(take).params for take in (1, 2, 3)]
        assert len({each["seed"] for each in params}) == 3
        suites |= {each.get("suite", each["seed"]) for each in params}
    assert len(suites) == 1


def test_the_first_take_has_the_key_it_always_had() -> None:
    params = EmbeddedComposer("draft").recipe(OUTLINE, SEQUENCES[0], METADATA)(1).params
    assert params.keys() == {"track", "seed", "quality"}
