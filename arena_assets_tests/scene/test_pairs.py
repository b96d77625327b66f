"""The same arena with other words, or from another seed, is visibly another place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.views import View, view_by_number
from arena_assets.inspect.likeness import MAX_LIKENESS, fingerprint_of, likeness
from arena_assets.scene.model import Cover, Drift, Sky, StageSpec
from arena_assets.scene.plan import plan_stage, sample_stage
from arena_assets.scene.stage import BuiltStage, prepare
from arena_assets_tests.scene.pairs import TWINS, Twin, metadata, specs

WIDE, SIDE = view_by_number(1), view_by_number(7)


def shot(place: BuiltStage, view: View) -> npt.NDArray[np.uint8]:
    return place.shoot(view, width=256, height=144, quality="draft").rgb


def compared(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> tuple[float, float]:
    """Likeness of what is shown, at most 1; mean difference of colours, 0–255."""
    images = [Image.fromarray(picture) for picture in (first, second)]
    marks = [fingerprint_of(np.asarray(image.convert("L"))) for image in images]
    small = [
        np.asarray(image.resize((32, 18), Image.Resampling.BOX), np.float32) for image in images
    ]
    return likeness(*marks), float(np.abs(small[0] - small[1]).mean())


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.theme.value)
def test_other_words_plan_another_place(twin: Twin) -> None:
    first, second = specs(twin)
    assert first.centrepiece is not second.centrepiece
    assert len(set(first.features) & set(second.features)) <= 2
    assert (first.sky, first.cover, first.drift) != (second.sky, second.cover, second.drift)
    assert (first.theme, first.mana_color, first.seed) == (
        second.theme,
        second.mana_color,
        second.seed,
    )


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.theme.value)
def test_other_words_make_other_pictures(twin: Twin) -> None:
    first, second = (prepare(spec, quality="draft") for spec in specs(twin))
    for view in (WIDE, SIDE):
        alike, colors = compared(shot(first, view), shot(second, view))
        assert alike < MAX_LIKENESS, view.kind
        assert colors > 20, view.kind


def test_words_that_say_nothing_of_the_place_change_nothing() -> None:
    twin = TWINS[0]
    written = metadata(twin, twin.first)
    plain, polite = (plan_stage(written, brief, twin.seed) for brief in ("", "please make it nice"))
    assert plain == polite
    place = prepare(plain, quality="draft")
    alike, colors = compared(shot(place, WIDE), shot(place, WIDE))
    assert alike == pytest.approx(1.0)
    assert colors == 0


def test_two_seeds_of_one_theme_lay_it_out_differently() -> None:
    """Measured from above, by what stands where: everything else about the two is the same."""
    one = sample_stage(Theme.CRYSTAL_CAVERN, ManaColor.AZURE, 5)
    other = one.model_copy(update={"seed": 6})
    below = []
    for spec in (one, other):
        place = prepare(spec, quality="draft")
        seen = place.shoot(view_by_number(4), width=256, height=144, quality="draft")
        below.append(np.array(["sky", *place.materials])[seen.mask])
    assert (below[0] != below[1]).mean() > 0.2


def test_sky_cover_and_drift_are_heard_in_brief_and_hazard() -> None:
    twin = TWINS[0]
    asked = plan_stage(metadata(twin, twin.second), "under the midnight moon", twin.seed)
    assert (asked.sky, asked.cover, asked.drift) == (Sky.NIGHT, Cover.SNOW, Drift.SNOW)
    plain = plan_stage(metadata(twin, twin.first), "", twin.seed)
    assert (plain.sky, plain.cover, plain.drift) == (Sky.OWN, Cover.OWN, Drift.OWN)


def test_an_older_plan_without_sky_cover_and_drift_still_reads() -> None:
    plan = sample_stage(Theme.DESERT_OASIS, ManaColor.RADIANT, 3).model_dump(mode="json")
    for name in ("sky", "cover", "drift"):
        del plan[name]
    assert StageSpec.model_validate(plan).sky is Sky.OWN
