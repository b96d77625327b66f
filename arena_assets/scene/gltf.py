"""The place as binary glTF 2.0 for game engines: y up, metres, origin at the arena's centre.

One mesh primitive per material with the metallic-roughness model; the procedural colours come as
small tiled textures with box-mapped coordinates. Specification: Khronos glTF 2.0, section 4.4.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from arena_assets.scene.material_table import MATERIALS
from arena_assets.scene.materials import Material, MaterialName, Rgb
from arena_assets.scene.mesh import corner_normals
from arena_assets.scene.model import FloatArray, IntArray, Part, Stage

BYTE_BUDGET = 22_000_000
"""Bytes of geometry and textures, a little below the 25 MB that a pack allows."""

_FLOAT, _UINT = 5126, 5125
_ARRAY, _ELEMENTS = 34962, 34963
_TO_Y_UP = np.array([1, 1, -1], np.float32)
_VERTEX_BYTES = 12 + 12 + 8
_MAGIC, _VERSION, _JSON, _BINARY = 0x46546C67, 2, 0x4E4F534A, 0x004E4942
_EXPENDABLE = (
    MaterialName.GRASS_BLADE,
    MaterialName.LEAF,
    MaterialName.DARK_LEAF,
    MaterialName.AUTUMN_LEAF,
    MaterialName.SNOWY_LEAF,
    MaterialName.PALM_LEAF,
    MaterialName.KELP,
)


def export_glb(
    stage: Stage, textures: Mapping[MaterialName, npt.NDArray[np.uint8]] | None = None
) -> bytes:
    """A stage as a ``.glb`` file of less than 25 MB.

    ``textures``: base colour of a material's tile, sRGB (n, n, 3). Where a place is too rich,
    foliage is thinned first, then the finest meshes lose their smallest triangles.
    """
    mana = stage.spec.mana_light
    names = sorted((MaterialName(name) for name in stage.parts), key=list(MaterialName).index)
    meshes = {name: _primitive(stage.parts[name], MATERIALS[name].metres) for name in names}
    images = {name: _jpeg(textures[name]) for name in names if textures and name in textures}
    meshes = _fit(meshes, BYTE_BUDGET - sum(map(len, images.values())))
    builder = _Builder()
    primitives = []
    materials: list[dict[str, Any]] = []
    for name, (positions, normals, coordinates, faces) in meshes.items():
        attributes = {
            "POSITION": builder.add(positions, _FLOAT, "VEC3", _ARRAY, bounds=True),
            "NORMAL": builder.add(normals, _FLOAT, "VEC3", _ARRAY),
        }
        image = builder.image(images[name]) if name in images else None
        if image is not None:
            attributes["TEXCOORD_0"] = builder.add(coordinates, _FLOAT, "VEC2", _ARRAY)
        primitives.append(
            {
                "attributes": attributes,
                "indices": builder.add(faces.astype(np.uint32).ravel(), _UINT, "SCALAR", _ELEMENTS),
                "material": len(materials),
            }
        )
        materials.append(_material(name, MATERIALS[name], mana, image))
    nodes = [{"name": name.value, "mesh": index} for index, name in enumerate(meshes)]
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": "arena_assets"},
        "extensionsUsed": ["KHR_materials_emissive_strength"],
        "scene": 0,
        "scenes": [{"name": stage.spec.theme.value, "nodes": [len(nodes)]}],
        "nodes": [*nodes, {"name": "arena", "children": list(range(len(nodes)))}],
        "meshes": [
            {"name": name.value, "primitives": [primitive]}
            for name, primitive in zip(meshes, primitives, strict=True)
        ],
        "materials": materials,
    }
    return builder.finish(document)


_Primitive = tuple[FloatArray, FloatArray, FloatArray, IntArray]


def _primitive(parts: list[Part], metres: float) -> _Primitive:
    """Parts of one material as indexed vertices: y-up positions, normals, texture coordinates.

    Smooth parts keep shared vertices; in flat ones corners share a vertex where their triangles
    lie in one plane. Normals are floats: engines need no extension to read them.
    """
    positions: list[FloatArray] = []
    normals: list[FloatArray] = []
    faces: list[IntArray] = []
    offset = 0
    for part in parts:
        if len(part.faces) == 0:
            continue
        corners = corner_normals(part)
        if part.smooth:
            vertices = np.asarray(part.vertices, np.float32)
            normal = np.zeros_like(vertices)
            normal[part.faces.ravel()] = corners.reshape(-1, 3)
            index = np.asarray(part.faces, np.int32)
        else:
            chosen, index = _welded(part.faces, corners)
            vertices = np.asarray(part.vertices, np.float32)[part.faces.ravel()[chosen]]
            normal = corners.reshape(-1, 3)[chosen]
        positions.append(vertices)
        normals.append(normal)
        faces.append(index + offset)
        offset += len(vertices)
    position, normal = np.concatenate(positions), np.concatenate(normals)
    axis = np.abs(normal).argmax(1)
    rows = np.arange(len(position))
    across = position[rows, np.where(axis == 0, 1, 0)]
    down = position[rows, np.where(axis == 2, 1, 2)]
    coordinates = np.stack([across, -down], axis=1) / np.float32(metres)
    return (
        np.ascontiguousarray(position[:, [0, 2, 1]] * _TO_Y_UP),
        np.ascontiguousarray(_unit(normal)[:, [0, 2, 1]] * _TO_Y_UP),
        np.ascontiguousarray(coordinates, np.float32),
        np.concatenate(faces),
    )


def _welded(faces: IntArray, normals: FloatArray) -> tuple[npt.NDArray[np.intp], IntArray]:
    """One corner for each vertex and direction of flat triangles, and the faces made of those."""
    steps = np.round(normals.reshape(-1, 3) * 500).astype(np.int64) + 512
    key = faces.ravel().astype(np.int64) << 30
    key |= (steps[:, 0] << 20) | (steps[:, 1] << 10) | steps[:, 2]
    _, chosen, index = np.unique(key, return_index=True, return_inverse=True)
    return chosen, index.reshape(-1, 3).astype(np.int32)


def _unit(normal: FloatArray) -> FloatArray:
    """Vectors (n, 3) of length 1; those without a direction point up."""
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    up = np.array([0, 0, 1], np.float32)
    return np.where(length > 1e-6, normal / np.maximum(length, 1e-6), up).astype(np.float32)


def _size(mesh: _Primitive) -> int:
    return len(mesh[0]) * _VERTEX_BYTES + mesh[3].size * 4


def _fit(meshes: dict[MaterialName, _Primitive], budget: int) -> dict[MaterialName, _Primitive]:
    """Thin what is dense until all fits: foliage first, then the finest meshes down to a third.

    Ground and walls have few, large triangles and stay whole unless nothing else is left.
    """
    leafy = [name for name in meshes if name in _EXPENDABLE]
    finest = sorted(meshes, key=lambda name: _triangle_area(meshes[name]))
    for names, least in ((leafy, 0.2), (finest, 0.35), (finest, 0.1)):
        for name in names:
            over = sum(map(_size, meshes.values())) - budget
            if over <= 0:
                return meshes
            meshes[name] = _thinned(meshes[name], max(least, 1 - over / _size(meshes[name])))
    return meshes


def _triangle_area(mesh: _Primitive) -> float:
    """Mean area of a mesh's triangles, square metres."""
    corners = mesh[0][mesh[3]]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return float(np.linalg.norm(cross, axis=1).mean()) / 2


def _thinned(mesh: _Primitive, keep: float) -> _Primitive:
    """The largest triangles of a mesh, as many as fit, and the vertices they use."""
    position, normal, coordinates, faces = mesh
    corners = position[faces]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    order = np.argsort(-np.linalg.norm(cross, axis=1), kind="stable")
    chosen = faces[np.sort(order[: max(1, int(len(faces) * keep))])]
    used, index = np.unique(chosen, return_inverse=True)
    compact = index.reshape(-1, 3).astype(np.int32)
    return position[used], normal[used], coordinates[used], compact


def _jpeg(image: npt.NDArray[np.uint8]) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "JPEG", quality=88)
    return stream.getvalue()


def _material(name: MaterialName, kind: Material, mana: Rgb, image: int | None) -> dict[str, Any]:
    surface: dict[str, Any] = {
        "metallicFactor": kind.metalness,
        "roughnessFactor": kind.roughness,
        "baseColorFactor": [*(round(value, 4) for value in kind.albedo(mana)), 1.0],
    }
    if image is not None:
        surface["baseColorFactor"] = [1.0, 1.0, 1.0, 1.0]
        surface["baseColorTexture"] = {"index": image}
    material: dict[str, Any] = {"name": name.value, "pbrMetallicRoughness": surface}
    glow = kind.glow(mana)
    strength = max(glow)
    if strength > 0:
        material["emissiveFactor"] = [round(value / strength, 4) for value in glow]
        material["extensions"] = {
            "KHR_materials_emissive_strength": {"emissiveStrength": round(max(1.0, strength), 3)}
        }
    if kind.translucency > 0:
        material["doubleSided"] = True
    return material


class _Builder:
    """Collects buffer views and accessors, and writes the container."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._length = 0
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []
        self._images: list[dict[str, Any]] = []

    def _view(self, data: bytes, **fields: int) -> int:
        self._views.append(
            {"buffer": 0, "byteOffset": self._length, "byteLength": len(data), **fields}
        )
        padding = -len(data) % 4
        self._chunks.append(data + b"\0" * padding)
        self._length += len(data) + padding
        return len(self._views) - 1

    def add(
        self, array: npt.NDArray[Any], component: int, shape: str, target: int,
        *, bounds: bool = False,
    ) -> int:  # fmt: skip
        """An array as an accessor; its number."""
        accessor: dict[str, Any] = {
            "bufferView": self._view(np.ascontiguousarray(array).tobytes(), target=target),
            "componentType": component,
            "count": len(array),
            "type": shape,
        }
        if bounds:
            accessor["min"] = [float(value) for value in array.min(0)]
            accessor["max"] = [float(value) for value in array.max(0)]
        self._accessors.append(accessor)
        return len(self._accessors) - 1

    def image(self, data: bytes) -> int:
        """A picture as an embedded texture; its number."""
        self._images.append({"bufferView": self._view(data), "mimeType": "image/jpeg"})
        return len(self._images) - 1

    def finish(self, document: dict[str, Any]) -> bytes:
        document["bufferViews"], document["accessors"] = self._views, self._accessors
        document["buffers"] = [{"byteLength": self._length}]
        if self._images:
            document["images"] = self._images
            document["samplers"] = [{"wrapS": 10497, "wrapT": 10497}]
            document["textures"] = [
                {"source": index, "sampler": 0} for index in range(len(self._images))
            ]
        text = json.dumps(document, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        total = 12 + 8 + len(text) + 8 + self._length
        return b"".join(
            [
                struct.pack("<III", _MAGIC, _VERSION, total),
                struct.pack("<II", len(text), _JSON),
                text,
                struct.pack("<II", self._length, _BINARY),
                *self._chunks,
            ]
        )
