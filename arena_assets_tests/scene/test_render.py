"""A picture is the same everywhere, complete, and stops when told to."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from arena_assets.domain.views import VIEWS, Light, ViewKind
from arena_assets.errors import Cancelled
from arena_assets.scene import render
from arena_assets.scene.lighting import weather
from arena_assets.scene.stage import BuiltStage, Shot
from arena_assets_tests.scene.places import small_place, spec

WIDTH, HEIGHT = 256, 144

_IN_A_NEW_PROCESS = """
import hashlib
from arena_assets.domain.views import VIEWS
from arena_assets.scene import render
from arena_assets.scene.stage import BuiltStage
from arena_assets_tests.scene.places import small_place
render.workers = lambda: 1
place = BuiltStage(small_place(), texture_size=64, check=None)
shot = place.shoot(VIEWS[9], width=256, height=144, quality="draft")
print(hashlib.sha256(shot.rgb.tobytes() + shot.depth.tobytes()).hexdigest())
"""


@pytest.fixture(scope="module")
def place() -> BuiltStage:
    return BuiltStage(small_place(), texture_size=64, check=None)


@pytest.fixture(scope="module")
def shots(place: BuiltStage) -> list[Shot]:
    return [place.shoot(view, width=WIDTH, height=HEIGHT, quality="draft") for view in VIEWS]


def test_a_view_is_the_same_bytes_in_another_process_with_another_number_of_threads(
    place: BuiltStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "workers", lambda: 5)
    shot = place.shoot(VIEWS[9], width=WIDTH, height=HEIGHT, quality="draft")
    here = hashlib.sha256(shot.rgb.tobytes() + shot.depth.tobytes()).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", _IN_A_NEW_PROCESS], capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == here


def test_every_view_fits_its_frame_and_is_neither_black_nor_burnt_nor_empty(
    shots: list[Shot],
) -> None:
    for view, shot in zip(VIEWS, shots, strict=True):
        assert shot.rgb.shape == (HEIGHT, WIDTH, 3)
        assert shot.depth.shape == shot.mask.shape == (HEIGHT, WIDTH)
        luma = shot.rgb.mean(axis=2)
        assert 40 < luma.mean() < 190, view.kind
        assert luma.std() > 14, view.kind
        assert (luma > 250).mean() < 0.12, view.kind
        assert shot.coverage["sky"] < 0.75, view.kind
        assert shot.coverage["nearest"] > 1.0, view.kind


def test_no_two_views_look_alike(shots: list[Shot]) -> None:
    small = [
        shot.rgb.reshape(9, HEIGHT // 9, 16, WIDTH // 16, 3).mean((1, 3)).ravel() for shot in shots
    ]
    for first in range(len(small)):
        for second in range(first):
            apart = np.abs(small[first] - small[second]).mean()
            assert apart > 6, (VIEWS[first].kind, VIEWS[second].kind)


def test_depth_mask_and_normals_agree(shots: list[Shot]) -> None:
    for shot in shots:
        sky = shot.mask == 0
        assert np.isinf(shot.depth[sky]).all()
        assert np.isfinite(shot.depth[~sky]).all()
        assert (shot.depth[~sky] > 0).all()
        length = np.linalg.norm(shot.normal[~sky], axis=1)
        assert np.allclose(length, 1, atol=1e-3)


def test_depth_is_measured_along_the_axis(shots: list[Shot]) -> None:
    above = shots[[view.kind for view in VIEWS].index(ViewKind.BIRDS_EYE)]
    height = above.camera.origin[2]
    floor = above.depth[above.depth > height * 0.9]
    assert float(np.median(floor)) == pytest.approx(height, rel=0.05)


def test_cancelling_stops_a_picture_part_way(place: BuiltStage) -> None:
    asked = 0

    def cancelled() -> None:
        nonlocal asked
        asked += 1
        if asked > 4:
            raise Cancelled("A person stopped it", "Start it again when you like")

    seen: list[float] = []
    with pytest.raises(Cancelled):
        place.shoot(
            VIEWS[0], width=WIDTH, height=HEIGHT, quality="draft",
            progress=seen.append, cancelled=cancelled,
        )  # fmt: skip
    assert max(seen) < 0.5


def test_progress_only_rises_and_ends_at_one(place: BuiltStage) -> None:
    seen: list[float] = []
    place.shoot(VIEWS[3], width=WIDTH, height=HEIGHT, quality="draft", progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0, abs=0.02)


def test_the_mana_colour_lights_the_place() -> None:
    from arena_assets.domain.palette import ManaColor

    means = {}
    for color in (ManaColor.CRIMSON, ManaColor.VERDANT):
        lit = BuiltStage(small_place(spec(mana_color=color)), texture_size=64, check=None)
        shot = lit.shoot(VIEWS[11], width=128, height=72, quality="draft")
        means[color] = shot.rgb.reshape(-1, 3).mean(0)
    assert means[ManaColor.CRIMSON][0] > means[ManaColor.VERDANT][0] + 2
    assert means[ManaColor.VERDANT][1] > means[ManaColor.CRIMSON][1] + 2


def test_the_four_lights_are_different_air_and_sun() -> None:
    air = small_place().air
    day, golden, dawn, storm = (weather(spec(), air, light) for light in Light)
    assert golden.sun_direction[2] < 0.4 * day.sun_direction[2]
    assert golden.sun[2] / golden.sun[0] < 0.6 * day.sun[2] / day.sun[0]
    assert dawn.mist > 0
    assert storm.wet > 0
    assert max(storm.sun) < 0.4 * max(day.sun)
    assert day.wet == day.mist == 0
