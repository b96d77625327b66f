"""One picture: the passes over bands of rows, on all cores, stoppable between bands."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from arena_assets.scene import atmosphere, grade, kernels
from arena_assets.scene.camera import Camera
from arena_assets.scene.compiled import cores
from arena_assets.scene.denoise import denoise
from arena_assets.scene.lighting import Weather
from arena_assets.scene.model import FloatArray
from arena_assets.scene.surface import World

Quality = Literal["draft", "standard", "master"]
Report = Callable[[float], None]
Check = Callable[[], None]

BAND_ROWS = 16


@dataclass(frozen=True, slots=True)
class Effort:
    """What a quality costs: ``shrink`` renders at a fraction and enlarges; ``coarse`` is how many
    times smaller the light picture is; samples per coarse pixel and extra ones on edges."""

    shrink: int
    coarse: int
    samples: int
    edges: int
    shaft_steps: int
    denoiser: Literal["fast", "high"]


EFFORTS: dict[Quality, Effort] = {
    "draft": Effort(2, 3, 1, 2, 4, "fast"),
    "standard": Effort(1, 2, 1, 3, 6, "fast"),
    "master": Effort(1, 1, 2, 7, 12, "high"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """``rgb`` (h, w, 3) bytes; ``depth`` (h, w) metres along the camera's axis, inf for sky;
    ``normal`` (h, w, 3) world; ``mask`` (h, w) 0 for sky, else material + 1 of the stage's list."""

    rgb: npt.NDArray[np.uint8]
    depth: FloatArray
    normal: FloatArray
    mask: npt.NDArray[np.uint8]


class Progress:
    """Counts bands of all passes; asks between bands whether to go on."""

    def __init__(self, total: float, report: Report | None, check: Check | None) -> None:
        self._total, self._done = total, 0.0
        self._report, self._check = report, check

    def step(self, amount: float) -> None:
        self._done += amount
        if self._check is not None:
            self._check()
        if self._report is not None:
            self._report(min(1.0, self._done / self._total))


def workers() -> int:
    """Threads for one picture: every core this process may use."""
    return cores()


def _bands(
    rows: int, weight: float, progress: Progress, work: Callable[[int, int], object]
) -> None:
    """Run ``work(top, bottom)`` over all bands on all cores; the first error stops the rest."""
    edges = [(top, min(rows, top + BAND_ROWS)) for top in range(0, rows, BAND_ROWS)]
    with ThreadPoolExecutor(workers()) as pool:
        futures = [pool.submit(work, *edge) for edge in edges]
        try:
            for future in futures:
                future.result()
                progress.step(weight / len(edges))
        except BaseException:
            for future in futures:
                future.cancel()
            raise


def render(
    world: World,
    camera: Camera,
    now: Weather,
    particles: str | None,
    clear: float,
    width: int,
    height: int,
    quality: Quality,
    seed: int,
    report: Report | None = None,
    check: Check | None = None,
) -> Picture:
    """A finished picture of a world. ``clear`` is how far, in metres, the air stays free of fog.

    Byte-identical for equal inputs, whatever the number of threads.
    """
    effort = EFFORTS[quality]
    full_width, full_height = width, height
    width, height = max(64, width // effort.shrink), max(36, height // effort.shrink)
    progress = Progress(10.0, report, check)
    progress.step(0.0)
    view = camera.rows(width, height)
    seed &= 0xFFFFFFFF
    direct = np.empty((height, width, 3), np.float32)
    reflect, normal = np.empty_like(direct), np.empty_like(direct)
    depth = np.empty((height, width), np.float32)
    ident, sunny = np.empty((height, width), np.uint8), np.empty((height, width), np.uint8)

    def look(top: int, bottom: int) -> None:
        kernels.look(
            world,
            view,
            kernels.new_desk(),
            seed,
            top,
            bottom,
            direct,
            reflect,
            normal,
            depth,
            ident,
            sunny,
        )

    _bands(height, 2.5, progress, look)
    picture, mixed = np.empty_like(direct), np.empty_like(direct)

    def refine(top: int, bottom: int) -> None:
        kernels.refine(
            world, view, kernels.new_desk(), seed, effort.edges, top, bottom, direct, reflect,
            normal, depth, ident, sunny, picture, mixed,
        )  # fmt: skip

    _bands(height, 1.5, progress, refine)

    rows, columns = -(-height // effort.coarse), -(-width // effort.coarse)
    lit = np.empty((rows, columns, 3), np.float32)
    guide, coarse_normal = np.empty_like(lit), np.empty_like(lit)
    coarse_depth = np.empty((rows, columns), np.float32)

    def light(top: int, bottom: int) -> None:
        kernels.light(
            world,
            view,
            kernels.new_desk(),
            seed,
            effort.samples,
            top,
            bottom,
            lit,
            guide,
            coarse_normal,
            coarse_depth,
        )

    _bands(rows, 3.0, progress, light)
    clean = denoise(lit, guide, coarse_normal, effort.denoiser)
    progress.step(1.5)

    def merge(top: int, bottom: int) -> None:
        kernels.merge(
            top, bottom, picture, mixed, normal, depth, clean, coarse_normal, coarse_depth
        )

    _bands(height, 0.3, progress, merge)
    _lay_air(world, view, now, clear, effort, seed, depth, picture, progress)

    exposure = grade.exposure_of(picture, now.exposure)
    marks = atmosphere.drift(now, particles, 0.3 / exposure, seed, width, height)
    atmosphere.scatter(picture, depth, marks)
    bloom = grade.bloom_of(picture, exposure)
    tone = grade.tone_of(now)
    rgb = np.empty((height, width, 3), np.uint8)

    def finish(top: int, bottom: int) -> None:
        grade.finish(picture, bloom, np.float32(exposure), tone, seed, top, bottom, rgb)

    _bands(height, 0.4, progress, finish)
    if (height, width) != (full_height, full_width):
        rgb = grade.enlarge_picture(rgb, full_height, full_width)
        rows_of = np.arange(full_height) * height // full_height
        columns_of = np.arange(full_width) * width // full_width
        depth, normal = (each.take(columns_of, 1).take(rows_of, 0) for each in (depth, normal))
        ident = ident.take(columns_of, 1).take(rows_of, 0)
    return Picture(rgb, depth, normal, ident)


def _lay_air(
    world: World,
    view: FloatArray,
    now: Weather,
    clear: float,
    effort: Effort,
    seed: int,
    depth: FloatArray,
    picture: FloatArray,
    progress: Progress,
) -> None:
    height, width = depth.shape
    scale = atmosphere.SHAFT_SCALE
    shaft = np.zeros((max(2, height // scale), max(2, width // scale)), np.float32)
    strength = 0.0
    if now.has_sun and now.shafts > 0:
        strength = now.shafts * min(0.006, 0.0012 + now.fog_density * 0.5)
        if now.enclosed:
            strength *= 1.5

        def trace(top: int, bottom: int) -> None:
            atmosphere.shafts(
                world,
                view,
                kernels.new_desk(),
                seed,
                effort.shaft_steps,
                70.0,
                depth,
                top,
                bottom,
                shaft,
            )

        _bands(len(shaft), 0.5, progress, trace)
        from scipy import ndimage

        shaft = ndimage.gaussian_filter(shaft, 1.5).astype(np.float32)
    strongest = np.argsort(-world.lamps[:, 7], kind="stable")[:12]
    glow = np.zeros((len(strongest), 6), np.float32)
    glow[:, :3] = world.lamps[strongest, :3]
    haze = min(0.012, 0.0010 + 0.16 * now.fog_density + 0.05 * now.mist)
    glow[:, 3:] = world.lamps[strongest, 3:6] * haze
    closed = float(now.enclosed or now.dark or now.stars)
    numbers = np.array(
        [now.fog_density, clear, now.mist, now.mist_height, strength, closed], np.float32
    )

    def veil(top: int, bottom: int) -> None:
        atmosphere.veil(world.air, view, depth, shaft, glow, numbers, top, bottom, picture)

    _bands(height, 0.3, progress, veil)
