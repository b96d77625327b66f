"""What the parts of the stage share: a place as meshes by material, lights, sky and anchors.

Units are metres, z points up, the arena's floor is a disc around the origin at z ≈ 0.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from arena_assets.domain.palette import ManaColor, Theme

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]


class Centrepiece(StrEnum):
    """What stands in the middle; chosen from the objective, the hazard and the brief."""

    CRYSTAL = "crystal"
    ALTAR = "altar"
    OBELISK = "obelisk"
    FOUNTAIN = "fountain"
    BRAZIER = "brazier"
    PORTAL = "portal"
    ORRERY = "orrery"
    TREE = "tree"
    ENGINE = "engine"
    MONOLITHS = "monoliths"


class Feature(StrEnum):
    """What else the place has; at most three at once."""

    POOLS = "pools"
    BRIDGES = "bridges"
    SPIRES = "spires"
    RUBBLE = "rubble"
    RUNES = "runes"
    VINES = "vines"
    CHAINS = "chains"
    VENTS = "vents"
    LANTERNS = "lanterns"
    SHARDS = "shards"


class Sky(StrEnum):
    """What stands over an open place by day; ``own`` is the theme's."""

    OWN = "own"
    NIGHT = "night"
    OVERCAST = "overcast"


class Cover(StrEnum):
    """What lies on what faces up; ``own`` is the theme's."""

    OWN = "own"
    SNOW = "snow"
    MOSS = "moss"
    ASH = "ash"
    SAND = "sand"


class Drift(StrEnum):
    """What drifts in the air; ``own`` is the theme's."""

    OWN = "own"
    EMBERS = "embers"
    SNOW = "snow"
    ASH = "ash"
    SAND = "sand"
    PETALS = "petals"


class StageSpec(BaseModel):
    """Everything that decides a place; equal specs build equal places, byte for byte."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: Theme
    mana_color: ManaColor
    seed: int = Field(ge=0, lt=2**63)
    centrepiece: Centrepiece
    features: tuple[Feature, ...] = Field(max_length=3)
    decay: float = Field(ge=0, le=1, description="0 pristine, 1 in ruins")
    grandeur: float = Field(ge=0, le=1, description="0 intimate and low, 1 vast and tall")
    sky: Sky = Sky.OWN
    cover: Cover = Cover.OWN
    drift: Drift = Drift.OWN

    @property
    def mana_light(self) -> tuple[float, float, float]:
        """The mana colour as light, linear RGB: deeper than as a swatch, equally bright.

        A bright glow pales on its way to the picture; the depth makes up for that.
        """
        swatch = np.asarray(self.mana_color.rgb)
        deep = swatch**1.4
        luma = np.array([0.2126, 0.7152, 0.0722])
        red, green, blue = deep * min(1.3, (swatch @ luma) / (deep @ luma))
        return (float(red), float(green), float(blue))


def counter_light(mana: tuple[float, float, float]) -> tuple[float, float, float]:
    """A light that sets off a mana colour, linear RGB: about the opposite hue, a little paler."""
    hue, depth, value = colorsys.rgb_to_hsv(*(channel ** (1 / 2.2) for channel in mana))
    red, green, blue = colorsys.hsv_to_rgb((hue + 0.43) % 1.0, 0.85 * depth, max(value, 0.9))
    return (red**2.2, green**2.2, blue**2.2)


@dataclass(frozen=True, slots=True)
class Part:
    """A mesh of one material. ``vertices`` (n, 3) metres; ``faces`` (m, 3), counter-clockwise."""

    vertices: FloatArray
    faces: IntArray
    smooth: bool = False


@dataclass(frozen=True, slots=True)
class Lamp:
    """A small glowing thing that lights its surroundings. ``rgb`` is linear radiant strength."""

    position: tuple[float, float, float]
    rgb: tuple[float, float, float]
    radius: float


@dataclass(frozen=True, slots=True)
class Air:
    """Sky and air in daylight; the renderer derives golden hour, dawn and storm from it.

    Colours are linear RGB. ``sun_elevation`` in degrees; ``clouds`` 0–1; ``fog_density`` per metre.
    """

    zenith: tuple[float, float, float]
    horizon: tuple[float, float, float]
    sun: tuple[float, float, float]
    sun_elevation: float
    clouds: float
    fog: tuple[float, float, float]
    fog_density: float
    stars: bool = False
    nebula: bool = False
    aurora: bool = False
    enclosed: bool = False
    """Under a roof of rock or metal: light comes through openings, weather comes in as air."""
    dark: bool = False
    """No sun at all: the place is lit by itself."""
    particles: str | None = None
    """``embers``, ``motes``, ``snow``, ``bubbles``, ``sand``, ``ash``, ``petals`` or ``steam``."""
    orb: Literal["moon", "eclipse", "planet"] | None = None
    """What hangs in the sky besides a sun; a planet has a moon opposite."""
    underlit: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Light that fires below throw on the clouds."""


@dataclass(slots=True)
class Stage:
    """A built place. ``parts`` maps a material's name to its meshes."""

    spec: StageSpec
    air: Air
    radius: float
    """Of the arena floor, in metres; the centrepiece stands at its middle."""
    focus: tuple[float, float, float]
    """The middle of the key feature: what cameras look at."""
    parts: dict[str, list[Part]] = field(default_factory=dict)
    lamps: list[Lamp] = field(default_factory=list)
    gates: list[float] = field(default_factory=list)
    """Azimuths (radians) at which an archway or entrance stands on the rim, opening inwards."""
    gate_distance: float = 0.0
    """Distance of the gates' middle from the origin, metres."""
    reach: float = 80.0
    """How far a camera may stand from the origin and still be inside the modelled place, metres."""

    def add(self, material: str, part: Part) -> None:
        self.parts.setdefault(material, []).append(part)
