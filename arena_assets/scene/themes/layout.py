"""Where things stand: the floor's size, the gates, and the shape of what rings it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from arena_assets.scene.kit.mesh import Doubles, Mask
from arena_assets.scene.kit.noise import smoothstep


class Arrangement(StrEnum):
    ROUND = "round"
    OVAL = "oval"
    HORSESHOE = "horseshoe"
    TERRACED = "terraced"
    SQUARE = "square"
    ASYMMETRIC = "asymmetric"


@dataclass(frozen=True, slots=True)
class Layout:
    """A plan seen from above. Angles in radians, distances in metres."""

    radius: float
    arrangement: Arrangement
    gates: tuple[float, ...]
    gate_distance: float
    axis: float
    """The main direction: an oval's long axis, a horseshoe's open side, the great facade."""
    opening: float
    """Half the angle that the horseshoe leaves open; 0 for the others."""

    def rim(self, azimuth: Doubles) -> Doubles:
        """How far from the middle the ring of structures stands at ``azimuth``."""
        turned = azimuth - self.axis
        match self.arrangement:
            case Arrangement.OVAL:
                out = 0.34 * self.radius * np.cos(turned) ** 2
            case Arrangement.SQUARE:
                corner = np.maximum(np.abs(np.cos(turned)), np.abs(np.sin(turned)))
                out = self.radius * 0.75 * (1 / corner - 1)
            case Arrangement.ASYMMETRIC:
                out = self.radius * (0.16 + 0.16 * np.cos(turned) + 0.1 * np.sin(2 * turned + 1))
            case _:
                out = np.zeros_like(turned)
        bulge = np.maximum(out, 0) * self.away_from_gates(azimuth, 0.2, 0.5)
        distance: Doubles = self.gate_distance + bulge
        return distance

    def away_from_gates(self, azimuth: Doubles, near: float, far: float) -> Doubles:
        """0 within ``near`` radians of a gate, rising to 1 at ``far``."""
        return smoothstep(near, far, self.gate_gap(azimuth))

    def gate_gap(self, azimuth: Doubles) -> Doubles:
        """Angle to the nearest gate, radians."""
        turned = np.asarray(azimuth, float)[..., None] - np.array(self.gates)
        gap: Doubles = np.abs(np.angle(np.exp(1j * turned))).min(-1)
        return gap

    def built(self, azimuth: Doubles) -> Mask:
        """Where the ring of structures is closed: not on a horseshoe's open side."""
        turned = np.abs(np.angle(np.exp(1j * (np.asarray(azimuth, float) - self.axis))))
        closed: Mask = turned > self.opening
        return closed

    def clear(self, azimuth: Doubles, distance: Doubles, width: float = 4.0) -> Mask:
        """Whether a place is off the gates' approaches, ``width`` metres to each side."""
        across = distance * np.sin(np.minimum(self.gate_gap(azimuth), np.pi / 2))
        free: Mask = across > width
        return free

    def beside_gates(self, azimuth: float, distance: float, width: float) -> float:
        """``azimuth``, or the nearest one ``width`` metres to the side of a gate it stands in."""
        gaps = np.angle(np.exp(1j * (azimuth - np.array(self.gates))))
        gap = float(gaps[np.abs(gaps).argmin()])
        least = float(np.arcsin(min(1.0, width / distance)))
        return azimuth if abs(gap) >= least else azimuth - gap + float(np.copysign(least, gap))

    def bays(self, count: int, margin: float) -> Doubles:
        """Azimuths of about ``count`` uprights that leave ``margin`` metres beside every gate."""
        edges = np.sort(np.array(self.gates) % (2 * np.pi))
        keep = margin / self.gate_distance
        places = []
        for start, end in zip(edges, [*edges[1:], edges[0] + 2 * np.pi], strict=True):
            span = end - start - 2 * keep
            inside = max(2, round(count * (end - start) / (2 * np.pi)))
            places.append(start + keep + span * np.arange(inside) / (inside - 1))
        return np.concatenate(places)


def plan(
    rng: np.random.Generator, grandeur: float, arrangements: tuple[Arrangement, ...]
) -> Layout:
    """A layout out of the theme's ``arrangements``; grander places have wider floors."""
    radius = float(rng.uniform(16.5, 19.0) + 4.0 * grandeur)
    arrangement = arrangements[int(rng.integers(len(arrangements)))]
    axis = float(rng.uniform(0, 2 * np.pi))
    opening = float(rng.uniform(0.75, 1.05)) if arrangement is Arrangement.HORSESHOE else 0.0
    count = int(rng.integers(2, 6))
    if opening:
        count = min(count, 3)
        spread = np.linspace(opening + 0.45, 2 * np.pi - opening - 0.45, count)
        gates = axis + spread
    else:
        step = 2 * np.pi / count
        gates = axis + np.arange(count) * step + rng.uniform(-0.16, 0.16, count) * step
    ordered = tuple(float(a) for a in np.sort(gates % (2 * np.pi)))
    return Layout(radius, arrangement, ordered, radius + 2.6, axis, opening)
