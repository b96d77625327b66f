"""Meshes as arrays: join, move and repeat them without a loop over vertices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from arena_assets.scene.model import Part

Doubles = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Number = float | Doubles


def make(vertices: npt.ArrayLike, faces: npt.ArrayLike, *, smooth: bool = False) -> Part:
    """A part from ``vertices`` (…, 3) and ``faces`` (…, 3) of any number type."""
    return Part(
        np.ascontiguousarray(np.asarray(vertices, np.float32).reshape(-1, 3)),
        np.ascontiguousarray(np.asarray(faces, np.int32).reshape(-1, 3)),
        smooth,
    )


def merge(parts: Iterable[Part], *, smooth: bool | None = None) -> Part:
    """All ``parts`` as one; ``smooth`` is the first one's unless given."""
    kept = [part for part in parts if len(part.faces)]
    if not kept:
        return make(np.zeros((0, 3)), np.zeros((0, 3)), smooth=bool(smooth))
    starts = np.cumsum([0, *(len(part.vertices) for part in kept[:-1])])
    return make(
        np.concatenate([part.vertices for part in kept]),
        np.concatenate([part.faces + start for part, start in zip(kept, starts, strict=True)]),
        smooth=kept[0].smooth if smooth is None else smooth,
    )


def moved(part: Part, matrix: Doubles) -> Part:
    """``part`` under an affine ``matrix`` (4, 4); a mirroring matrix keeps the winding outward."""
    return instances(part, matrix[None])


def instances(part: Part, matrices: Doubles) -> Part:
    """One copy of ``part`` per matrix of ``matrices`` (k, 4, 4), as a single part."""
    count, size = len(matrices), len(part.vertices)
    linear = matrices[:, :3, :3]
    vertices = np.einsum("kij,nj->kni", linear, part.vertices) + matrices[:, None, :3, 3]
    faces = part.faces[None] + (np.arange(count) * size)[:, None, None]
    mirrored = np.linalg.det(linear) < 0
    faces[mirrored] = faces[mirrored][..., ::-1]
    return make(vertices, faces, smooth=part.smooth)


def scattered(shapes: Sequence[Part], matrices: Doubles) -> Part:
    """Instances of several shapes in turn: matrix ``i`` carries shape ``i mod len(shapes)``."""
    count = len(shapes)
    return merge(
        [instances(shape, matrices[i::count]) for i, shape in enumerate(shapes)],
        smooth=shapes[0].smooth,
    )


def flipped(part: Part) -> Part:
    """The same surface seen from the other side."""
    return Part(part.vertices, np.ascontiguousarray(part.faces[:, ::-1]), part.smooth)


def vec(x: float, y: float, z: float) -> Doubles:
    """A point or an offset (3,)."""
    return np.array([x, y, z], float)


def shift(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Doubles:
    """A translation matrix (4, 4)."""
    matrix = np.eye(4)
    matrix[:3, 3] = x, y, z
    return matrix


def scale(x: float, y: float | None = None, z: float | None = None) -> Doubles:
    """A scaling matrix (4, 4); uniform when only ``x`` is given."""
    return np.diag([x, x if y is None else y, x if z is None else z, 1.0])


def turn(angle: float) -> Doubles:
    """A rotation about z by ``angle`` radians, (4, 4)."""
    return tilt(angle, (0.0, 0.0, 1.0))


def tilt(angle: float, axis: Sequence[float]) -> Doubles:
    """A rotation by ``angle`` radians about ``axis`` (Rodrigues' formula), (4, 4)."""
    direction = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array(
        [
            [0.0, -direction[2], direction[1]],
            [direction[2], 0.0, -direction[0]],
            [-direction[1], direction[0], 0.0],
        ]
    )
    matrix = np.eye(4)
    matrix[:3, :3] += np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return matrix


def placements(
    points: Doubles,
    *,
    azimuth: Number = 0.0,
    lean: Number = 0.0,
    spin: Number = 0.0,
    size: Number = 1.0,
) -> Doubles:
    """Matrices (k, 4, 4) that put a shape at each of ``points`` (k, 3).

    The shape is scaled by ``size`` ((k,) or (k, 3)), spun about its own z by ``spin``, leaned by
    ``lean`` radians towards ``azimuth``, which is also where its x axis points.
    """
    count = len(points)
    towards, leaning, own = (
        np.broadcast_to(np.asarray(value, float), (count,)) for value in (azimuth, lean, spin)
    )
    sizes = np.asarray(size, float)
    sizes = np.broadcast_to(sizes[:, None] if sizes.ndim == 1 else sizes, (count, 3))
    linear = _about_z(towards) @ _about_y(leaning) @ _about_z(own) * sizes[:, None, :]
    matrices = np.zeros((count, 4, 4))
    matrices[:, :3, :3] = linear
    matrices[:, :3, 3] = points
    matrices[:, 3, 3] = 1.0
    return matrices


def around(distance: Number, azimuth: Number, height: Number = 0.0) -> Doubles:
    """Points (k, 3) at polar places around the origin."""
    far, angle, up = np.broadcast_arrays(
        np.atleast_1d(np.asarray(distance, float)),
        np.atleast_1d(np.asarray(azimuth, float)),
        np.atleast_1d(np.asarray(height, float)),
    )
    return np.stack([far * np.cos(angle), far * np.sin(angle), up], -1)


def tumbled(rng: np.random.Generator, points: Doubles, size: Number = 1.0) -> Doubles:
    """Placements (k, 4, 4) at ``points`` with uniformly random rotations (from quaternions)."""
    quaternion = rng.normal(size=(len(points), 4))
    w, x, y, z = (quaternion / np.linalg.norm(quaternion, axis=1, keepdims=True)).T
    rotation = np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)], -1),
            np.stack([2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)], -1),
            np.stack([2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)], -1),
        ],
        1,
    )
    matrices = placements(points)
    sizes = np.asarray(size, float)
    sizes = np.broadcast_to(sizes[:, None] if sizes.ndim == 1 else sizes, (len(points), 3))
    matrices[:, :3, :3] = rotation * sizes[:, None, :]
    return matrices


def _about_z(angle: Doubles) -> Doubles:
    cosine, sine = np.cos(angle), np.sin(angle)
    rotation = np.zeros((len(angle), 3, 3))
    rotation[:, 0, 0] = rotation[:, 1, 1] = cosine
    rotation[:, 1, 0], rotation[:, 0, 1] = sine, -sine
    rotation[:, 2, 2] = 1.0
    return rotation


def _about_y(angle: Doubles) -> Doubles:
    cosine, sine = np.cos(angle), np.sin(angle)
    rotation = np.zeros((len(angle), 3, 3))
    rotation[:, 0, 0] = rotation[:, 2, 2] = cosine
    rotation[:, 0, 2], rotation[:, 2, 0] = sine, -sine
    rotation[:, 1, 1] = 1.0
    return rotation
