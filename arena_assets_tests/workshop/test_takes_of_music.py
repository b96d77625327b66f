"""Another take of one track, by either composer, belongs to the music of its arena."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from arena_assets.domain.sequences import SEQUENCES
from arena_assets.providers.elevenlabs.composer import ElevenComposer
from arena_assets.providers.elevenlabs.options import ElevenOptions
from arena_assets.providers.embedded.music import EmbeddedComposer
from arena_assets_tests.outlines import METADATA, OUTLINE


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
