"""The ten features: what else a place has. Each adds geometry that several views show.

On the floor they keep to its outer fifth; higher up they may hang over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from arena_assets.scene.kit.crystals import prism_crystal, splinter
from arena_assets.scene.kit.lights import lantern_post
from arena_assets.scene.kit.machinery import chain, hoop
from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    instances,
    merge,
    moved,
    placements,
    scattered,
    shift,
    tilt,
    tumbled,
    turn,
    vec,
)
from arena_assets.scene.kit.rocks import boulders, roughened, rubble
from arena_assets.scene.kit.runes import glyph_halo
from arena_assets.scene.kit.solids import block, blocks, disc, lathe, sectors, tube
from arena_assets.scene.kit.trees import foliage
from arena_assets.scene.model import Feature
from arena_assets.scene.themes.site import Site


@dataclass(frozen=True, slots=True)
class Kit:
    """The theme's materials for features: what fills its pools, grows on its walls, towers up."""

    liquid: str = "water"
    vine: str = "leaf"
    spire: str = ""
    deck: str = ""
    shard: str = "dim_crystal"


def add_features(site: Site, kit: Kit) -> None:
    for feature in site.spec.features:
        _BUILDERS[feature](site, kit, site.rng(f"feature/{feature}"))


def _edge_places(site: Site, rng: np.random.Generator, count: int, share: float) -> Doubles:
    """Azimuths around the floor's edge, evenly spread, off the gates."""
    azimuth = rng.uniform(0, 1) + np.arange(count) * 2 * np.pi / count
    distance = np.full(count, site.layout.radius * share)
    return azimuth[site.layout.clear(azimuth, distance, 4.2)]


def _pools(site: Site, kit: Kit, rng: np.random.Generator) -> None:
    azimuth = _edge_places(site, rng, int(rng.integers(6, 10)), 0.86)
    points = around(site.layout.radius * 0.865, azimuth, 0.0)
    reach = 1.7
    sides = int(rng.choice([6, 8, 40]))
    kerb = lathe(
        [
            (reach, -0.2),
            (reach, 0.28),
            (reach - 0.06, 0.34),
            (reach - 0.4, 0.34),
            (reach - 0.44, 0.28),
            (reach - 0.44, -0.1),
        ],
        sides,
    )
    site.put(site.look.trim, kerb, points, azimuth=azimuth)
    site.put(kit.liquid, disc((reach - 0.42) * 1.0, 0.2, segments=40), points)
    for point, angle in zip(points, azimuth, strict=True):
        spout = moved(
            prism_crystal(rng, 1.4, 0.22), shift(*point) @ turn(float(angle)) @ shift(0.75)
        )
        site.add("mana_crystal", spout)
        site.lamp(point + vec(0, 0, 1.1), site.mana, 3.5)
    far = site.sown("feature/pools/outer", 9, site.layout.gate_distance + 6, 46, width=5)
    if len(far):
        bed = lathe([(3.2, -0.4), (3.1, 0.2), (2.7, 0.3), (2.5, 0.12)], 28)
        sizes = rng.uniform(0.7, 1.7, len(far))
        site.put(
            site.look.rock,
            roughened(bed, rng, 0.15),
            far,
            size=np.stack([sizes, sizes, np.ones_like(sizes)], -1),
        )
        site.put(
            kit.liquid,
            disc(2.6, 0.17, segments=32),
            far,
            size=np.stack([sizes, sizes, np.ones_like(sizes)], -1),
        )


def _bridges(site: Site, kit: Kit, rng: np.random.Generator) -> None:
    """A causeway with parapets outside every gate, and a high arched walk over the floor's edge."""
    deck = kit.deck or site.look.wall
    start, long = site.layout.gate_distance + 1.4, float(rng.uniform(13, 19))
    for azimuth in site.layout.gates:
        count = int(long / 1.1)
        along = start + (np.arange(count) + 0.5) * long / count
        kept = rng.random(count) > site.spec.decay * 0.12
        sizes = np.tile([long / count - 0.04, 5.2, 0.5], (count, 1))
        slabs = blocks(
            sizes[kept], placements(np.stack([along, 0 * along, 0 * along - 0.2], -1)[kept])
        )
        walls = []
        for side in (-1, 1):
            posts = np.stack([along, np.full(count, side * 2.45), np.full(count, 0.4)], -1)
            low = rng.random(count) > site.spec.decay * 0.5
            walls.append(blocks(np.tile([0.4, 0.34, 0.9], (count, 1))[low], placements(posts[low])))
            rail = np.tile([long / count + 0.02, 0.26, 0.16], (count, 1))
            walls.append(blocks(rail[low], placements(posts[low] + vec(0, 0, 0.5))))
        site.add(deck, moved(slabs, turn(azimuth)))
        site.add(site.look.trim, moved(merge(walls), turn(azimuth)))
    _skyway(site, deck, rng)


def _skyway(site: Site, deck: str, rng: np.random.Generator) -> None:
    """An arc of deck on tall piers, above the heads, half way round outside the floor."""
    first = site.layout.axis + float(rng.uniform(0, 6))
    span, count = float(rng.uniform(0.8, 1.25)), 16
    distance, height = site.layout.gate_distance + 6.5, site.tall(8.0, 12.0)
    edges = first + span * np.arange(count) / count
    rise = height + 1.2 * np.sin(np.pi * (np.arange(count) + 0.5) / count)
    deckwork = sectors(
        distance - 1.4, distance + 1.4, edges, edges + span / count, rise - 0.5, rise, 2
    )
    walls = [
        sectors(
            distance + lo, distance + hi, edges, edges + span / count, rise - 0.05, rise + 0.8, 2
        )
        for lo, hi in ((-1.6, -1.35), (1.35, 1.6))
    ]
    site.add(deck, deckwork)
    site.add(site.look.trim, *walls)
    for k in range(0, count + 1, 4):
        angle = first + span * k / count
        if float(site.layout.gate_gap(np.array(angle))) * distance < 3.4:
            continue
        tall = height + 1.2 * np.sin(np.pi * k / count) + 1.0
        pier = lathe(
            [
                (1.5, 0.0),
                (1.2, 0.8),
                (0.85, 2.0),
                (0.8, tall - 1.6),
                (1.5, tall - 0.4),
                (0.0, tall - 0.4),
            ],
            8,
        )
        foot = site.at(np.array([distance]), np.array([angle]), -0.6)
        site.put(site.look.wall, pier, foot, azimuth=angle)


def _spires(site: Site, kit: Kit, rng: np.random.Generator) -> None:
    """Towers behind the ring: obelisks, tiered steeples or crystals bound with a glowing collar."""
    azimuth = rng.uniform(0, 1) + np.arange(13) * 2 * np.pi / 13 + rng.normal(0, 0.06, 13)
    distance = site.layout.rim(azimuth) + rng.uniform(4.5, 11, 13)
    keep = site.layout.clear(azimuth, distance, 4.5)
    points = site.at(distance[keep], azimuth[keep], -0.5)
    sides, kind = int(rng.choice([4, 6, 8])), int(rng.integers(3))
    profile = _SPIRES[kind]
    waist = max(reach for reach, level in profile if level >= _COLLAR - 0.06)
    collar = [(waist * 1.04, _COLLAR - 0.012), (waist * 1.12, _COLLAR - 0.01)]
    collar += [(waist * 1.12, _COLLAR + 0.01), (waist * 1.04, _COLLAR + 0.012)]
    tall = site.tall(10, 18) * rng.uniform(0.7, 1.25, len(points))
    tall *= 1 - 0.4 * site.spec.decay * rng.random(len(points))
    wide = 0.85 * (0.07 * tall + 0.5)
    size = np.stack([wide, wide, tall], -1)
    lean = rng.normal(0, 0.015 + 0.07 * site.spec.decay, len(points))
    how: dict[str, float | Doubles] = {
        "azimuth": azimuth[keep],
        "lean": lean,
        "spin": np.pi / sides,
        "size": size,
    }
    site.put(kit.spire or site.look.wall, lathe(profile, sides), points, **how)
    site.put("mana", lathe(collar, sides), points, **how)


def _rubble(site: Site, _kit: Kit, rng: np.random.Generator) -> None:
    count = int(150 + 200 * site.spec.decay)
    azimuth = rng.uniform(0, 2 * np.pi, count)
    distance = site.layout.radius * (0.84 + 0.75 * rng.random(count) ** 1.4)
    keep = site.layout.clear(azimuth, distance, 3.4)
    sizes = rng.uniform(0.15, 0.5, count) + 0.7 * rng.random(count) ** 6
    points = site.at(distance[keep], azimuth[keep])
    points[:, 2] += sizes[keep] * 0.25
    site.add(site.look.wall, rubble(rng, points[::2], sizes[keep][::2] * 1.3))
    site.add(site.look.rock, boulders(rng, points[1::2], sizes[keep][1::2]))
    heaps = _edge_places(site, rng, 7, 1.12)
    for angle in heaps:
        middle = around(site.layout.radius + 3.5, angle, 0.0)
        spread = rng.normal(0, 1.1, (26, 3)) * [1, 1, 0]
        pile = middle + spread
        pile[:, 2] = np.maximum(0.1, 1.5 - np.linalg.norm(spread, axis=1) * 0.7)
        site.add(site.look.wall, rubble(rng, pile, rng.uniform(0.35, 0.95, 26)))


def _runes(site: Site, _kit: Kit, rng: np.random.Generator) -> None:
    """Rune stones at the edge, and two tilted rings of glyphs afloat over the middle."""
    azimuth = _edge_places(site, rng, 10, 0.9)
    points = around(site.layout.radius * 0.91, azimuth, -0.1)
    stone = roughened(block(0.55, 1.1, 2.3, bevel=0.18), rng, 0.12)
    site.put(site.look.wall, stone, points, azimuth=azimuth)
    sign = block(0.06, 0.09, 1.2, bevel=0.01)
    for offset, slope in ((-0.18, 0.35), (0.16, -0.5), (0.0, 1.4)):
        marks = placements(points, azimuth=azimuth)
        local = shift(-0.33, offset, 0.75)
        lean = np.eye(4)
        lean[1:3, 1:3] = [[np.cos(slope), -np.sin(slope)], [np.sin(slope), np.cos(slope)]]
        site.add("mana", instances(moved(sign, local @ lean), marks))
    height = site.stage.focus[2] + site.tall(4.2, 6.5)
    for k, reach in enumerate((4.2, 6.4)):
        ring = glyph_halo(rng, reach, 0.9 + 0.25 * k, 16 + 4 * k)
        slant = tilt(float(rng.uniform(0.1, 0.24)) * (1 - 2 * k), (1.0, float(rng.normal()), 0.0))
        site.add("mana", moved(ring, shift(z=height + 1.2 * k) @ slant))
    site.lamp((0.0, 0.0, height), site.mana, 8.0, 0.8)


def _vines(site: Site, kit: Kit, rng: np.random.Generator) -> None:
    """Garlands slung between poles around the rim, and creepers over the floor's edge."""
    azimuth = np.sort(_edge_places(site, rng, 18, 1.02))
    height = site.tall(5.0, 7.0)
    points = around(site.layout.radius + 0.4, azimuth, 0.0)
    pole = tube(
        [(0, 0, -0.2), (0.1, 0.05, height * 0.5), (0, 0, height + 0.3)],
        np.array([0.22, 0.15, 0.1]),
        sides=7,
    )
    site.put("bark", pole, points, spin=rng.uniform(0, 6.28, len(points)))
    strings, tips = [], []
    along = np.linspace(0, 1, 18)
    for here, there in zip(points, np.roll(points, -1, 0), strict=True):
        middle = np.arctan2(*(here + there)[1::-1])
        over_gate = float(site.layout.gate_gap(middle)) * site.layout.radius < 4.0
        if np.linalg.norm(there - here) > 13 or over_gate:
            continue
        line = here + (there - here) * along[:, None] + vec(0, 0, height)
        line[:, 2] -= rng.uniform(1.0, 2.0) * 4 * along * (1 - along)
        strings.append(tube(line, 0.05, sides=5))
        tips.append(line)
        drop = line[rng.integers(3, 15, 4)]
        tips += [drop - [0, 0, 0.45 * k] for k in range(4)]
    if strings:
        site.add("bark", merge(strings))
        site.add(kit.vine, foliage(rng, np.concatenate(tips), 14, spread=0.2, leaf=0.2))
    creeping = []
    for angle in rng.uniform(0, 2 * np.pi, 26):
        if site.layout.gate_gap(np.array(angle)) * site.layout.radius < 4.5:
            continue
        far = site.layout.radius * (1.06 - 0.24 * along)
        sway = angle + np.cumsum(rng.normal(0, 0.016, 18))
        creeping.append(around(far, sway, 0.09))
    if creeping:
        runs = np.stack(creeping)
        site.add("bark", merge([tube(run, 0.06, sides=5) for run in runs]))
        site.add(
            kit.vine,
            foliage(rng, runs.reshape(-1, 3) + vec(0, 0, 0.06), 10, spread=0.22, leaf=0.16),
        )


def _chains(site: Site, _kit: Kit, rng: np.random.Generator) -> None:
    """A great hoop held over the centrepiece by chains from posts on the rim."""
    count = int(rng.choice([4, 5, 6, 8]))
    first = site.layout.gates[0] + np.pi / count
    height = site.tall(9.0, 13.0)
    centre = max(site.stage.focus[2] * 2 + 2.5, height)
    site.add(site.look.metal, moved(hoop(3.4, 0.5, 0.16), shift(z=centre)))
    site.add("mana", moved(hoop(3.22, 0.14, 0.03), shift(z=centre)))
    for k in range(count):
        distance = site.layout.gate_distance + 1.0
        azimuth = site.layout.beside_gates(first + 2 * np.pi * k / count, distance, 4.2)
        foot = around(distance, azimuth, 0.0)[0]
        post = lathe(
            [
                (1.0, -0.2),
                (0.9, 0.8),
                (0.5, 1.2),
                (0.42, height - 0.8),
                (0.7, height - 0.6),
                (0.7, height),
                (0.0, height + 0.5),
            ],
            8,
        )
        site.add(site.look.wall, moved(post, shift(*foot)))
        if rng.random() > site.spec.decay * 0.35:
            ring = around(3.5, azimuth, centre)[0]
            site.add("iron", chain(foot + vec(0, 0, height - 0.3), ring, 2.2, 0.5))
        else:
            site.add(
                "iron", chain(foot + vec(0, 0, height - 0.3), foot + vec(0.4, 0.3, 0.3), 0.2, 0.5)
            )


def _vents(site: Site, _kit: Kit, rng: np.random.Generator) -> None:
    azimuth = _edge_places(site, rng, int(rng.integers(7, 11)), 0.87)
    points = around(site.layout.radius * 0.87, azimuth, 0.0)
    collar = lathe(
        [(1.05, -0.1), (1.05, 0.14), (0.98, 0.2), (0.8, 0.2), (0.76, 0.1), (0.76, -0.1)], 28
    )
    bars = instances(
        block(1.6, 0.07, 0.08, bevel=0.01),
        placements(
            np.array([[0, y, 0.08] for y in np.linspace(-0.6, 0.6, 7)]),
            size=np.array(
                [[np.sqrt(1 - (y / 0.85) ** 2), 1, 1] for y in np.linspace(-0.6, 0.6, 7)]
            ),
        ),
    )
    site.put(site.look.metal, merge([collar, bars], smooth=False), points, azimuth=azimuth)
    site.put("mana", disc(0.77, 0.05, segments=28), points)
    for x, y, z in points:
        site.lamp((x, y, z + 0.8), site.mana, 4.0)
    cones = site.sown("feature/vents/cones", 14, site.layout.gate_distance + 4, 40)
    cone = roughened(
        lathe([(2.2, -0.4), (1.4, 0.8), (0.9, 1.7), (0.62, 2.0), (0.5, 1.7), (0.42, 1.2)], 18),
        rng,
        0.2,
    )
    sizes = rng.uniform(0.6, 1.5, len(cones))
    site.put(site.look.rock, cone, cones, size=sizes)
    site.put("mana", disc(0.5, 1.5, segments=18), cones, size=sizes)


def _lanterns(site: Site, _kit: Kit, rng: np.random.Generator) -> None:
    azimuth = _edge_places(site, rng, int(rng.integers(10, 15)), 0.9)
    points = around(site.layout.radius * 0.91, azimuth, 0.0)
    metal, panes, (x, _, z) = lantern_post(3.6)
    site.put(site.look.metal, metal, points, azimuth=azimuth + np.pi)
    site.put("lit_glass", panes, points, azimuth=azimuth + np.pi)
    for point, angle in zip(points, azimuth, strict=True):
        site.lamp(
            point + vec(-x * np.cos(angle), -x * np.sin(angle), z), (1.0, 0.72, 0.38), 5.0, 0.3
        )
    adrift = around(site.layout.radius * rng.uniform(0.9, 1.7, 16), rng.uniform(0, 6.28, 16), 0.0)
    adrift[:, 2] = rng.uniform(6, 14, 16)
    paper = lathe(
        [(0.16, -0.34), (0.3, -0.2), (0.34, 0.1), (0.2, 0.36), (0.0, 0.4)], 10, smooth=True
    )
    site.put("lit_glass", paper, adrift, size=rng.uniform(0.45, 0.8, 16))


def _shards(site: Site, kit: Kit, rng: np.random.Generator) -> None:
    count = 70
    distance = site.layout.radius * rng.uniform(0.75, 2.0, count)
    azimuth = rng.uniform(0, 2 * np.pi, count)
    height = 5.2 + rng.gamma(2.0, 2.6, count)
    points = np.stack([distance * np.cos(azimuth), distance * np.sin(azimuth), height], -1)
    shapes = [splinter(rng, 1.0, rng.uniform(0.14, 0.24), 5) for _ in range(5)]
    sizes = rng.uniform(0.4, 1.4, count) + 2.0 * rng.random(count) ** 8
    site.add(kit.shard, scattered(shapes, tumbled(rng, points, sizes)))
    big = around(site.layout.radius * 1.05, _edge_places(site, rng, 8, 1.05), site.tall(5.5, 8.0))
    site.add(
        "mana_crystal",
        scattered(shapes, placements(big, lean=rng.normal(0, 0.25, len(big)), size=3.2)),
    )


_COLLAR = 0.55
_STEEPLE = [(1.4, 0.0), (1.4, 0.07), (1.1, 0.08), (1.0, 0.34), (1.25, 0.36), (1.25, 0.4)]
_STEEPLE += [(0.85, 0.41), (0.78, 0.62), (1.0, 0.64), (1.0, 0.67), (0.6, 0.68), (0.5, 0.8)]
_STEEPLE += [(0.62, 0.81), (0.02, 1.0)]
_SPIRES: tuple[list[tuple[float, float]], ...] = (
    [(1.5, 0.0), (1.5, 0.05), (1.2, 0.06), (1.2, 0.12), (0.95, 0.13), (0.62, 0.86), (0.02, 1.0)],
    _STEEPLE,
    [(0.9, 0.0), (0.7, 0.18), (1.15, 0.55), (0.95, 0.68), (0.02, 1.0)],
)
"""Profiles in units of the spire's width and height: an obelisk, a steeple, a blade."""

_BUILDERS: dict[Feature, Callable[[Site, Kit, np.random.Generator], None]] = {
    Feature.POOLS: _pools,
    Feature.BRIDGES: _bridges,
    Feature.SPIRES: _spires,
    Feature.RUBBLE: _rubble,
    Feature.RUNES: _runes,
    Feature.VINES: _vines,
    Feature.CHAINS: _chains,
    Feature.VENTS: _vents,
    Feature.LANTERNS: _lanterns,
    Feature.SHARDS: _shards,
}
