"""A stage's parts as one triangle mesh for the renderer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena_assets.scene.materials import MaterialName
from arena_assets.scene.model import FloatArray, IntArray, Part, Stage


@dataclass(frozen=True, slots=True)
class MergedMesh:
    """``vertices`` (n, 3), ``faces`` (m, 3), ``normals`` (m, 3, 3) per corner, ``material`` (m,)
    index into ``names``."""

    vertices: FloatArray
    faces: IntArray
    normals: FloatArray
    material: npt.NDArray[np.uint8]
    names: tuple[MaterialName, ...]


def merge(stage: Stage) -> MergedMesh:
    """All parts of a stage in one mesh; ``ValueError`` for a material that does not exist."""
    names = sorted((MaterialName(name) for name in stage.parts), key=list(MaterialName).index)
    vertices: list[FloatArray] = []
    faces: list[IntArray] = []
    normals: list[FloatArray] = []
    material: list[npt.NDArray[np.uint8]] = []
    offset = 0
    for index, name in enumerate(names):
        for part in stage.parts[name]:
            if len(part.faces) == 0:
                continue
            vertices.append(np.asarray(part.vertices, np.float32))
            faces.append(np.asarray(part.faces, np.int32) + offset)
            normals.append(corner_normals(part))
            material.append(np.full(len(part.faces), index, np.uint8))
            offset += len(part.vertices)
    return MergedMesh(
        np.concatenate(vertices),
        np.concatenate(faces),
        np.concatenate(normals),
        np.concatenate(material),
        tuple(names),
    )


def corner_normals(part: Part) -> FloatArray:
    """Unit normals (m, 3, 3) per corner: of the face, or for smooth parts the mean at the vertex,
    weighted by area."""
    corners = np.asarray(part.vertices, np.float32)[part.faces]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    if part.smooth:
        count = len(part.vertices)
        index = np.asarray(part.faces).ravel()
        vertex = np.stack(
            [np.bincount(index, np.repeat(face[:, axis], 3), minlength=count) for axis in range(3)],
            axis=1,
        )
        spread = vertex[part.faces]
    else:
        spread = np.repeat(face[:, None, :], 3, axis=1)
    length = np.linalg.norm(spread, axis=2, keepdims=True)
    return np.asarray(spread / np.maximum(length, 1e-20), np.float32)
