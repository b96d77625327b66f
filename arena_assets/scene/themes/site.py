"""The building site of one stage: the plan, the materials' roles, the random streams, the lamps."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, instances, make, merge, placements
from arena_assets.scene.kit.terrain import Height
from arena_assets.scene.lighting import air_of
from arena_assets.scene.model import Air, Lamp, Part, Stage, StageSpec, counter_light
from arena_assets.scene.themes.layout import Arrangement, Layout, plan

MAX_LAMPS = 40
Rgb = tuple[float, float, float]
FIRE: Rgb = (1.0, 0.52, 0.18)


@dataclass(frozen=True, slots=True)
class Look:
    """Which material plays which role in a theme."""

    floor: str
    floor_accent: str
    edging: str
    wall: str
    trim: str
    metal: str
    rock: str
    ground: str
    bed: str = "grout"
    flame: str = "flame"


@dataclass(slots=True)
class Site:
    """What a theme builds on. Every purpose has its own random stream, so that a change of
    decay or of one feature leaves the rest of the place where it was."""

    spec: StageSpec
    look: Look
    layout: Layout
    stage: Stage
    ground: Height = field(default=lambda x, _y: np.zeros_like(x))

    def rng(self, purpose: str) -> np.random.Generator:
        """The stream of ``purpose``: equal for equal seeds and names."""
        words = [self.spec.seed, zlib.crc32(f"{self.spec.theme}/{purpose}".encode())]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))

    def noise_seed(self, purpose: str) -> int:
        return int(self.rng(purpose).integers(1 << 30))

    def tall(self, low: float, high: float) -> float:
        """``low`` in an intimate place, ``high`` in a vast one."""
        return low + (high - low) * self.spec.grandeur

    def add(self, material: str, *parts: Part) -> None:
        for part in parts:
            if len(part.faces):
                self.stage.add(material, part)

    def put(self, material: str, part: Part, points: Doubles, **how: float | Doubles) -> None:
        """Copies of ``part`` at ``points``; ``how`` as for :func:`placements`."""
        if len(points):
            self.add(material, instances(part, placements(points, **how)))

    def at(self, distance: Doubles, azimuth: Doubles, lift: float = 0.0) -> Doubles:
        """Points (k, 3) on the ground at polar places."""
        x, y = distance * np.cos(azimuth), distance * np.sin(azimuth)
        return np.stack([x, y, self.ground(x, y) + lift], -1)

    def sown(
        self,
        purpose: str,
        count: int,
        near: float,
        far: float,
        *,
        width: float = 4.5,
        lift: float = 0,
    ) -> Doubles:
        """About ``count`` points on the ground between two distances, off the gates' approaches.

        They thin out with distance.
        """
        rng = self.rng(purpose)
        distance = near + (far - near) * rng.random(count) ** 1.6
        azimuth = rng.uniform(0, 2 * np.pi, count)
        keep = self.layout.clear(azimuth, distance, width)
        return self.at(distance[keep], azimuth[keep], lift)

    def lamp(
        self, point: Iterable[float], color: Rgb, strength: float, radius: float = 0.35
    ) -> None:
        x, y, z = (float(v) for v in point)
        red, green, blue = (float(c) * strength for c in color)
        self.stage.lamps.append(Lamp((x, y, z), (red, green, blue), radius))

    @property
    def mana(self) -> Rgb:
        """Light of a mana lamp of strength 1; strong enough to tint daylight."""
        red, green, blue = self.spec.mana_light
        return (1.5 * red, 1.5 * green, 1.5 * blue)

    @property
    def accent(self) -> Rgb:
        """Light of a lamp that sets off the mana's: for depths that would else be of one colour."""
        return counter_light(self.spec.mana_light)

    def finish(self) -> Stage:
        """The stage with one part per material and shading, and its strongest lamps."""
        for material, parts in self.stage.parts.items():
            joined = [
                merge([part for part in parts if part.smooth is smooth], smooth=smooth)
                for smooth in (False, True)
            ]
            self.stage.parts[material] = [_sound(part) for part in joined if len(part.faces)]
        self.stage.lamps.sort(key=lambda lamp: -sum(lamp.rgb))
        del self.stage.lamps[MAX_LAMPS:]
        return self.stage


def open_site(
    spec: StageSpec, look: Look, air: Air, arrangements: tuple[Arrangement, ...], reach: float
) -> Site:
    """A site with its layout drawn and an empty stage."""
    words = [spec.seed, zlib.crc32(f"{spec.theme}/layout".encode())]
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))
    layout = plan(rng, spec.grandeur, arrangements)
    stage = Stage(
        spec=spec,
        air=air_of(spec, air),
        radius=layout.radius,
        focus=(0.0, 0.0, 2.5),
        gates=list(layout.gates),
        gate_distance=layout.gate_distance,
        reach=reach,
    )
    return Site(spec, look, layout, stage)


def _sound(part: Part) -> Part:
    """``part`` without triangles that have no area."""
    corners = part.vertices[part.faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    keep = (normal * normal).sum(1) > 1e-16
    return part if keep.all() else make(part.vertices, part.faces[keep], smooth=part.smooth)
