"""Made things: gears, pipes, boilers, chains, rings, telescopes, trusses."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from arena_assets.scene.kit.mesh import (
    Doubles,
    around,
    instances,
    make,
    merge,
    moved,
    placements,
    shift,
    tilt,
    vec,
)
from arena_assets.scene.kit.solids import block, blocks, lathe, torus, tube
from arena_assets.scene.model import Part


def gear(radius: float, teeth: int, thick: float, *, spokes: int = 6) -> Part:
    """A spoked cog about z, its middle at the origin, ``thick`` metres tall."""
    edge = np.arange(teeth * 4)
    angle = edge * 2 * np.pi / (teeth * 4)
    outer = np.where(edge % 4 < 2, radius, radius * (1 - 2.4 / teeth))
    inner = np.full(len(edge), radius * 0.72)
    rim = _band(outer, inner, angle, thick)
    hub = lathe(
        [
            (0.0, -thick * 0.7),
            (radius * 0.2, -thick * 0.7),
            (radius * 0.2, thick * 0.7),
            (0.0, thick * 0.7),
        ],
        20,
    )
    turns = np.arange(spokes) * 2 * np.pi / spokes
    bar = block(radius * 0.62, radius * 0.13, thick * 0.7, bevel=0.02)
    arms = instances(bar, placements(around(radius * 0.46, turns, -thick * 0.35), azimuth=turns))
    return merge([rim, hub, arms], smooth=False)


def pipe(path: npt.ArrayLike, radius: float) -> Part:
    """A pipe through corner points ``path`` (k, 3) with rounded bends and flanges."""
    line = np.asarray(path, float)
    points = [line[0]]
    for before, corner, after in zip(line[:-2], line[1:-1], line[2:], strict=True):
        bend = min(
            3 * radius,
            0.45 * np.linalg.norm(corner - before),
            0.45 * np.linalg.norm(after - corner),
        )
        entry = corner + (before - corner) / np.linalg.norm(before - corner) * bend
        leave = corner + (after - corner) / np.linalg.norm(after - corner) * bend
        for share in np.linspace(0, 1, 6):
            points.append(
                (1 - share) ** 2 * entry + 2 * share * (1 - share) * corner + share**2 * leave
            )
    points.append(line[-1])
    pieces = [tube(np.array(points), radius, sides=12)]
    for start, end in pairwise(line):
        along = end - start
        length = float(np.linalg.norm(along))
        for share in (0.12, 0.88) if length > 2 else (0.5,):
            middle = start + along * share
            half = along / length * 0.07
            pieces.append(
                tube([middle - half, middle + half], radius * 1.32, sides=12, smooth=False)
            )
    return merge(pieces, smooth=True)


def boiler(radius: float, height: float) -> tuple[Part, Part]:
    """An upright riveted tank with a domed top: the shell, and its bands and fittings."""
    dome = [
        (radius * np.cos(a), height * 0.82 + radius * 0.55 * np.sin(a))
        for a in np.linspace(0, np.pi / 2, 8)
    ]
    profile = [(radius * 0.9, 0.0), (radius * 0.9, 0.3), (radius, 0.35), *dome]
    shell = lathe(profile, 36, smooth=True)
    fittings = [
        lathe(
            [
                (radius + 0.005, z),
                (radius + 0.09, z),
                (radius + 0.09, z + 0.2),
                (radius + 0.005, z + 0.2),
            ],
            36,
        )
        for z in np.linspace(0.5, height * 0.78, 4)
    ]
    for z in np.linspace(0.6, height * 0.78 + 0.1, 4):
        turns = np.arange(24) * 2 * np.pi / 24
        rivet = block(0.09, 0.09, 0.09, bevel=0.03)
        fittings.append(
            instances(
                rivet, placements(around(radius + 0.1, turns, float(z) - 0.045), azimuth=turns)
            )
        )
    fittings.append(
        tube([(0, 0, height), (0, 0, height * 1.25)], radius * 0.2, sides=14, smooth=False)
    )
    wheel = torus(radius * 0.24, 0.045, segments=24, sides=6)
    stand = shift(radius + 0.35, 0, height * 0.4) @ tilt(np.pi / 2, (0, 1, 0))
    fittings.append(moved(wheel, stand))
    fittings.append(
        tube([(radius * 0.95, 0, height * 0.4), (radius + 0.4, 0, height * 0.4)], 0.06, sides=6)
    )
    return shell, merge(fittings, smooth=False)


def chain(start: npt.ArrayLike, end: npt.ArrayLike, sag: float, link: float = 0.32) -> Part:
    """Oval links along a hanging curve between two points; every second link is turned."""
    first, last = np.asarray(start, float), np.asarray(end, float)
    span = float(np.linalg.norm(last - first))
    length = span + 2.2 * sag**2 / max(span, 1.0)
    count = max(3, int(length / (link * 1.32)))
    share = (np.arange(count) + 0.5) / count
    line = first + (last - first) * share[:, None]
    line[:, 2] -= sag * 4 * share * (1 - share)
    ahead = np.gradient(line, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    side = np.cross(ahead, [0.02, 0.01, 1.0])
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    over = np.cross(ahead, side)
    odd = (np.arange(count) % 2 == 1)[:, None]
    matrices = np.zeros((count, 4, 4))
    matrices[:, :3, 0] = ahead * 1.45
    matrices[:, :3, 1] = np.where(odd, over, side)
    matrices[:, :3, 2] = np.where(odd, -side, over)
    matrices[:, :3, 3] = line
    matrices[:, 3, 3] = 1
    return instances(torus(link * 0.5, link * 0.14, segments=14, sides=6), matrices)


def hoop(radius: float, width: float, thick: float, *, segments: int = 96) -> Part:
    """A flat-edged ring about z, as of an armillary sphere."""
    return lathe(
        [
            (radius - thick, -width / 2),
            (radius + thick, -width / 2),
            (radius + thick, width / 2),
            (radius - thick, width / 2),
            (radius - thick, -width / 2),
        ],
        segments,
    )


def armillary(rng: np.random.Generator, radius: float, rings: int = 4) -> tuple[Part, Part]:
    """Nested tilted hoops about the origin, and thin tracks on them that may glow."""
    hoops, tracks = [], []
    for k in range(rings):
        reach = radius * (1 - 0.14 * k)
        lean = tilt(rng.uniform(0.2, 1.5), (*rng.normal(size=2), 0.0))
        hoops.append(moved(hoop(reach, radius * 0.05, radius * 0.014), lean))
        tracks.append(
            moved(torus(reach + radius * 0.022, radius * 0.006, segments=96, sides=6), lean)
        )
    return merge(hoops), merge(tracks)


def telescope(length: float) -> tuple[Part, Part]:
    """A great refractor on a fork, pointing up along +x: brass tube, and iron mount."""
    radius = length * 0.075
    profile = [
        (0.0, -0.36),
        (0.35, -0.36),
        (0.35, -0.3),
        (0.55, -0.28),
        (0.55, -0.06),
        (0.62, -0.05),
    ]
    profile += [(0.62, -0.01), (0.75, 0.0), (0.75, 0.3), (0.82, 0.31), (0.82, 0.35), (0.92, 0.36)]
    profile += [(1.0, 0.62), (1.12, 0.63), (1.12, 0.66), (0.9, 0.66), (0.85, 0.58), (0.0, 0.58)]
    body = lathe([(r * radius, z * length) for r, z in profile], 32, smooth=True)
    pivot = length * 0.34
    aimed = moved(body, shift(z=pivot + 0.5) @ tilt(np.radians(42), (0, 1, 0)))
    mount = [
        lathe(
            [
                (0.0, 0.0),
                (radius * 3, 0.0),
                (radius * 2.8, 0.4),
                (radius * 1.2, 0.7),
                (radius * 0.9, pivot - radius * 2),
                (0.0, pivot - radius * 2),
            ],
            24,
        )
    ]
    for side in (-1, 1):
        mount.append(
            tube(
                [
                    (0, 0, pivot - radius * 2.4),
                    (0, side * radius * 1.5, pivot - radius * 1.4),
                    (0, side * radius * 1.4, pivot + 0.7),
                ],
                radius * 0.3,
                sides=8,
            )
        )
    wheel = moved(
        torus(radius * 1.7, radius * 0.1, segments=40, sides=6),
        shift(0, radius * 1.8, pivot + 0.5) @ tilt(np.pi / 2, (1, 0, 0)),
    )
    return aimed, merge([*mount, wheel], smooth=False)


def truss(start: npt.ArrayLike, end: npt.ArrayLike, height: float, width: float) -> Part:
    """A lattice girder between two points: four chords and crossed bars."""
    first, last = np.asarray(start, float), np.asarray(end, float)
    length = float(np.linalg.norm(last - first))
    count = max(2, round(length / height))
    pitch = length / count
    pieces = []
    for y in (-width / 2, width / 2):
        for z in (0.0, height):
            pieces.append(moved(block(length, 0.16, 0.16, bevel=0.02), shift(length / 2, y, z)))
        for k in range(count):
            low, high = (0.1, height) if k % 2 else (height, 0.1)
            pieces.append(tube([(k * pitch, y, low), ((k + 1) * pitch, y, high)], 0.06, sides=5))
    along = (last - first) / length
    side = np.cross([0, 0, 1.0], along)
    side /= np.linalg.norm(side)
    frame = np.eye(4)
    frame[:3, 0], frame[:3, 1], frame[:3, 2], frame[:3, 3] = (
        along,
        side,
        np.cross(along, side),
        first,
    )
    return moved(merge(pieces, smooth=False), frame)


def railing(path: Doubles, height: float = 1.1) -> Part:
    """Posts and two rails along ``path`` (k, 3)."""
    posts = blocks(
        np.tile([0.07, 0.07, height], (len(path), 1)),
        placements(path + vec(0, 0, height / 2)),
        bevel=0.01,
    )
    rails = [tube(path + vec(0, 0, height * share), 0.045, sides=6) for share in (0.55, 1.0)]
    return merge([posts, *rails], smooth=False)


def _band(outer: Doubles, inner: Doubles, angle: Doubles, thick: float) -> Part:
    """A closed ring with uneven edges, extruded about z = 0."""
    count = len(angle)
    circle = np.stack([np.cos(angle), np.sin(angle)], -1)
    loops = [
        np.column_stack([circle * reach[:, None], np.full(count, z)])
        for reach, z in (
            (inner, -thick / 2),
            (outer, -thick / 2),
            (outer, thick / 2),
            (inner, thick / 2),
        )
    ]
    this, after = np.arange(count), (np.arange(count) + 1) % count
    faces = []
    for edge in range(4):
        a, b = edge * count, (edge + 1) % 4 * count
        faces += [
            np.stack([a + this, a + after, b + after], -1),
            np.stack([a + this, b + after, b + this], -1),
        ]
    return make(np.concatenate(loops), np.concatenate(faces))
