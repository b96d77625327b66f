"""All textures of a stage in one block of bytes with mip levels, and the table of its materials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

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
    layers = [_layer(_grain(size, seed))[0]]
    slots: dict[Texture, tuple[int, float, Pattern]] = {}
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
        if kind.texture not in slots:
            if check is not None:
                check()
            label = list(Texture).index(kind.texture)
            pattern = draw(kind.texture, size, (seed * 64 + label) % (2**63))
            texels, gain = _layer(pattern)
            slots[kind.texture] = (len(layers), gain, _shrunk(pattern))
            layers.append(texels)
        layer, gain, small = slots[kind.texture]
        table[row, LAYER] = layer
        table[row, SLOPE] = kind.relief * gain * size / kind.metres
        preview[name] = _colored(small, table[row])
    return Atlas(np.concatenate(layers), table, size, tuple(names), preview)


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


def _layer(pattern: Pattern) -> tuple[npt.NDArray[np.uint8], float]:
    """A pattern's mip chain as bytes, and by how much its slopes (per texel) were divided."""
    height = pattern.height
    slope_x = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * 0.5
    slope_y = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * 0.5
    steep = np.quantile(np.abs(slope_x[::4, ::4]), 0.995)
    gain = float(max(steep, np.quantile(np.abs(slope_y[::4, ::4]), 0.995), 1e-4))
    level = np.zeros((*height.shape, CHANNELS), np.float32)
    for channel, field in enumerate((pattern.blend, pattern.accent, pattern.cavity)):
        level[..., channel] = np.clip(field, 0, 1)
    level[..., 3] = np.clip(pattern.rough + 0.5, 0, 1)
    level[..., 4] = np.clip(0.5 + 0.5 * slope_x / gain, 0, 1)
    level[..., 5] = np.clip(0.5 + 0.5 * slope_y / gain, 0, 1)
    level[..., 6] = np.clip(pattern.vein, 0, 1)
    chain = []
    while True:
        chain.append((level * 255 + 0.5).astype(np.uint8).ravel())
        if level.shape[0] <= SMALLEST:
            return np.concatenate(chain), gain
        level = (level[::2, ::2] + level[1::2, ::2] + level[::2, 1::2] + level[1::2, 1::2]) / 4


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
