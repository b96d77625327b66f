"""Light and air of one view: day, golden hour, dawn or storm, derived from the place's own air."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from arena_assets.domain.palette import Theme
from arena_assets.domain.views import Light
from arena_assets.scene.model import Air, Cover, Drift, FloatArray, Sky, StageSpec

Rgb = tuple[float, float, float]

SUN_IRRADIANCE = 6.2
"""Irradiance of a clear day's sun, in the units in which a white sky is about 1."""


class Storm(IntEnum):
    """What a storm is in a place of this kind."""

    RAIN = 0
    BLIZZARD = 1
    SANDSTORM = 2
    ASHFALL = 3
    SURGE = 4
    """Under water: murk, swaying shafts and many bubbles."""
    VOID = 5
    """Where there is no weather: discharges of mana light up the air."""
    DRIPPING = 6
    """Under a roof: rain falls through openings, lightning glows in them."""


_STORMS: dict[Theme, Storm] = {
    Theme.FROZEN_TUNDRA: Storm.BLIZZARD,
    Theme.DESERT_OASIS: Storm.SANDSTORM,
    Theme.VOLCANIC_CRATER: Storm.ASHFALL,
    Theme.UNDERWATER_RUINS: Storm.SURGE,
    Theme.SHADOW_REALM: Storm.VOID,
    Theme.ETHEREAL_VOID: Storm.VOID,
}
_COVER: dict[Theme, tuple[Rgb, float, float]] = {
    Theme.ANCIENT_TEMPLE: ((0.085, 0.11, 0.035), 0.30, 0.95),
    Theme.FLOATING_ISLAND: ((0.095, 0.135, 0.04), 0.34, 0.95),
    Theme.UNDERWATER_RUINS: ((0.30, 0.31, 0.24), 0.55, 0.9),
    Theme.VOLCANIC_CRATER: ((0.10, 0.09, 0.085), 0.45, 0.95),
    Theme.FROZEN_TUNDRA: ((0.82, 0.87, 0.94), 0.95, 0.65),
    Theme.MYSTICAL_FOREST: ((0.075, 0.125, 0.03), 0.70, 0.95),
    Theme.DESERT_OASIS: ((0.60, 0.45, 0.28), 0.50, 0.9),
}

_ASKED_COVER: dict[Cover, tuple[Rgb, float, float]] = {
    Cover.SNOW: ((0.80, 0.85, 0.92), 0.85, 0.65),
    Cover.MOSS: ((0.075, 0.125, 0.03), 0.72, 0.95),
    Cover.ASH: ((0.085, 0.08, 0.08), 0.72, 0.95),
    Cover.SAND: ((0.60, 0.45, 0.28), 0.70, 0.9),
}


@dataclass(frozen=True, slots=True)
class Weather:
    """Everything about light and air that the renderer needs for one view. Linear RGB.

    ``sun`` is irradiance on a surface facing it, black when there is none; ``sun_direction`` is
    a unit vector towards it. ``mist`` is the density of a low layer of fog (per metre at the
    ground, falling off over ``mist_height`` metres). ``ambient`` is the radiance that stands in
    for light after the second bounce; ``haze`` what lit air adds on the way between surfaces, in
    places that the sky hardly reaches. ``underlit`` is what fires below throw on clouds; for
    ``orb`` see :class:`Air`. ``exposure`` is the key of the automatic exposure.
    """

    light: Light
    storm: Storm | None
    sun_direction: Rgb
    sun: Rgb
    zenith: Rgb
    horizon: Rgb
    clouds: float
    stars: bool
    nebula: bool
    aurora: bool
    fog: Rgb
    fog_density: float
    mist: float
    mist_height: float
    ambient: Rgb
    haze: Rgb
    wet: float
    exposure: float
    shafts: float
    enclosed: bool
    dark: bool
    mana: Rgb
    cover: Rgb
    cover_amount: float
    cover_roughness: float
    submerged: bool
    orb: str | None
    underlit: Rgb
    seed: int

    @property
    def has_sun(self) -> bool:
        return max(self.sun) > 0


def _blend(first: Rgb, second: Rgb, amount: float) -> Rgb:
    a, b, c = (x * (1 - amount) + y * amount for x, y in zip(first, second, strict=True))
    return (a, b, c)


def _scale(color: Rgb, factor: float) -> Rgb:
    return (color[0] * factor, color[1] * factor, color[2] * factor)


def _add(first: Rgb, second: Rgb) -> Rgb:
    return (first[0] + second[0], first[1] + second[1], first[2] + second[2])


def _peak(color: Rgb) -> Rgb:
    return _scale(color, 1 / max(max(color), 1e-6))


def sun_vector(elevation: float, azimuth: float) -> Rgb:
    """Unit vector towards a sun; degrees above the horizon and round from +x."""
    up, around = math.radians(elevation), math.radians(azimuth)
    return (math.cos(up) * math.cos(around), math.cos(up) * math.sin(around), math.sin(up))


def sun_azimuth(spec: StageSpec, light: Light) -> float:
    """Where the sun stands, degrees round from +x: in the west by day, in the east at dawn."""
    day = 215.0 + float(np.random.default_rng((spec.seed, 0x51)).uniform(-25, 25))
    return day + {Light.GOLDEN: -12.0, Light.DAWN: 120.0}.get(light, 0.0)


def weather(spec: StageSpec, air: Air, light: Light, lift: float = 0.0) -> Weather:
    """The light and air of a stage under one of the four lights.

    ``lift`` raises a low sun by some degrees, so that hills do not put the place in the shade.
    """
    mana = spec.mana_light
    storm = None
    if light is Light.STORM:
        storm = Storm.DRIPPING if air.enclosed else _STORMS.get(spec.theme, Storm.RAIN)
    night = air.stars or air.nebula
    azimuth = sun_azimuth(spec, light)
    elevation, sun_color = air.sun_elevation, _peak(air.sun)
    strength = max(air.sun) * (0.0 if air.dark else 0.42 if night else 1.0)
    submerged = spec.theme is Theme.UNDERWATER_RUINS
    zenith, horizon, fog = air.zenith, air.horizon, air.fog
    density, mist, mist_height, clouds = air.fog_density, 0.0, 2.0, air.clouds
    exposure, shafts, wet = 0.20, 0.5, 0.0
    if air.dark or air.enclosed:
        mist, mist_height, shafts = 0.010, 2.4, 1.0
    if light is Light.GOLDEN:
        warm: Rgb = (1.0, 0.53, 0.22)
        sun_color = _blend(sun_color, warm, 0.85)
        glow = 0.35 if night or air.dark else 1.0
        if air.enclosed:
            elevation = max(55.0, elevation * 0.8)
            fog, shafts, mist = _blend(fog, (0.13, 0.065, 0.03), 0.5), 1.5, 0.012
            density *= 0.65
            strength *= 1.5
            horizon = _blend(horizon, _scale(warm, 1.1), 0.7)
            zenith = _blend(zenith, _scale(warm, 0.7), 0.5)
        else:
            elevation = 8.0 + lift
            horizon = _blend(horizon, _scale((1.0, 0.50, 0.20), glow), 0.6 if night else 0.85)
            zenith = _add(_scale(zenith, 0.50), _scale((0.05, 0.03, 0.09), glow))
            fog = _blend(_scale(fog, 0.7), _scale((0.66, 0.34, 0.20), 0.72 * glow), 0.55)
            if submerged:
                horizon = _blend(air.horizon, _scale(warm, 0.5), 0.14)
                zenith = _blend(air.zenith, _scale((0.9, 0.75, 0.4), 0.9), 0.35)
                fog = _blend(air.fog, (0.16, 0.16, 0.09), 0.15)
        if air.dark:
            strength = 0.5
        strength *= 1.1
        density, shafts = density * 0.95, max(shafts, 0.9)
        exposure = 0.19
    elif light is Light.DAWN:
        pale: Rgb = (1.0, 0.68, 0.50)
        sun_color = _blend(sun_color, pale, 0.7)
        glow = 0.12 if night or air.dark else 0.14 if air.enclosed else 0.8
        if not air.enclosed:
            elevation = max(11.0, elevation * 0.35) + lift
        strength *= 0.8
        if air.dark:
            strength = 0.22
        horizon = _blend(horizon, _scale((1.0, 0.56, 0.40), glow), 0.78)
        zenith = _blend(zenith, _scale((0.13, 0.20, 0.44), glow), 0.6)
        fog = _blend(fog, _scale((0.66, 0.52, 0.54), max(glow, 0.13)), 0.15 if submerged else 0.55)
        density, mist, mist_height = density * 1.2, 0.042, 1.5
        if air.enclosed or air.dark:
            mist, mist_height, shafts = 0.05, 1.8, 1.4
            density *= 0.75
        exposure = 0.195
    elif light is Light.STORM:
        grey = (0.0 if air.dark else 0.25 if night else 1.0) * (0.5 if air.enclosed else 1.0)
        sky_grey: Rgb = (0.055, 0.068, 0.088)
        low_grey: Rgb = (0.20, 0.235, 0.27)
        sun_color, strength = _blend(sun_color, (0.62, 0.70, 0.85), 0.8), strength * 0.16
        elevation = elevation if air.enclosed else 48.0
        clouds, shafts = 0.98, 0.3
        tint: Rgb = (0.19, 0.225, 0.26)
        if storm is Storm.SANDSTORM:
            tint, low_grey, sky_grey = (0.42, 0.28, 0.15), (0.46, 0.32, 0.18), (0.22, 0.15, 0.09)
        elif storm is Storm.ASHFALL:
            tint, low_grey, sky_grey = (0.085, 0.05, 0.04), (0.26, 0.085, 0.04), (0.035, 0.03, 0.03)
        elif storm is Storm.BLIZZARD:
            tint, low_grey = (0.38, 0.43, 0.49), (0.36, 0.41, 0.47)
        elif storm is Storm.SURGE:
            tint, low_grey, sky_grey = (0.03, 0.085, 0.09), (0.05, 0.13, 0.14), (0.03, 0.07, 0.08)
        if storm is Storm.VOID:
            clouds = air.clouds
            horizon = _add(_scale(horizon, 0.8), _scale(mana, 0.10))
            fog = _add(_scale(fog, 0.8), _scale(mana, 0.035))
            density, shafts, strength = density * 1.8, 0.8, max(strength, 0.30)
            sun_color = _blend((0.8, 0.85, 1.0), mana, 0.5)
        else:
            keep = 0.25 if storm is Storm.DRIPPING else 0.12
            zenith = _blend(_scale(sky_grey, max(grey, 0.2)), zenith, keep)
            horizon = _blend(_scale(low_grey, max(grey, 0.2)), horizon, keep)
            fog = _blend(_scale(tint, max(grey, 0.3)), fog, 0.2)
            thick = {Storm.SANDSTORM: 2.6, Storm.BLIZZARD: 2.2, Storm.SURGE: 1.7}
            density *= thick.get(storm or Storm.RAIN, 1.8)
            wet = 1.0 if storm in (Storm.RAIN, Storm.DRIPPING) else 0.0
            if storm is Storm.DRIPPING:
                strength *= 2.0
        exposure = 0.19 if storm is Storm.DRIPPING or night else 0.17
    if air.nebula:
        exposure *= 0.68  # space stays deep, or its gas turns to milk
    sky_mean = _blend(zenith, horizon, 0.6)
    ambient = _scale(sky_mean, 0.40)
    if air.enclosed:
        ambient = _add(_scale(fog, 0.9), _scale(mana, 0.022))
    elif air.dark:
        ambient = _add(_scale(sky_mean, 0.5), _scale(mana, 0.015))
    haze: Rgb = (0.0, 0.0, 0.0)
    if air.enclosed or air.dark:
        haze = _add(_add(_scale(fog, 0.55), _scale(sky_mean, 0.10)), _scale(mana, 0.020))
    cover, amount, rough = _COVER.get(spec.theme, ((0.0, 0.0, 0.0), 0.0, 1.0))
    if spec.cover is not Cover.OWN:
        cover, amount, rough = _ASKED_COVER[spec.cover]
    elif spec.theme is Theme.ANCIENT_TEMPLE:
        amount *= 0.4 + spec.decay
    return Weather(
        light=light,
        storm=storm,
        sun_direction=sun_vector(elevation, azimuth),
        sun=_scale(sun_color, strength * SUN_IRRADIANCE),
        zenith=zenith,
        horizon=horizon,
        clouds=clouds,
        stars=air.stars and (light is not Light.STORM or storm is Storm.VOID),
        nebula=air.nebula,
        aurora=air.aurora and light is not Light.STORM,
        fog=fog,
        fog_density=density,
        mist=mist,
        mist_height=mist_height,
        ambient=ambient,
        haze=haze,
        wet=wet,
        exposure=exposure,
        shafts=shafts,
        enclosed=air.enclosed,
        dark=air.dark,
        mana=mana,
        cover=cover,
        cover_amount=amount,
        cover_roughness=rough,
        submerged=submerged,
        orb=air.orb if storm in (None, Storm.VOID) else None,
        underlit=air.underlit,
        seed=int(spec.seed % 100_003),
    )


def air_of(spec: StageSpec, own: Air) -> Air:
    """A theme's air as one place has it: under the sky, and with what drifts, that its words ask
    for; the sun's height and the clouds differ a little from place to place.

    Under a roof and where it is dark there is no other sky; under water nothing else drifts.
    """
    rng = np.random.default_rng((spec.seed, 0x53))
    rise, more = float(rng.uniform(-7, 7)), float(rng.uniform(-0.12, 0.16))
    submerged = spec.theme is Theme.UNDERWATER_RUINS
    air = replace(
        own,
        particles=own.particles if spec.drift is Drift.OWN or submerged else spec.drift.value,
    )
    if air.enclosed or air.dark or air.stars or submerged:
        return air
    air = replace(
        air,
        sun_elevation=max(16.0, air.sun_elevation + rise),
        clouds=min(0.85, max(0.05, air.clouds + more)),
    )
    if spec.sky is Sky.NIGHT:
        return replace(
            air,
            zenith=_add(_scale(air.zenith, 0.03), (0.004, 0.009, 0.026)),
            horizon=_add(_scale(air.horizon, 0.07), (0.008, 0.020, 0.052)),
            fog=_add(_scale(air.fog, 0.06), (0.008, 0.018, 0.040)),
            sun=(0.50, 0.64, 1.0),
            sun_elevation=40.0,
            clouds=min(0.5, air.clouds),
            stars=True,
            orb="moon",
        )
    if spec.sky is Sky.OVERCAST:
        return replace(
            air,
            zenith=_blend(_scale(air.zenith, 0.8), (0.16, 0.185, 0.22), 0.75),
            horizon=_blend(_scale(air.horizon, 0.7), (0.36, 0.40, 0.44), 0.75),
            fog=_blend(air.fog, (0.26, 0.30, 0.34), 0.7),
            fog_density=air.fog_density * 1.7,
            sun=_scale(_blend(air.sun, (0.9, 0.95, 1.0), 0.7), 0.22),
            clouds=0.97,
        )
    return air


def pack(now: Weather) -> FloatArray:
    """The numbers of a weather as the compiled code reads them: see the constants below."""
    row = np.zeros(SIZE, np.float32)
    row[ZENITH : ZENITH + 3] = now.zenith
    row[HORIZON : HORIZON + 3] = now.horizon
    row[SUN_DIRECTION : SUN_DIRECTION + 3] = now.sun_direction
    row[SUN : SUN + 3] = now.sun
    row[FOG : FOG + 3] = now.fog
    row[AMBIENT : AMBIENT + 3] = now.ambient
    row[MANA : MANA + 3] = now.mana
    row[HAZE : HAZE + 3] = now.haze
    row[COVER : COVER + 3] = now.cover
    row[COVER + 3 : COVER + 5] = (now.cover_amount, now.cover_roughness)
    row[CLOUDS] = now.clouds
    row[STARS] = float(now.stars)
    row[NEBULA] = float(now.nebula)
    row[AURORA] = float(now.aurora)
    row[STORMY] = float(now.storm is not None and now.storm is not Storm.VOID)
    row[WET] = now.wet
    row[SEED] = now.seed
    row[DARK] = float(now.dark)
    row[SURGING] = float(now.storm is Storm.VOID)
    row[SUBMERGED] = float(now.submerged)
    row[OPENING] = 0.38 if now.enclosed else 1.0
    row[LIGHTNING] = float(now.storm in (Storm.RAIN, Storm.ASHFALL, Storm.VOID, Storm.DRIPPING))
    row[UNDERLIT : UNDERLIT + 3] = now.underlit
    if now.orb is not None:
        row[ORB] = _ORBS[now.orb]
        rng = np.random.default_rng((now.seed, 0x52))
        turn, large = float(rng.uniform(0, 360)), now.orb != "moon"
        row[FIRST_ORB : FIRST_ORB + 3] = sun_vector(19.0 if large else 27.0, turn)
        row[FIRST_ORB + 3] = 0.15 if large else 0.075
        if now.orb == "planet":
            row[SECOND_ORB : SECOND_ORB + 3] = sun_vector(24.0, turn + float(rng.uniform(140, 220)))
            row[SECOND_ORB + 3] = 0.07
    return row


ZENITH, HORIZON, SUN_DIRECTION, SUN, FOG, AMBIENT, MANA, COVER = 0, 3, 6, 9, 12, 15, 18, 21
CLOUDS, STARS, NEBULA, AURORA, STORMY, WET, SEED, DARK, SURGING = 26, 27, 28, 29, 30, 31, 32, 33, 34
HAZE, SUBMERGED, LIGHTNING, UNDERLIT, ORB, FIRST_ORB = 35, 38, 39, 40, 43, 44
SECOND_ORB, OPENING, SIZE = 48, 52, 53
MOON, ECLIPSE, PLANET = 1.0, 2.0, 3.0
_ORBS = {"moon": MOON, "eclipse": ECLIPSE, "planet": PLANET}
