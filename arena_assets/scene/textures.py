"""Procedural surface patterns, tileable and colourless: a material's colours are put in later.

A pattern has six fields (size, size), float32: ``blend`` 0–1 between the material's two colours,
``accent`` 0–1 of the third, ``cavity`` 0–1 (how open to light: joints and pits are dark),
``rough`` −0.5 … 0.5 added to roughness, ``height`` 0–1, ``vein`` 0–1 where mana shines through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from arena_assets.scene.materials import Texture
from arena_assets.scene.noise import Field, cells, tileable


@dataclass(slots=True)
class Pattern:
    """The fields of one texture; see the module."""

    blend: Field
    accent: Field
    cavity: Field
    rough: Field
    height: Field
    vein: Field


class _Maker:
    """Draws fields of one size from one generator."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.rng = np.random.default_rng(seed)

    def cloud(self, slope: float = 2.0, lowest: int = 1) -> Field:
        return tileable(self.size, self.rng, slope, lowest)

    def flat(self, value: float = 0.0) -> Field:
        return np.full((self.size, self.size), value, np.float32)

    def gaps(self, across: int, width: float, down: int | None = None) -> tuple[Field, Field]:
        """Lines between Worley cells (1 on the line, 0 off it) and a number per cell."""
        near, far, number = cells(self.size, self.rng, across, down)
        return 1 - smoothstep(0.0, width, far - near), number

    def pits(self, across: int, radius: float) -> Field:
        near, _, number = cells(self.size, self.rng, across)
        return smoothstep(radius, radius * 0.3, near) * smoothstep(0.35, 0.7, number)

    def courses(
        self, rows: int, joint: float, ratio: float = 1.7, vary: float = 0.45
    ) -> tuple[Field, Field]:
        """Coursed masonry: openness (0 in the joint, 1 on the face) and a number per block.

        ``joint`` is in parts of the row height; ``ratio`` a block's mean width over its height.
        """
        size, rng = self.size, self.rng
        face, number = self.flat(), self.flat()
        edges = np.linspace(0, size, rows + 1).astype(int)
        for top, bottom in pairwise(edges):
            height = bottom - top
            count = max(2, round(size / (height * ratio)))
            widths = rng.uniform(1 - vary, 1 + vary, count)
            ends = np.round(np.cumsum(widths) / widths.sum() * size).astype(int)
            starts = np.concatenate([[0], ends[:-1]])
            shift = int(rng.integers(0, size))
            for start, end in zip(starts, ends, strict=True):
                columns = (np.arange(start, end) + shift) % size
                across = np.minimum(np.arange(end - start), np.arange(end - start)[::-1]) + 0.5
                down = np.minimum(np.arange(height), np.arange(height)[::-1]) + 0.5
                edge = np.minimum(across[None, :], down[:, None]) / (joint * size / rows)
                where = np.ix_(np.arange(top, bottom), columns)
                face[where] = smoothstep(0.25, 1.3, edge)
                number[where] = rng.random()
        return face, number


def smoothstep(low: float, high: float, value: npt.ArrayLike) -> Field:
    """0 below ``low``, 1 above ``high``, smooth between; ``low`` may exceed ``high``."""
    t = np.clip((np.asarray(value, np.float32) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _carved(m: _Maker) -> Pattern:
    broad, fine, stain = m.cloud(2.4), m.cloud(1.3, 12), m.cloud(2.2, 2)
    pits = m.pits(46, 0.36) * smoothstep(0.1, 0.8, m.cloud(2.0, 2))
    crack = m.gaps(7, 0.03)[0] * smoothstep(0.1, 0.6, m.cloud(2.2))
    return Pattern(
        0.5 + 0.42 * broad + 0.22 * fine,
        0.6 * smoothstep(0.35, 1.0, stain + 0.4 * fine),
        1 - 0.35 * pits - 0.5 * crack,
        0.12 * fine,
        0.5 + 0.22 * broad + 0.12 * fine - 0.35 * pits - 0.4 * crack,
        crack,
    )


def _blocks(m: _Maker, rows: int = 8, joint: float = 0.045, ratio: float = 1.7) -> Pattern:
    face, number = m.courses(rows, joint, ratio)
    broad, fine, stain = m.cloud(2.2), m.cloud(1.2, 14), m.cloud(2.4)
    pits = m.pits(60, 0.4)
    return Pattern(
        0.42 + 0.3 * broad + 0.2 * fine + 0.5 * (number - 0.5),
        np.maximum(0.65 * smoothstep(0.25, 0.9, stain + 0.4 * fine), 0.5 * (1 - face)),
        (0.35 + 0.65 * face) * (1 - 0.35 * pits),
        0.12 * fine,
        0.62 * face + 0.1 * (number - 0.5) + 0.08 * broad + 0.07 * fine - 0.15 * pits,
        (1 - face) * smoothstep(0, 0.6, broad),
    )


def _veined(m: _Maker) -> Pattern:
    broad, fine = m.cloud(2.6), m.cloud(1.4, 10)
    vein = smoothstep(0.90, 0.995, 1 - np.abs(m.cloud(2.7) + 0.2 * m.cloud(2.0, 4)))
    hair = smoothstep(0.95, 1.0, 1 - np.abs(m.cloud(2.4, 2))) * 0.6
    return Pattern(
        0.4 + 0.5 * broad + 0.1 * fine,
        np.clip(0.65 * vein + 0.35 * hair, 0, 1),
        m.flat(1.0),
        0.10 * broad + 0.06 * fine,
        0.5 + 0.2 * broad + 0.15 * fine - 0.2 * hair,
        vein,
    )


def _veined_blocks(m: _Maker) -> Pattern:
    face, number = m.courses(6, 0.03, 2.0)
    inner = _veined(m)
    inner.blend = (inner.blend + 0.4 * (number - 0.5)).astype(np.float32)
    inner.cavity = 0.45 + 0.55 * face
    inner.height = 0.7 * face + 0.1 * inner.height + 0.08 * number
    return inner


def _flagstones(m: _Maker) -> Pattern:
    broad, fine, stain = m.cloud(2.0), m.cloud(1.1, 16), m.cloud(2.3, 2)
    crack = m.gaps(8, 0.045)[0] * smoothstep(0.15, 0.55, m.cloud(2.0))
    pits, wear = m.pits(80, 0.4), smoothstep(-0.1, 0.8, m.cloud(2.4))
    return Pattern(
        0.48 + 0.4 * broad + 0.2 * fine,
        np.maximum(0.45 * smoothstep(0.3, 0.9, stain), 0.6 * crack),
        1 - 0.6 * crack - 0.35 * pits,
        np.asarray(0.16 * broad - 0.22 * wear + 0.1, np.float32),
        0.5 + 0.14 * broad + 0.09 * fine - 0.4 * crack - 0.15 * pits,
        crack,
    )


def _tesserae(m: _Maker) -> Pattern:
    gap, number = m.gaps(42, 0.14)
    band = smoothstep(0.75, 0.95, np.abs(m.cloud(2.8)) * 2)
    return Pattern(
        np.clip(0.25 + 0.5 * number - 0.1 + 0.5 * band, 0, 1),
        0.8 * gap,
        1 - 0.45 * gap,
        0.2 * (number - 0.5),
        0.7 - 0.6 * gap + 0.15 * number,
        gap * 0.3,
    )


def _rock(m: _Maker) -> Pattern:
    broad, middle, fine = m.cloud(2.4), m.cloud(1.6, 7), m.cloud(1.0, 26)
    near, far, number = cells(m.size, m.rng, 9)
    ledge = smoothstep(0.0, 0.45, far - near)
    ridge = 1 - np.abs(m.cloud(2.2, 2)) * 1.6
    crack = 1 - smoothstep(0.0, 0.035, far - near)
    return Pattern(
        0.5 + 0.35 * broad + 0.25 * middle + 0.12 * fine,
        0.5 * smoothstep(0.3, 1.0, m.cloud(2.2) + 0.5 * middle),
        (0.62 + 0.38 * ledge) * (0.9 + 0.1 * np.clip(fine, -1, 1)),
        0.14 * middle + 0.06 * fine,
        0.30 * ridge + 0.16 * middle + 0.045 * fine + 0.16 * ledge + 0.08 * number,
        crack * smoothstep(0, 0.5, broad),
    )


def _cracked(m: _Maker) -> Pattern:
    broad, fine = m.cloud(2.3), m.cloud(1.2, 12)
    crack, number = m.gaps(11, 0.09)
    small = m.gaps(30, 0.12)[0]
    return Pattern(
        0.5 + 0.35 * broad + 0.2 * fine + 0.25 * (number - 0.5),
        0.5 * smoothstep(0.2, 0.8, m.cloud(2.2)),
        1 - 0.6 * crack - 0.25 * small,
        0.12 * fine,
        0.55 + 0.2 * broad + 0.1 * fine - 0.45 * crack - 0.12 * small + 0.1 * number,
        crack,
    )


def _porous(m: _Maker) -> Pattern:
    broad, fine = m.cloud(2.2), m.cloud(1.3, 10)
    large, small = m.pits(14, 0.5), m.pits(40, 0.45)
    return Pattern(
        0.5 + 0.35 * broad + 0.25 * fine,
        0.7 * smoothstep(0.2, 0.9, m.cloud(2.1, 2)),
        (1 - 0.5 * large) * (1 - 0.4 * small),
        0.1 * fine,
        0.55 + 0.2 * broad + 0.1 * fine - 0.4 * large - 0.25 * small,
        small * 0.4,
    )


def _bricks(m: _Maker) -> Pattern:
    made = _blocks(m, 22, 0.10, 2.9)
    made.blend = np.clip(made.blend * 1.25 - 0.1, 0, 1)
    return made


def _frost(m: _Maker) -> Pattern:
    broad, fine = m.cloud(2.5), m.cloud(1.5, 10)
    large, small = m.gaps(6, 0.03)[0], m.gaps(17, 0.035)[0] * smoothstep(0, 0.6, m.cloud(2.0))
    return Pattern(
        0.5 + 0.5 * broad + 0.1 * fine,
        np.clip(0.75 * large + 0.4 * small + 0.35 * smoothstep(0.3, 1, fine + broad), 0, 1),
        m.flat(1.0),
        0.18 * np.clip(fine + broad, -1, 1) + 0.25 * large,
        0.5 + 0.2 * broad + 0.1 * fine - 0.2 * large,
        large,
    )


def _drifts(m: _Maker) -> Pattern:
    broad, fine, grain = m.cloud(2.7), m.cloud(1.5, 14), m.cloud(0.4, 60)
    return Pattern(
        0.5 - 0.45 * broad - 0.12 * fine,
        0.5 * smoothstep(0.1, 0.9, grain),
        1 - 0.06 * np.clip(-fine, 0, 1),
        0.1 * fine + 0.1 * grain,
        0.5 + 0.3 * broad + 0.05 * fine + 0.008 * grain,
        m.flat(),
    )


def _ripples(m: _Maker) -> Pattern:
    bend, grain = m.cloud(2.8), m.cloud(0.5, 50)
    row = np.arange(m.size, dtype=np.float32)[:, None] / m.size
    phase = (row * 26 + 1.3 * bend) * 2 * np.pi
    wave = 0.5 + 0.5 * np.sin(phase + 0.5 * np.sin(phase))
    strength = 0.35 + 0.65 * smoothstep(-0.5, 0.6, m.cloud(2.4))
    return Pattern(
        0.55 - 0.3 * (wave - 0.5) * strength - 0.3 * bend + 0.12 * grain,
        0.4 * smoothstep(0.4, 1.0, m.cloud(2.2)),
        1 - 0.12 * (1 - wave) * strength,
        0.05 * grain,
        0.4 + 0.42 * wave * strength + 0.18 * bend + 0.03 * grain,
        m.flat(),
    )


def _turf(m: _Maker) -> Pattern:
    broad, clump, blade = m.cloud(2.4), m.cloud(1.7, 7), m.cloud(0.7, 40)
    return Pattern(
        0.5 + 0.3 * broad + 0.3 * clump + 0.25 * blade,
        0.85 * smoothstep(0.35, 1.0, m.cloud(2.3) + 0.4 * clump),
        np.clip(0.78 + 0.22 * clump + 0.22 * blade, 0.3, 1),
        m.flat(),
        0.45 + 0.25 * clump + 0.2 * blade,
        m.flat(),
    )


def _litter(m: _Maker) -> Pattern:
    gap, number = m.gaps(34, 0.25)
    broad, fine = m.cloud(2.3), m.cloud(1.0, 24)
    leaf = smoothstep(0.45, 0.6, number) * (1 - gap)
    return Pattern(
        0.5 + 0.4 * broad + 0.2 * fine,
        leaf * (0.35 + 0.6 * number),
        np.clip(0.85 + 0.15 * fine - 0.45 * gap, 0.3, 1),
        -0.1 * leaf,
        0.4 + 0.15 * broad + 0.15 * fine + 0.25 * leaf,
        m.flat(),
    )


def _boards(m: _Maker) -> Pattern:
    face, number = m.courses(8, 0.05, 9.0, 0.2)
    grain = np.repeat(m.cloud(1.1, 3)[:, ::16], 16, axis=1)[:, : m.size]
    fine, stain = m.cloud(1.4, 12), m.cloud(2.4)
    return Pattern(
        0.45 + 0.3 * grain + 0.5 * (number - 0.5) + 0.1 * fine,
        np.maximum(1 - face, 0.4 * smoothstep(0.3, 1, stain)),
        0.3 + 0.7 * face,
        0.1 * grain,
        0.6 * face + 0.15 * grain + 0.1 * number,
        m.flat(),
    )


def _bark(m: _Maker) -> Pattern:
    ridges = np.repeat(m.cloud(1.5, 6)[::8], 8, axis=0)[: m.size]
    gap, _ = m.gaps(16, 0.35, 5)
    fine = m.cloud(1.2, 14)
    return Pattern(
        0.5 + 0.35 * gap + 0.25 * ridges + 0.15 * fine,
        0.6 * smoothstep(0.3, 0.9, m.cloud(2.2)),
        1 - 0.5 * gap,
        0.05 * fine,
        0.6 - 0.45 * gap + 0.2 * ridges + 0.08 * fine,
        m.flat(),
    )


def _brushed(m: _Maker) -> Pattern:
    broad, fine = m.cloud(2.3), m.cloud(1.2, 16)
    scratch = np.repeat(m.cloud(0.4, 20)[:, ::32], 32, axis=1)[:, : m.size]
    dents, wear = m.pits(20, 0.3), smoothstep(0.1, 0.9, m.cloud(2.2))
    return Pattern(
        0.3 + 0.5 * wear + 0.15 * fine,
        m.flat(),
        1 - 0.15 * wear - 0.1 * dents,
        0.14 * wear + 0.05 * scratch + 0.06 * fine,
        0.5 + 0.2 * broad + 0.06 * fine + 0.05 * scratch - 0.2 * dents,
        m.flat(),
    )


def _plates(m: _Maker) -> Pattern:
    made = _brushed(m)
    face, number = m.courses(3, 0.02, 1.5, 0.1)
    step = np.arange(m.size) / m.size * 24 % 1 - 0.5
    bolt = smoothstep(0.30, 0.2, np.hypot(step[:, None], step[None, :]))
    bolt = bolt * smoothstep(0.999, 0.9, face + 0 * number)
    rust = smoothstep(0.2, 0.9, m.cloud(2.1) + 0.5 * (1 - face))
    made.accent = 0.75 * rust
    made.rough = made.rough + 0.3 * rust
    made.height = 0.6 * face + 0.25 * bolt + 0.1 * made.height + 0.06 * number
    made.cavity = made.cavity * (0.35 + 0.65 * face)
    return made


def _patina(m: _Maker) -> Pattern:
    made = _brushed(m)
    crust = m.cloud(2.1) + 0.4 * m.cloud(1.3, 12)
    made.blend = smoothstep(-0.25, 0.35, crust)
    made.accent = 0.7 * smoothstep(0.5, 1.1, crust)
    made.rough = made.rough + 0.3 * made.blend
    return made


def _foliage(m: _Maker) -> Pattern:
    broad, fine = m.cloud(2.0), m.cloud(1.0, 20)
    return Pattern(
        0.5 + 0.5 * broad + 0.25 * fine,
        m.flat(),
        np.clip(0.9 + 0.15 * fine, 0.5, 1),
        0.08 * fine,
        0.5 + 0.2 * fine,
        m.flat(),
    )


def _crust(m: _Maker) -> Pattern:
    broad, fine = m.cloud(2.2), m.cloud(1.3, 10)
    crack, number = m.gaps(9, 0.30)
    hot = np.clip(crack * (0.6 + 0.6 * broad) + smoothstep(0.35, 1.0, m.cloud(2.5)), 0, 1)
    return Pattern(
        0.5 + 0.4 * broad,
        m.flat(),
        1 - 0.3 * crack,
        0.1 * fine,
        0.5 - 0.4 * hot + 0.15 * fine + 0.1 * number,
        hot * hot,
    )


def _waves(m: _Maker) -> Pattern:
    swell, ripple = m.cloud(2.6, 2), m.cloud(2.2, 8)
    return Pattern(
        0.5 + 0.4 * swell,
        m.flat(),
        m.flat(1.0),
        m.flat(),
        0.5 + 0.25 * swell + 0.14 * ripple,
        m.flat(),
    )


def _weave(m: _Maker) -> Pattern:
    step = np.arange(m.size, dtype=np.float32) / m.size * 24 * 2 * np.pi
    thread = 0.5 + 0.25 * np.sin(step)[:, None] + 0.25 * np.sin(step)[None, :]
    stain, row = m.cloud(2.3), np.arange(m.size, dtype=np.float32) / m.size
    border = smoothstep(0.44, 0.45, np.abs(row - 0.5)) * smoothstep(0.49, 0.48, np.abs(row - 0.5))
    return Pattern(
        0.5 + 0.4 * stain,
        np.broadcast_to(border[:, None] * 0.8, thread.shape).astype(np.float32),
        0.75 + 0.25 * thread.astype(np.float32),
        m.flat(),
        thread.astype(np.float32),
        m.flat(),
    )


def _ground(m: _Maker) -> Pattern:
    broad, fine, grain = m.cloud(2.2), m.cloud(1.3, 10), m.cloud(0.6, 40)
    pebble_gap, number = m.gaps(30, 0.3)
    pebble = (1 - pebble_gap) * smoothstep(0.6, 0.75, number)
    return Pattern(
        0.5 + 0.35 * broad + 0.2 * fine + 0.1 * grain - 0.3 * pebble,
        0.5 * smoothstep(0.3, 0.9, m.cloud(2.2)),
        np.clip(0.92 + 0.1 * fine - 0.3 * pebble_gap * smoothstep(0.6, 0.75, number), 0.3, 1),
        0.05 * grain,
        0.4 + 0.2 * broad + 0.12 * fine + 0.04 * grain + 0.3 * pebble,
        m.flat(),
    )


_MAKERS: dict[Texture, Callable[[_Maker], Pattern]] = {
    Texture.CARVED: _carved,
    Texture.BLOCKS: _blocks,
    Texture.VEINED: _veined,
    Texture.VEINED_BLOCKS: _veined_blocks,
    Texture.FLAGSTONES: _flagstones,
    Texture.TESSERAE: _tesserae,
    Texture.ROCK: _rock,
    Texture.CRACKED: _cracked,
    Texture.POROUS: _porous,
    Texture.BRICKS: _bricks,
    Texture.FROST: _frost,
    Texture.DRIFTS: _drifts,
    Texture.RIPPLES: _ripples,
    Texture.TURF: _turf,
    Texture.LITTER: _litter,
    Texture.BOARDS: _boards,
    Texture.BARK: _bark,
    Texture.BRUSHED: _brushed,
    Texture.PLATES: _plates,
    Texture.PATINA: _patina,
    Texture.FOLIAGE: _foliage,
    Texture.CRUST: _crust,
    Texture.WAVES: _waves,
    Texture.WEAVE: _weave,
    Texture.GROUND: _ground,
}


def draw(texture: Texture, size: int, seed: int) -> Pattern:
    """The pattern of a texture, ``size`` pixels square (a power of two)."""
    return _MAKERS[texture](_Maker(size, seed))
