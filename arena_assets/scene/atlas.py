"""All textures of a stage in one block of bytes with mip levels, and the table of its materials."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from arena_assets.scene.compiled import cores, lean
from arena_assets.scene.material_table import MATERIALS
from arena_assets.scene.materials import MaterialName, Rgb, Texture
from arena_assets.scene.model import FloatArray
from arena_assets.scene.textures import Pattern, draw

CHANNELS = 8
"""Per texel: blend, accent, cavity, roughness, slope x, slope y, vein, spare."""
SMALLEST = 8
"""Edge of the last mip level, texels."""

(BASE, ROUGH, METAL, EMISSION, LAYER, METRES, SLOPE, THROUGH, WEATHERED, VEINS, FACETS) = (
    0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14,
)  # fmt: skip
KIND, SECOND, ACCENT, COLUMNS = 15, 16, 19, 22
KIND_PLAIN, KIND_LAVA, KIND_WATER = 0.0, 1.0, 2.0

_KINDS = {
    MaterialName.LAVA: KIND_LAVA,
    MaterialName.WATER: KIND_WATER,
    MaterialName.DEEP_WATER: KIND_WATER,
}


@dataclass(frozen=True, slots=True)
class Atlas:
    """``texels``: flat bytes of all layers, each a mip chain; ``table``: one row per material.

    Layer 0 is fine grain, used for close-range detail on every textured surface.
    """

    texels: npt.NDArray[np.uint8]
    table: FloatArray
    size: int
    names: tuple[MaterialName, ...]
    preview: dict[MaterialName, npt.NDArray[np.uint8]]
    """Base colour of each textured material, sRGB (128, 128, 3), for the engine export."""


def bake(names: list[MaterialName], mana: Rgb, size: int, seed: int, check: Any = None) -> Atlas:
    """Draw the textures that these materials need. ``size`` is a power of two; ``check`` is called
    between textures and may raise to stop."""
    wanted = list(dict.fromkeys(texture for texture in map(_texture_of, names) if texture))
    chain = _chain_size(size)
    texels = np.empty((len(wanted) + 1, chain), np.uint8)

    def fill(slot: int) -> tuple[float, Pattern]:
        if slot == 0:
            pattern = _grain(size, seed)
        else:
            label = list(Texture).index(wanted[slot - 1])
            pattern = draw(wanted[slot - 1], size, (seed * 64 + label) % (2**63))
        return _layer(pattern, texels[slot]), _shrunk(pattern)

    drawn: list[tuple[float, Pattern]] = []
    with ThreadPoolExecutor(cores()) as pool:
        futures = [pool.submit(fill, slot) for slot in range(len(texels))]
        try:
            for future in futures:
                if check is not None:
                    check()
                drawn.append(future.result())
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    table = np.zeros((len(names), COLUMNS), np.float32)
    preview: dict[MaterialName, npt.NDArray[np.uint8]] = {}
    for row, name in enumerate(names):
        kind = MATERIALS[name]
        table[row, BASE : BASE + 3] = kind.albedo(mana)
        table[row, EMISSION : EMISSION + 3] = kind.glow(mana)
        table[row, [ROUGH, METAL, LAYER, METRES]] = kind.roughness, kind.metalness, -1, kind.metres
        table[row, [THROUGH, WEATHERED]] = kind.translucency, float(kind.weathered)
        table[row, [VEINS, FACETS]] = kind.veins, float(kind.facets)
        table[row, KIND] = _KINDS.get(name, KIND_PLAIN)
        second = kind.second or kind.base
        table[row, SECOND : SECOND + 3] = second
        table[row, ACCENT : ACCENT + 3] = kind.accent or second
        if kind.texture is None:
            continue
        layer = wanted.index(kind.texture) + 1
        gain, small = drawn[layer]
        table[row, LAYER] = layer
        table[row, SLOPE] = kind.relief * gain * size / kind.metres
        preview[name] = _colored(small, table[row])
    return Atlas(texels.ravel(), table, size, tuple(names), preview)


def _grain(size: int, seed: int) -> Pattern:
    from arena_assets.scene.noise import tileable

    rng = np.random.default_rng((seed, 0x67))
    fine, finer = tileable(size, rng, 1.5, 5), tileable(size, rng, 0.9, 24)
    broad = tileable(size, rng, 2.2, 1)
    none = np.zeros_like(fine)
    blend = 0.5 + 0.3 * broad + 0.25 * fine
    return Pattern(
        blend, none, 0.9 + 0.12 * finer, 0.2 * fine, 0.5 + 0.2 * fine + 0.1 * finer, none
    )


def _texture_of(name: MaterialName) -> Texture | None:
    return MATERIALS[name].texture


def _chain_size(size: int) -> int:
    """Bytes of one layer with all its mip levels."""
    return ((size * size - SMALLEST * SMALLEST) * 4 // 3 + SMALLEST * SMALLEST) * CHANNELS


def _layer(pattern: Pattern, chain: npt.NDArray[np.uint8]) -> float:
    """Write a pattern's mip chain; returns by how much its slopes (per texel) were divided."""
    height = pattern.height
    level = np.zeros((CHANNELS, *height.shape), np.float32)
    for channel, field in enumerate((pattern.blend, pattern.accent, pattern.cavity)):
        np.clip(field, 0, 1, out=level[channel])
    np.clip(np.add(pattern.rough, 0.5, out=level[3]), 0, 1, out=level[3])
    for channel, axis in ((4, 1), (5, 0)):
        np.subtract(np.roll(height, -1, axis), np.roll(height, 1, axis), out=level[channel])
    steep = [np.quantile(np.abs(level[channel, ::4, ::4]), 0.995) for channel in (4, 5)]
    gain = 0.5 * max(*map(float, steep), 2e-4)
    for channel in (4, 5):
        level[channel] *= np.float32(0.25 / gain)
        level[channel] += np.float32(0.5)
        np.clip(level[channel], 0, 1, out=level[channel])
    np.clip(pattern.vein, 0, 1, out=level[6])
    start = 0
    while True:
        edge = level.shape[1]
        _pack(level, chain[start : start + edge * edge * CHANNELS])
        start += edge * edge * CHANNELS
        if edge <= SMALLEST:
            return gain
        smaller = np.empty((CHANNELS, edge // 2, edge // 2), np.float32)
        _halve(level, smaller)
        level = smaller


@lean
def _pack(level, out):  # type: ignore[no-untyped-def]
    edge = level.shape[1]
    for row in range(edge):
        for column in range(edge):
            start = (row * edge + column) * CHANNELS
            for channel in range(CHANNELS):
                value = level[channel, row, column] * np.float32(255) + np.float32(0.5)
                out[start + channel] = np.uint8(value)


@lean
def _halve(level, out):  # type: ignore[no-untyped-def]
    for channel in range(out.shape[0]):
        for row in range(out.shape[1]):
            for column in range(out.shape[2]):
                upper = level[channel, 2 * row, 2 * column : 2 * column + 2]
                lower = level[channel, 2 * row + 1, 2 * column : 2 * column + 2]
                total = (upper[0] + lower[0]) + (upper[1] + lower[1])
                out[channel, row, column] = total * np.float32(0.25)


def _shrunk(pattern: Pattern, size: int = 128) -> Pattern:
    step = pattern.blend.shape[0] // min(size, pattern.blend.shape[0])
    edge = pattern.blend.shape[0] // step

    def small(field: FloatArray) -> FloatArray:
        mean = field.reshape(edge, step, edge, step).mean((1, 3))
        return np.asarray(mean, np.float32)

    return Pattern(
        small(pattern.blend), small(pattern.accent), small(pattern.cavity),
        small(pattern.rough), small(pattern.height), small(pattern.vein),
    )  # fmt: skip


def _colored(pattern: Pattern, row: FloatArray) -> npt.NDArray[np.uint8]:
    blend = np.clip(pattern.blend, 0, 1)[..., None]
    accent = np.clip(pattern.accent, 0, 1)[..., None]
    color = row[SECOND : SECOND + 3] * (1 - blend) + row[BASE : BASE + 3] * blend
    color = color * (1 - accent) + row[ACCENT : ACCENT + 3] * accent
    color = np.clip(color * np.clip(pattern.cavity, 0, 1)[..., None], 0, 1)
    return np.asarray(np.clip(color ** (1 / 2.2) * 255 + 0.5, 0, 255), np.uint8)
