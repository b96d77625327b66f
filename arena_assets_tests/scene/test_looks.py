"""Light, sky and grading keep what a painter would: depth of colour, and a night that is one."""

from __future__ import annotations

import colorsys
from importlib import import_module

import numpy as np
import numpy.typing as npt
import pytest

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.views import Light
from arena_assets.scene import grade
from arena_assets.scene.lighting import air_of, pack, weather
from arena_assets.scene.model import Air, Drift, Sky, StageSpec, counter_light
from arena_assets.scene.sky import environment
from arena_assets_tests.scene.places import small_place, spec


def own_air(theme: Theme) -> Air:
    air: Air = import_module(f"arena_assets.scene.themes.{theme.value}")._AIR
    return air


def graded(spec: StageSpec, linear: tuple[float, float, float]) -> npt.NDArray[np.float64]:
    """The middle of a plain picture of one colour after grading, 0–1."""
    picture = np.broadcast_to(np.asarray(linear, np.float32), (36, 64, 3)).copy()
    now = weather(spec, small_place().air, Light.DAY)
    out = np.empty((36, 64, 3), np.uint8)
    bloom = np.zeros((9, 16, 3), np.float32)
    grade.finish(picture, bloom, np.float32(1.0), grade.tone_of(now), 1, 0, 36, out)
    return np.asarray(out[14:22, 24:40].mean((0, 1)) / 255, np.float64)


@pytest.mark.parametrize("color", list(ManaColor))
def test_a_glow_as_bright_as_a_white_wall_keeps_its_colour(color: ManaColor) -> None:
    """Measured depths: 0.36 (AETHER, pale as a swatch) to 0.85 (CRIMSON)."""
    place = spec(mana_color=color)
    seen = graded(place, place.mana_light)
    hue, depth, value = colorsys.rgb_to_hsv(*seen)
    wanted = colorsys.rgb_to_hsv(*color.rgb)[0]
    assert depth > 0.33
    assert value > 0.85
    assert min(abs(hue - wanted), 1 - abs(hue - wanted)) < 0.07


def test_white_stays_white_and_black_stays_black() -> None:
    white, black = graded(spec(), (3.0, 3.0, 3.0)), graded(spec(), (0.0, 0.0, 0.0))
    assert white.min() > 0.9
    assert black.max() < 0.06


@pytest.mark.parametrize("color", list(ManaColor))
def test_the_counter_light_is_far_round_the_circle(color: ManaColor) -> None:
    own, other = (colorsys.rgb_to_hsv(*rgb)[0] for rgb in (color.rgb, counter_light(color.rgb)))
    assert 0.3 < abs((own - other + 0.5) % 1 - 0.5) <= 0.5


@pytest.mark.parametrize("theme", list(Theme))
def test_every_sky_is_light_in_every_weather(theme: Theme) -> None:
    for sky in Sky:
        place = spec(theme=theme, sky=sky)
        for light in Light:
            now = weather(place, air_of(place, own_air(theme)), light)
            table = environment(pack(now), 96)
            assert np.isfinite(table).all()
            assert table.min() >= 0
            assert table.max() > 0.01


def test_night_is_darker_than_day_and_overcast_has_less_sun() -> None:
    day, night, grey = (
        weather(place, air_of(place, own_air(Theme.ANCIENT_TEMPLE)), Light.DAY)
        for place in (spec(), spec(sky=Sky.NIGHT), spec(sky=Sky.OVERCAST))
    )
    sky = [float(environment(pack(now), 96)[:24].mean()) for now in (day, night, grey)]
    assert sky[1] < 0.2 * sky[0]
    assert night.stars
    assert not day.stars
    assert max(grey.sun) < 0.4 * max(day.sun)


def test_a_cave_has_no_other_sky_and_water_no_embers() -> None:
    cave = own_air(Theme.CRYSTAL_CAVERN)
    assert air_of(spec(theme=Theme.CRYSTAL_CAVERN, sky=Sky.NIGHT), cave) == cave
    sunk = spec(theme=Theme.UNDERWATER_RUINS, drift=Drift.EMBERS)
    assert air_of(sunk, own_air(Theme.UNDERWATER_RUINS)).particles == "bubbles"
    temple = spec(drift=Drift.EMBERS)
    assert air_of(temple, own_air(Theme.ANCIENT_TEMPLE)).particles == "embers"
