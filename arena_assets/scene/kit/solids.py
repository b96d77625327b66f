"""Primitive solids: blocks, turned profiles, tubes, slabs, prisms, spheres and hulls."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull

from arena_assets.scene.kit.mesh import Doubles, Ints, Number, make, merge
from arena_assets.scene.model import Part

Profile = Sequence[tuple[float, float]]


def hull(points: npt.ArrayLike) -> Part:
    """The convex hull of ``points`` (n, 3), only its corners kept, wound outward."""
    cloud = np.asarray(points, float)
    shell = ConvexHull(cloud)
    faces = shell.simplices.astype(np.int64)
    corners = cloud[faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inward = (normal * shell.equations[:, :3]).sum(1) < 0
    faces[inward] = faces[inward][:, ::-1]
    used, index = np.unique(faces, return_inverse=True)
    return make(cloud[used], index.reshape(-1, 3))


def blocks(sizes: Doubles, matrices: Doubles, *, bevel: float = 0.04) -> Part:
    """Blocks with chamfered edges: ``sizes`` (k, 3) about their middles, put by (k, 4, 4)."""
    signs, inset, faces = _block_topology()
    half = np.asarray(sizes, float)[:, None, :] / 2
    edge = np.minimum(bevel, half.min(2, keepdims=True) * 0.45)
    local = signs[None] * (half - edge * inset[None])
    vertices = np.einsum("kij,knj->kni", matrices[:, :3, :3], local) + matrices[:, None, :3, 3]
    offsets = (np.arange(len(local)) * len(signs))[:, None, None]
    return make(vertices, faces[None] + offsets)


def block(x: float, y: float, z: float, *, bevel: float = 0.04) -> Part:
    """One chamfered block standing on z = 0."""
    stand = np.eye(4)[None].copy()
    stand[0, 2, 3] = z / 2
    return blocks(np.array([[x, y, z]]), stand, bevel=bevel)


def lathe(profile: Profile | Doubles, segments: int = 32, *, smooth: bool = False) -> Part:
    """``profile`` (radius, height) from bottom to top, turned about z.

    A smooth lathe still breaks its shading where the profile bends by more than 35°.
    """
    line = np.asarray(profile, float)
    if not smooth:
        return _turned(line, segments, smooth=False)
    step = np.diff(line, axis=0)
    heading = np.arctan2(step[:, 1], step[:, 0])
    bend = np.abs(np.angle(np.exp(1j * np.diff(heading))))
    cuts = [0, *(np.flatnonzero(bend > np.radians(35)) + 1).tolist(), len(line) - 1]
    runs = [line[a : b + 1] for a, b in pairwise(cuts)]
    return merge([_turned(run, segments, smooth=True) for run in runs])


def tubes(paths: Doubles, radii: Number, *, sides: int = 8, smooth: bool = True) -> Part:
    """Round bars along ``paths`` (m, k, 3) of ``radii`` (m, k) or less, with closed ends.

    Frames are carried along each path by projection, so that bars do not twist.
    """
    count, length = paths.shape[:2]
    radius = np.broadcast_to(np.asarray(radii, float), (count, length))
    ahead = np.gradient(paths, axis=1)
    ahead /= np.linalg.norm(ahead, axis=2, keepdims=True) + 1e-12
    upright = np.abs(ahead[:, 0, 2]) > 0.9
    up = np.where(upright[:, None], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rings = np.empty((count, length, sides, 3))
    for step in range(length):
        side = np.cross(ahead[:, step], up)
        side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-12
        up = np.cross(side, ahead[:, step])
        circle = (
            np.cos(angle)[None, :, None] * side[:, None]
            + np.sin(angle)[None, :, None] * up[:, None]
        )
        rings[:, step] = paths[:, step, None] + circle * radius[:, step, None, None]
    skin = _skin(length, sides, closed_rows=False)[:, ::-1]
    fan = np.arange(1, sides - 1)
    start = np.stack([np.zeros_like(fan), fan, fan + 1], -1)
    end = start[:, ::-1] + (length - 1) * sides
    faces = np.concatenate([skin, start, end])
    offsets = (np.arange(count) * length * sides)[:, None, None]
    return make(rings, faces[None] + offsets, smooth=smooth)


def tube(path: npt.ArrayLike, radii: Number, *, sides: int = 10, smooth: bool = True) -> Part:
    """One round bar along ``path`` (k, 3)."""
    line = np.asarray(path, float)
    return tubes(line[None], np.broadcast_to(radii, (1, len(line))), sides=sides, smooth=smooth)


def torus(radius: float, thickness: float, *, segments: int = 64, sides: int = 10) -> Part:
    """A ring about z at z = 0."""
    turn = np.linspace(0, 2 * np.pi, segments, endpoint=False)[:, None]
    bend = np.linspace(0, 2 * np.pi, sides, endpoint=False)[None]
    reach = radius + thickness * np.cos(bend)
    vertices = np.stack(
        [
            reach * np.cos(turn),
            reach * np.sin(turn),
            np.broadcast_to(thickness * np.sin(bend), (segments, sides)),
        ],
        -1,
    )
    return make(vertices, _skin(segments, sides, closed_rows=True)[:, ::-1], smooth=True)


def prism(outline: npt.ArrayLike, height: float) -> Part:
    """A counter-clockwise ``outline`` (n, 2), star-shaped about its mean, raised by ``height``."""
    line = np.asarray(outline, float)
    count = len(line)
    middle = line.mean(0)
    bottom = np.column_stack([line, np.zeros(count)])
    top = np.column_stack([line, np.full(count, height)])
    this, after = np.arange(count), (np.arange(count) + 1) % count
    # Caps have their own corners so that smooth shading elsewhere never bleeds into them.
    caps = np.vstack([bottom, top, [[*middle, 0.0], [*middle, height]]])
    cap_faces = np.concatenate(
        [
            np.stack([after, this, np.full(count, 2 * count)], -1),
            np.stack([this + count, after + count, np.full(count, 2 * count + 1)], -1),
        ]
    )
    walls = np.concatenate(
        [
            np.stack([this, after, after + count], -1),
            np.stack([this, after + count, this + count], -1),
        ]
    )
    return make(np.vstack([caps, bottom, top]), np.concatenate([cap_faces, walls + 2 * count + 2]))


def slabs(
    outlines: Sequence[Doubles],
    tops: Doubles,
    *,
    gap: float = 0.015,
    chamfer: float = 0.02,
    depth: float = 0.3,
) -> Part:
    """Paving: each counter-clockwise outline (n, 2) as a slab with a chamfered top at ``tops``.

    Outlines shrink by ``gap`` towards their middles; bottoms are open, they lie in the ground.
    """
    by_size: dict[int, list[int]] = {}
    for index, outline in enumerate(outlines):
        by_size.setdefault(len(outline), []).append(index)
    pieces = []
    for count, indices in by_size.items():
        flat = np.stack([outlines[i] for i in indices]).astype(float)
        pieces.append(_slabs_of(flat, tops[indices], count, gap, chamfer, depth))
    return merge(pieces)


def sectors(
    inner: Number, outer: Number, start: Number, end: Number, low: Number, high: Number, steps: int
) -> Part:
    """Curved blocks between two radii, two azimuths and two heights, all closed, one per entry."""
    r0, r1, a0, a1, z0, z1 = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, float)) for v in (inner, outer, start, end, low, high))
    )
    count, columns = len(r0), steps + 1
    angle = a0[:, None] + (a1 - a0)[:, None] * np.linspace(0, 1, columns)
    corners = []
    for radius, height in ((r0, z0), (r1, z0), (r1, z1), (r0, z1)):
        corners.append(
            np.stack(
                [
                    radius[:, None] * np.cos(angle),
                    radius[:, None] * np.sin(angle),
                    np.broadcast_to(height[:, None], angle.shape),
                ],
                -1,
            )
        )
    vertices = np.stack(corners, 1).reshape(count, 4 * columns, 3)
    side = np.arange(steps)
    faces = []
    for edge in range(4):
        a, b = edge * columns + side, (edge + 1) % 4 * columns + side
        faces += [np.stack([a, b + 1, b], -1), np.stack([a, a + 1, b + 1], -1)]
    first = np.arange(4) * columns
    last = first + steps
    faces.append(first[[[0, 1, 2], [0, 2, 3]]])
    faces.append(last[[[0, 2, 1], [0, 3, 2]]])
    every = np.concatenate(faces)
    return make(vertices, every[None] + (np.arange(count) * 4 * columns)[:, None, None])


def disc(radius: float, height: float = 0.0, *, inner: float = 0.0, segments: int = 96) -> Part:
    """A flat disc or ring facing up."""
    return _turned(np.array([[radius, height], [inner, height]]), segments, smooth=False)


def ball(radius: float = 1.0, *, detail: int = 2) -> Part:
    """A sphere of 20·4^``detail`` triangles."""
    vertices, faces = icosphere(detail)
    return make(vertices * radius, faces, smooth=True)


@lru_cache(maxsize=8)
def icosphere(detail: int) -> tuple[Doubles, Ints]:
    """Unit icosahedron, each triangle split in four ``detail`` times: vertices and faces."""
    golden = (1 + 5**0.5) / 2
    corners = np.array([[0, s * 1.0, t * golden] for s in (-1, 1) for t in (-1, 1)], dtype=float)
    vertices = np.concatenate([np.roll(corners, shift, axis=1) for shift in range(3)])
    vertices /= np.linalg.norm(vertices, axis=1, keepdims=True)
    shell = ConvexHull(vertices)
    faces = shell.simplices.astype(np.int64)
    corner = vertices[faces]
    inward = (
        np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]) * corner[:, 0]
    ).sum(1) < 0
    faces[inward] = faces[inward][:, ::-1]
    for _ in range(detail):
        edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        unique, index = np.unique(edges, axis=0, return_inverse=True)
        middle = vertices[unique].mean(1)
        middle /= np.linalg.norm(middle, axis=1, keepdims=True)
        m = index.reshape(-1, 3) + len(vertices)
        vertices = np.vstack([vertices, middle])
        faces = np.concatenate(
            [
                np.stack([faces[:, 0], m[:, 0], m[:, 2]], -1),
                np.stack([faces[:, 1], m[:, 1], m[:, 0]], -1),
                np.stack([faces[:, 2], m[:, 2], m[:, 1]], -1),
                m,
            ]
        )
    return vertices, faces


def _turned(line: Doubles, segments: int, *, smooth: bool) -> Part:
    angle = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    vertices = np.stack(
        [
            line[:, :1] * np.cos(angle),
            line[:, :1] * np.sin(angle),
            np.broadcast_to(line[:, 1:], (len(line), segments)),
        ],
        -1,
    )
    faces = _skin(len(line), segments, closed_rows=False)
    row = faces // segments
    on_axis = line[row, 0] < 1e-9
    return make(vertices, faces[on_axis.sum(1) < 2], smooth=smooth)


def _skin(rows: int, columns: int, *, closed_rows: bool) -> Ints:
    """Triangles over a grid whose columns close on themselves, and whose rows may."""
    row = np.arange(rows if closed_rows else rows - 1)[:, None]
    column = np.arange(columns)[None]
    after = (column + 1) % columns
    below, above = row * columns, (row + 1) % rows * columns
    return np.concatenate(
        [
            np.stack([below + column, below + after, above + after], -1).reshape(-1, 3),
            np.stack([below + column, above + after, above + column], -1).reshape(-1, 3),
        ]
    )


@lru_cache(maxsize=1)
def _block_topology() -> tuple[Doubles, Doubles, Ints]:
    """Corner signs, which axes each corner is inset along, and faces of a chamfered block."""
    signs, inset = [], []
    for x in (-1, 1):
        for y in (-1, 1):
            for z in (-1, 1):
                for full in range(3):
                    signs.append((x, y, z))
                    inset.append([0.0 if axis == full else 1.0 for axis in range(3)])
    signs_array, inset_array = np.array(signs, float), np.array(inset)
    cloud = signs_array * (1 - 0.2 * inset_array)
    shell = ConvexHull(cloud)
    faces = shell.simplices.astype(np.int64)
    corner = cloud[faces]
    normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    inward = (normal * shell.equations[:, :3]).sum(1) < 0
    faces[inward] = faces[inward][:, ::-1]
    return signs_array, inset_array, faces


def _slabs_of(
    flat: Doubles, tops: Doubles, count: int, gap: float, chamfer: float, depth: float
) -> Part:
    middle = flat.mean(1, keepdims=True)
    spoke = flat - middle
    length = np.linalg.norm(spoke, axis=2, keepdims=True) + 1e-9
    outer = middle + spoke * np.clip(1 - 1.3 * gap / length, 0.05, 1)
    inner = middle + spoke * np.clip(1 - 1.3 * (gap + chamfer) / length, 0.04, 1)

    def lifted(points: Doubles, height: Doubles) -> Doubles:
        level = np.broadcast_to(height[:, None, None], (*points.shape[:2], 1))
        return np.concatenate([points, level], -1)

    rim = tops - chamfer * 0.6
    vertices = np.concatenate(
        [
            lifted(outer, tops - depth),
            lifted(outer, rim),
            lifted(outer, rim),
            lifted(inner, tops),
            lifted(middle, tops),
        ],
        1,
    )
    this, after = np.arange(count), (np.arange(count) + 1) % count
    faces = []
    for low, high in ((0, count), (2 * count, 3 * count)):
        faces.append(np.stack([this + low, after + low, after + high], -1))
        faces.append(np.stack([this + low, after + high, this + high], -1))
    faces.append(np.stack([this + 3 * count, after + 3 * count, np.full(count, 4 * count)], -1))
    every = np.concatenate(faces)
    offsets = (np.arange(len(flat)) * (4 * count + 1))[:, None, None]
    return make(vertices, every[None] + offsets)
