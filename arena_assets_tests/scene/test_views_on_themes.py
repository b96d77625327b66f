"""On every theme all twelve cameras have room, see their subject, and look at it differently."""

from __future__ import annotations

import math
from dataclasses import asdict
from itertools import combinations, pairwise

import pytest

from arena_assets.domain.palette import Theme
from arena_assets.domain.views import ViewKind
from arena_assets.inspect.framing import check_framing
from arena_assets.scene import plan
from arena_assets.scene.embree import RayScene
from arena_assets.scene.framing import frame_views
from arena_assets.scene.mesh import merge
from arena_assets.scene.survey import FINE_GRID, room, survey
from arena_assets.scene.themes.registry import build_stage
from arena_assets_tests.scene.places import small_place, spec


@pytest.mark.parametrize("theme", list(Theme))
def test_no_camera_is_blocked_and_none_looks_like_another(theme: Theme) -> None:
    stage = build_stage(
        spec(
            theme=theme,
            centrepiece=plan._THEME_CENTRES[theme][0],
            features=plan._THEME_FEATURES[theme][:3],
        )
    )
    mesh = merge(stage)
    rays = RayScene(mesh.vertices, mesh.faces)
    framed = frame_views(rays.handle, stage)
    assert set(framed) == set(ViewKind)
    for kind, options in framed.items():
        camera = options[0][0]
        found = survey(rays.handle, camera, stage, FINE_GRID)
        assert room(rays.handle, camera) > 0.4, kind
        if (theme, kind) != (Theme.FLOATING_ISLAND, ViewKind.WIDE_AERIAL):
            assert math.hypot(*camera.origin[:2]) <= stage.reach, kind
        poor = [each.said for each in check_framing(kind, asdict(found)) if not each.passed]
        assert not poor, (kind, poor)
    out = framed[ViewKind.INSIDE_OUT][0][1]
    assert out.subject < 0.5, "the view out shows the middle of the arena"
    for one, other in combinations(ViewKind, 2):
        first, second = framed[one][0][0], framed[other][0][0]
        turned = math.degrees(math.acos(min(1.0, float(first.axes()[0] @ second.axes()[0]))))
        moved = math.dist(first.origin, second.origin)
        assert turned > 10 or moved > 0.2 * stage.radius, (one, other)
    around = sorted(
        math.atan2(camera.origin[1], camera.origin[0])
        for kind, ((camera, _), *_) in framed.items()
        if kind is not ViewKind.BIRDS_EYE
    )
    gaps = [after - before for before, after in pairwise(around)]
    gaps.append(around[0] + 2 * math.pi - around[-1])
    assert math.degrees(max(gaps)) < 200, "all cameras stand on one side"


def test_equal_places_are_framed_alike() -> None:
    def framed() -> object:
        mesh = merge(small_place())
        rays = RayScene(mesh.vertices, mesh.faces)
        return frame_views(rays.handle, small_place())

    assert framed() == framed()
