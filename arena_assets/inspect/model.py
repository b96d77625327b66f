"""Is a GLB model whole, closed in itself and within its own buffers; what is in it."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError
from pydantic import ValidationError

from arena_assets.domain.manifest import Finding, Measurement
from arena_assets.errors import ContentFault
from arena_assets.inspect.glb import COMPONENTS, Accessor, Document
from arena_assets.inspect.limits import (
    MODEL_BYTES,
    MODEL_JSON_BYTES,
    PICTURE_PIXELS,
    require_size,
)

MODEL_BUDGET_BYTES = 25_000_000
"""What a model in a pack may weigh; the writer thins what would be more."""
MAX_TRIANGLES = 5_000_000
MIN_TRIANGLES = 12

_HEADER = struct.Struct("<4sII")
_CHUNK = struct.Struct("<I4s")
_NUMPY = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_INDEX_TYPES = (5121, 5123, 5125)
_FLOAT = 5126
_EXTENSIONS = frozenset(
    {
        "EXT_texture_webp",
        "KHR_lights_punctual",
        "KHR_materials_emissive_strength",
        "KHR_materials_ior",
        "KHR_materials_transmission",
        "KHR_materials_unlit",
        "KHR_mesh_quantization",
        "KHR_texture_transform",
    }
)
_AGAIN = "Redo arena_scene; if it happens again, look at what writes its model"

Array = npt.NDArray[Any]


def check_glb(path: Path) -> tuple[dict[str, Measurement], tuple[Finding, ...]]:
    """Measure a GLB (glTF 2.0, binary) and check that every reference in it stays inside it.

    ``extent_x``, ``_y`` and ``_z`` are the size in metres of what the meshes hold, before nodes
    move them. A file that is no GLB, is cut short, names an address, points outside its buffer or
    claims more than fits raises :class:`ContentFault`; nothing is decoded before its size is known.
    """
    size = require_size(path, MODEL_BYTES, "model")
    try:
        text, binary = _split(path.read_bytes())
        document = Document.model_validate_json(text)
        _check_layout(document, binary)
        vertices, triangles, low, high, shaded = _measure(document, binary)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "JSON"
        raise _fault(path, f"at {place}: {first['msg']}") from error
    except _Broken as error:
        raise _fault(path, str(error)) from error
    extent = high - low
    measurements: dict[str, Measurement] = {
        "bytes": size,
        "triangles": triangles,
        "vertices": vertices,
        "meshes": len(document.meshes),
        "nodes": len(document.nodes),
        "materials": len(document.materials),
        "textures": len(document.images),
        **{f"extent_{axis}": round(float(extent[n]), 2) for n, axis in enumerate("xyz")},
    }
    return measurements, (
        Finding(
            check="weight",
            passed=size <= MODEL_BUDGET_BYTES,
            said=f"{size / 1e6:.1f} MB, at most {MODEL_BUDGET_BYTES / 1e6:.0f} MB",
        ),
        Finding(
            check="geometry",
            passed=MIN_TRIANGLES <= triangles <= MAX_TRIANGLES and bool((extent > 0).all()),
            said=f"{triangles:,} triangles ({MIN_TRIANGLES}–{MAX_TRIANGLES:,}) over "
            f"{extent[0]:.0f} × {extent[1]:.0f} × {extent[2]:.0f} m",
        ),
        Finding(
            check="shading",
            passed=shaded and bool(document.materials),
            said=f"normals {'everywhere' if shaded else 'missing'}, "
            f"{len(document.materials)} materials",
        ),
    )


class _Broken(Exception):
    """What is wrong with a model, in words."""


def _fault(path: Path, why: str) -> ContentFault:
    return ContentFault(f"{path.name} is not a sound GLB model ({why})", _AGAIN)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise _Broken(otherwise)


def _split(content: bytes) -> tuple[bytes, memoryview]:
    """The JSON and binary chunks of a GLB container."""
    _require(len(content) >= _HEADER.size + _CHUNK.size, "it is too short")
    magic, version, length = _HEADER.unpack_from(content)
    _require(magic == b"glTF" and version == 2, "it has no glTF 2 header")
    _require(length == len(content), f"it claims {length} bytes and has {len(content)}")
    chunks: list[tuple[bytes, memoryview]] = []
    position = _HEADER.size
    while position < length:
        _require(position + _CHUNK.size <= length, "a chunk is cut short")
        size, kind = _CHUNK.unpack_from(content, position)
        position += _CHUNK.size
        _require(size % 4 == 0 and position + size <= length, "a chunk reaches past its end")
        chunks.append((kind, memoryview(content)[position : position + size]))
        position += size
        _require(len(chunks) <= 8, "it has too many chunks")
    kinds = [kind for kind, _ in chunks]
    _require(kinds[:2] == [b"JSON", b"BIN\0"], "its chunks are not JSON and then BIN")
    _require(len(chunks[0][1]) <= MODEL_JSON_BYTES, "its JSON is too large")
    return bytes(chunks[0][1]), chunks[1][1]


def _check_layout(document: Document, binary: memoryview) -> None:
    needed = set(document.extensions_required) - _EXTENSIONS
    _require(not needed, f"it needs the extension {min(needed, default='')[:60]}")
    length = document.buffers[0].byte_length
    _require(length <= len(binary) <= length + 3, "its buffer and its binary chunk differ in size")
    for number, view in enumerate(document.buffer_views):
        inside = view.byte_offset + view.byte_length <= length
        _require(inside, f"buffer view {number} reaches past the buffer")
    for number, accessor in enumerate(document.accessors):
        _check_accessor(document, number, accessor)
    shown = [_view(document, binary, image.buffer_view) for image in document.images]
    _require(sum(map(len, shown)) <= length, "its images share their bytes")
    for number, content in enumerate(shown):
        _check_image(content, number)
    for texture in document.textures:
        _require_known(document.images, texture.source, "a texture's image")
    _check_nodes(document)


def _check_accessor(document: Document, number: int, accessor: Accessor) -> None:
    _require_known(document.buffer_views, accessor.buffer_view, f"accessor {number}'s view")
    view = document.buffer_views[accessor.buffer_view]
    stride = view.byte_stride or accessor.element_bytes
    _require(stride >= accessor.element_bytes, f"accessor {number} overlaps itself")
    end = accessor.byte_offset + stride * (accessor.count - 1) + accessor.element_bytes
    _require(end <= view.byte_length, f"accessor {number} reaches past its view")


def _check_image(content: memoryview, number: int) -> None:
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP"]) as image:
            width, height = image.size
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise _Broken(f"image {number} is no picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _Broken(f"image {number} claims too many pixels") from error
    _require(width * height <= PICTURE_PIXELS, f"image {number} claims too many pixels")


def _check_nodes(document: Document) -> None:
    """Every node has one parent at most, and none is its own ancestor."""
    parents: dict[int, int] = {}
    for number, node in enumerate(document.nodes):
        _require_known(document.meshes, node.mesh, f"node {number}'s mesh")
        for child in node.children:
            _require_known(document.nodes, child, f"node {number}'s child")
            _require(child not in parents, f"node {child} has two parents")
            parents[child] = number
    reached = set(range(len(document.nodes))) - parents.keys()
    for scene in document.scenes:
        for root in scene.nodes:
            _require_known(document.nodes, root, "a scene's node")
    frontier = reached
    while frontier:
        frontier = {child for each in frontier for child in document.nodes[each].children}
        reached = reached | frontier
    _require(len(reached) == len(document.nodes), "its nodes form a circle")


def _measure(
    document: Document, binary: memoryview
) -> tuple[int, int, npt.NDArray[np.float64], npt.NDArray[np.float64], bool]:
    """Vertices, triangles, lowest and highest corner, and whether all have normals."""
    vertices = triangles = 0
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    shaded = True
    for mesh in document.meshes:
        for primitive in mesh.primitives:
            for name, index in primitive.attributes.items():
                _require_known(document.accessors, index, f"attribute {name[:40]}")
            _require_known(document.accessors, primitive.indices, "a primitive's indices")
            _require_known(document.materials, primitive.material, "a primitive's material")
            _require("POSITION" in primitive.attributes, "a primitive has no positions")
            shaded = shaded and "NORMAL" in primitive.attributes
            accessor = document.accessors[primitive.attributes["POSITION"]]
            count = accessor.count
            vertices += count
            _require(vertices <= 3 * MAX_TRIANGLES, "it has too many vertices")
            alike = (document.accessors[each].count for each in primitive.attributes.values())
            _require(set(alike) == {count}, "a primitive's attributes differ in length")
            _require(accessor.type == "VEC3", "positions are not three numbers each")
            points = _array(document, binary, accessor)
            _require(bool(np.isfinite(points).all()), "a position is not a finite number")
            low, high = np.minimum(low, points.min(0)), np.maximum(high, points.max(0))
            corners = _corners(document, binary, primitive.indices, count)
            _require(corners % 3 == 0, "a primitive's corners do not make whole triangles")
            triangles += corners // 3
            _require(triangles <= MAX_TRIANGLES, f"it has more than {MAX_TRIANGLES:,} triangles")
    _require(vertices > 0, "it has no meshes")
    return vertices, triangles, low, high, shaded


def _corners(document: Document, binary: memoryview, indices: int | None, count: int) -> int:
    """How many corners are drawn; every index names a vertex."""
    if indices is None:
        return count
    accessor = document.accessors[indices]
    whole = accessor.type == "SCALAR" and accessor.component_type in _INDEX_TYPES
    _require(whole, "indices are not whole numbers")
    highest = int(_array(document, binary, accessor).max())
    _require(highest < count, f"an index names vertex {highest} of {count}")
    return accessor.count


def _array(document: Document, binary: memoryview, accessor: Accessor) -> Array:
    """An accessor's elements, (count, components), without copying."""
    view = document.buffer_views[accessor.buffer_view]
    dtype = np.dtype(_NUMPY[accessor.component_type])
    return np.ndarray(
        (accessor.count, COMPONENTS[accessor.type]),
        dtype,
        buffer=binary,
        offset=view.byte_offset + accessor.byte_offset,
        strides=(view.byte_stride or accessor.element_bytes, dtype.itemsize),
    )


def _view(document: Document, binary: memoryview, number: int) -> memoryview:
    _require_known(document.buffer_views, number, "an image's view")
    view = document.buffer_views[number]
    return binary[view.byte_offset : view.byte_offset + view.byte_length]


def _require_known(things: Sequence[object], index: int | None, what: str) -> None:
    _require(index is None or index < len(things), f"{what} does not exist")
