"""On every theme all twelve cameras have room, see their subject, and make different pictures."""

from __future__ import annotations

import pytest

from arena_assets.domain.palette import Theme
from arena_assets.domain.views import VIEWS, ViewKind
from arena_assets.scene import plan
from arena_assets.scene.embree import RayScene
from arena_assets.scene.framing import frame_views
from arena_assets.scene.mesh import merge
from arena_assets.scene.survey import room
from arena_assets.scene.themes.registry import build_stage
from arena_assets_tests.scene.places import spec

_SUBJECT_OPTIONAL = {
    ViewKind.INSIDE_OUT,
    ViewKind.GROUND_LEVEL,
    ViewKind.CLOSE_UP,
    ViewKind.BIRDS_EYE,
}
"""Views whose subject is the surroundings or a detail."""


_QUICK = {Theme.CRYSTAL_CAVERN, Theme.ETHEREAL_VOID, Theme.STEAMPUNK_FACTORY}


@pytest.mark.parametrize(
    "theme",
    [theme if theme in _QUICK else pytest.param(theme, marks=pytest.mark.heavy) for theme in Theme],
)
def test_no_camera_is_blocked(theme: Theme) -> None:
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
    origins = set()
    for view in VIEWS:
        camera, found = framed[view.kind][0]
        assert room(rays.handle, camera) > 0.4, view.kind
        lofty = view.kind in (ViewKind.BIRDS_EYE, ViewKind.WIDE_AERIAL)
        assert found.nearest > (3.0 if lofty else 0.7), view.kind
        assert found.sky < 0.85, view.kind
        if view.kind not in _SUBJECT_OPTIONAL:
            assert found.subject > 0.3, view.kind
        origins.add(tuple(round(value, 1) for value in (*camera.origin, camera.fov)))
    assert len(origins) == len(VIEWS)
