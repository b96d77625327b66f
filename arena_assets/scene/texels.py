"""Texture lookups in compiled code: all eight fields of a texel in one vector register."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from arena_assets.scene import atlas
from arena_assets.scene.compiled import inlined

_CHANNELS = atlas.CHANNELS
_SMALLEST = atlas.SMALLEST


def _interpolate(
    _: Any, texels: Any, _a: Any, _b: Any, _c: Any, _d: Any, _x: Any, _y: Any, out: Any
) -> Any:
    """Types and code of ``(texels, a, b, c, d, x, y, out)``: eight fields, 0–1, between the four
    texels that start at bytes ``a`` … ``d``, written to ``out[0:8]`` (float32)."""
    place = types.int64
    signature = types.void(
        texels, place, place, place, place, types.float32, types.float32, out
    )  # fmt: skip
    word, lane = ir.FloatType(), ir.VectorType(ir.IntType(8), _CHANNELS)
    row = ir.VectorType(word, _CHANNELS)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        source = context.make_array(signature.args[0])(context, builder, args[0]).data
        target = context.make_array(signature.args[7])(context, builder, args[7]).data

        def load(index: Any) -> Any:
            where = builder.bitcast(builder.gep(source, [index]), lane.as_pointer())
            return builder.uitofp(builder.load(where, align=1), row)

        def spread(value: Any) -> Any:
            one = builder.insert_element(ir.Constant(row, ir.Undefined), value, cgutils.int32_t(0))
            zeros = ir.Constant(ir.VectorType(ir.IntType(32), _CHANNELS), [0] * _CHANNELS)
            return builder.shuffle_vector(one, ir.Constant(row, ir.Undefined), zeros)

        def mix(first: Any, second: Any, share: Any) -> Any:
            flags = ("contract",)
            step = builder.fmul(builder.fsub(second, first, flags), share, flags)
            return builder.fadd(first, step, flags)

        across, down = spread(args[5]), spread(args[6])
        upper = mix(load(args[1]), load(args[2]), across)
        lower = mix(load(args[3]), load(args[4]), across)
        scale = ir.Constant(row, [1.0 / 255.0] * _CHANNELS)
        value = builder.fmul(mix(upper, lower, down), scale)
        builder.store(value, builder.bitcast(target, row.as_pointer()), align=4)
        return context.get_dummy_value()

    return signature, generate


_between: Any = intrinsic(_interpolate)


@inlined
def fetch(texels, size, layer, level, x, y, out):  # type: ignore[no-untyped-def]
    """One bilinear lookup at a place in tiles; ``out`` (8) gets the fields."""
    edge = size >> level
    per_layer = ((size * size - _SMALLEST * _SMALLEST) * 4 // 3 + _SMALLEST * _SMALLEST) * _CHANNELS
    start = layer * per_layer + (size * size - edge * edge) * 4 // 3 * _CHANNELS
    mask = edge - 1
    px = x * edge - 0.5
    py = y * edge - 0.5
    ix = np.int64(np.floor(px))
    iy = np.int64(np.floor(py))
    row0 = start + (iy & mask) * edge * _CHANNELS
    row1 = start + ((iy + 1) & mask) * edge * _CHANNELS
    col0 = (ix & mask) * _CHANNELS
    col1 = ((ix + 1) & mask) * _CHANNELS
    _between(
        texels, row0 + col0, row0 + col1, row1 + col0, row1 + col1,
        np.float32(px - ix), np.float32(py - iy), out,
    )  # fmt: skip


@inlined
def mip_level(footprint, size, dither):  # type: ignore[no-untyped-def]
    """Mip level for a footprint in texels; ``dither`` 0–1 blends levels over neighbours."""
    coarse = np.log2(max(np.float32(footprint), np.float32(1.0))) + dither
    most = 0
    edge = size
    while edge > _SMALLEST:
        edge >>= 1
        most += 1
    return min(most, max(0, np.int64(coarse)))
