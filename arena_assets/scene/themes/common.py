"""What every theme has: the floor with its pattern, the centrepiece, the features, the gates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arena_assets.scene.kit.arches import GateStyle, gate
from arena_assets.scene.kit.centrepieces import centrepiece
from arena_assets.scene.kit.floors import FloorPlan, Motif, Tiling, lay
from arena_assets.scene.kit.lights import brazier
from arena_assets.scene.kit.mesh import around, moved, shift, turn
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.kit.runes import Sigil, sigil
from arena_assets.scene.model import Feature
from arena_assets.scene.themes.site import FIRE, Site

_INLAY_METAL = "gold_inlay"


def lay_floor(
    site: Site,
    tilings: Sequence[Tiling],
    motifs: Sequence[Motif] = tuple(Motif),
    sigils: Sequence[Sigil] = tuple(Sigil),
    *,
    unevenness: float = 0.012,
) -> None:
    """The slabs, and lines of metal or mana over them when runes are asked for or the seed says."""
    rng = site.rng("floor")
    tiling = tilings[int(rng.integers(len(tilings)))]
    motif = motifs[int(rng.integers(len(motifs)))]
    points = int(rng.choice([4, 5, 6, 8, 10, 12]))
    radius = site.layout.radius
    plan = FloorPlan(tiling, motif, radius, points, site.spec.decay, unevenness)
    field, accent, rim, bed = lay(rng, plan)
    site.add(site.look.floor, field)
    site.add(site.look.floor_accent, accent)
    site.add(site.look.edging, rim)
    site.add(site.look.bed, bed)
    lines = site.rng("sigil")
    kind = sigils[int(lines.integers(len(sigils)))]
    outer = radius * float(lines.uniform(0.44, 0.62))
    glowing = Feature.RUNES in site.spec.features
    if glowing:
        site.add("mana", sigil(lines, kind, 4.9, outer))
        site.add("mana", sigil(lines, Sigil.CIRCLE, outer + 0.9, min(outer + 3.4, radius - 1.4)))
    elif lines.random() < 0.75:
        material = "mana" if lines.random() < 0.5 else _INLAY_METAL
        site.add(material, sigil(lines, kind, 4.9, outer))


def raise_centrepiece(site: Site, tint: Tint) -> None:
    """The centrepiece in the theme's materials, turned towards a gate, with its light."""
    spec = site.spec
    rng = site.rng(f"centrepiece/{spec.centrepiece}")
    piece = centrepiece(spec.centrepiece, rng, tint, spec.grandeur, spec.decay)
    heading = site.layout.gates[0]
    for material, part in piece.parts:
        site.add(material, moved(part, turn(heading)))
    cosine, sine = np.cos(heading), np.sin(heading)
    for x, y, z, strength in piece.lamps:
        site.lamp((x * cosine - y * sine, x * sine + y * cosine, z), site.mana, strength, 0.6)
    site.stage.focus = (0.0, 0.0, float(piece.focus))


def stand_gates(
    site: Site,
    styles: Sequence[GateStyle],
    material: str,
    *,
    width: float = 4.6,
    height: float = 8.0,
) -> GateStyle:
    """One style of gate at every gate azimuth; higher in grander places."""
    rng = site.rng("gates")
    style = styles[int(rng.integers(len(styles)))]
    tall = height * (0.85 + 0.4 * site.spec.grandeur)
    for azimuth in site.layout.gates:
        shape = gate(rng, style, width, tall, decay=site.spec.decay)
        site.add(material, moved(shape, turn(azimuth) @ shift(site.layout.gate_distance)))
    return style


def gate_braziers(site: Site, *, height: float = 1.7, strength: float = 9.0) -> None:
    """A fire to each side of every gate, just inside the floor's edge."""
    bowl, fire = brazier(height)
    distance = site.layout.radius - 1.5
    aside = 3.9 / distance
    azimuth = np.array([a + s * aside for a in site.layout.gates for s in (-1, 1)])
    points = around(distance, azimuth, 0.0)
    site.put(site.look.metal, bowl, points)
    site.put(site.look.flame, fire, points, spin=azimuth * 7)
    tint = site.mana if site.look.flame == "mana" else FIRE
    for x, y, z in points:
        site.lamp((x, y, z + height * 1.2), tint, strength, 0.4)
