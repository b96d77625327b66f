"""Ray queries against Intel Embree, callable from inside compiled shading loops.

The ``embreex`` wheel brings the library; we bind its C interface directly because a call per ray
from compiled code needs no ray arrays at all, and so no memory that grows with the picture.
Layouts and constants follow ``rtcore_ray.h``, ``rtcore_buffer.h`` and ``rtcore_common.h`` of
Embree 4.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm  # type: ignore[import-untyped]
import numpy as np
from numba import types

from arena_assets.errors import EnvironmentFault
from arena_assets.scene.compiled import inlined
from arena_assets.scene.model import FloatArray, IntArray

RAY_WORDS = 24
"""32-bit words of an ``RTCRayHit``: ray (12), hit (9), padding to 96 bytes."""
MISS = 0xFFFFFFFF

_TRIANGLES = 0
_BUFFER_INDEX, _BUFFER_VERTEX = 0, 1
_UINT3, _FLOAT3 = 0x5003, 0x9003

_intersect1: Any = types.ExternalFunction(
    "rtcIntersect1", types.void(types.uintp, types.uintp, types.uintp)
)
_occluded1: Any = types.ExternalFunction(
    "rtcOccluded1", types.void(types.uintp, types.uintp, types.uintp)
)


@functools.cache
def _library() -> ctypes.CDLL:
    """The Embree library of the ``embreex`` wheel, its symbols visible to compiled code."""
    spec = importlib.util.find_spec("embreex")
    found: list[Path] = []
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        for folder in (package.parent / "embreex.libs", package / ".dylibs", package):
            found += sorted(folder.glob("*embree4*"))
    if not found:
        raise EnvironmentFault(
            "The ray tracing library Embree is not installed",
            "Install it with 'pip install embreex'",
        )
    library = ctypes.CDLL(str(found[0]))
    llvm.load_library_permanently(str(found[0]))
    pointer, number = ctypes.c_void_p, ctypes.c_int
    for name, result, arguments in (
        ("rtcNewDevice", pointer, [ctypes.c_char_p]),
        ("rtcNewScene", pointer, [pointer]),
        ("rtcNewGeometry", pointer, [pointer, number]),
        (
            "rtcSetSharedGeometryBuffer",
            None,
            [pointer, number, ctypes.c_uint, number, pointer, *[ctypes.c_size_t] * 3],
        ),
        ("rtcCommitGeometry", None, [pointer]),
        ("rtcAttachGeometry", ctypes.c_uint, [pointer, pointer]),
        ("rtcReleaseGeometry", None, [pointer]),
        ("rtcCommitScene", None, [pointer]),
        ("rtcReleaseScene", None, [pointer]),
        ("rtcGetDeviceError", number, [pointer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


@functools.cache
def _device() -> int:
    return int(_library().rtcNewDevice(b""))


class RayScene:
    """A bounding volume hierarchy over one triangle mesh.

    ``vertices`` (n, 3) float32 in metres, ``faces`` (m, 3) int32. ``handle`` is what
    :func:`cast` and :func:`blocked` take. The buffers are kept alive with the scene.
    """

    def __init__(self, vertices: FloatArray, faces: IntArray) -> None:
        library, device = _library(), _device()
        # Embree reads 16 bytes at the last vertex: one spare row keeps that inside the buffer.
        self._vertices = np.zeros((len(vertices) + 1, 3), np.float32)
        self._vertices[:-1] = vertices
        self._faces = np.ascontiguousarray(faces, np.uint32)
        self.handle: int = library.rtcNewScene(device)
        geometry = library.rtcNewGeometry(device, _TRIANGLES)
        for slot, kind, buffer, rows in (
            (_BUFFER_VERTEX, _FLOAT3, self._vertices, len(vertices)),
            (_BUFFER_INDEX, _UINT3, self._faces, len(faces)),
        ):
            library.rtcSetSharedGeometryBuffer(
                geometry, slot, 0, kind, buffer.ctypes.data, 0, 12, rows
            )
        library.rtcCommitGeometry(geometry)
        library.rtcAttachGeometry(self.handle, geometry)
        library.rtcReleaseGeometry(geometry)
        library.rtcCommitScene(self.handle)
        error = library.rtcGetDeviceError(device)
        if error:
            raise EnvironmentFault(
                f"Embree could not build the scene (error {error})",
                "Free some memory and try again",
            )

    def __del__(self) -> None:
        handle, self.handle = getattr(self, "handle", 0), 0
        # At the interpreter's end the module's names are gone; so is the need to free memory.
        if handle and _library is not None:
            _library().rtcReleaseScene(handle)


@inlined
def new_ray():  # type: ignore[no-untyped-def]
    """A ray buffer for one thread: float32 words; reuse it for every query."""
    return np.zeros(RAY_WORDS, np.float32)


@inlined
def cast(handle, ray, ox, oy, oz, dx, dy, dz, near, far):  # type: ignore[no-untyped-def]
    """First hit along a ray: primitive number, or −1. ``ray`` then holds the hit's fields:
    [8] distance, [12:15] geometric normal (not unit), [15] u, [16] v."""
    words = ray.view(np.uint32)
    ray[0] = ox
    ray[1] = oy
    ray[2] = oz
    ray[3] = near
    ray[4] = dx
    ray[5] = dy
    ray[6] = dz
    ray[7] = 0.0
    ray[8] = far
    words[9] = MISS
    words[11] = 0
    words[17] = MISS
    words[18] = MISS
    _intersect1(np.uintp(handle), np.uintp(ray.ctypes.data), np.uintp(0))
    return np.int32(-1) if words[18] == MISS else np.int32(words[17])


@inlined
def blocked(handle, ray, ox, oy, oz, dx, dy, dz, near, far):  # type: ignore[no-untyped-def]
    """Whether anything lies on a ray between ``near`` and ``far`` metres."""
    words = ray.view(np.uint32)
    ray[0] = ox
    ray[1] = oy
    ray[2] = oz
    ray[3] = near
    ray[4] = dx
    ray[5] = dy
    ray[6] = dz
    ray[7] = 0.0
    ray[8] = far
    words[9] = MISS
    words[11] = 0
    _occluded1(np.uintp(handle), np.uintp(ray.ctypes.data), np.uintp(0))
    return ray[8] < 0.0
