"""Contact sheets of the embedded stage.

``python -m benchmarks.gallery`` renders one arena per theme to ``build/gallery``: three views of
each on one sheet, the wide aerial, a near one, and one in golden hour, dawn or storm. With
``--docs`` it also renders all views of one arena and the three pairs of twins, and keeps small
versions of all sheets in ``docs``.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.views import VIEWS, View, view_by_number
from arena_assets.scene.model import StageSpec
from arena_assets.scene.plan import sample_stage
from arena_assets.scene.stage import Quality, prepare
from arena_assets_tests.scene.pairs import TWINS, specs

Rgb = npt.NDArray[np.uint8]

SMALL_BYTES = 150_000
"""Most that a picture in the docs may take."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/gallery"))
    parser.add_argument("--width", type=int, default=896, help="of a picture, in pixels; 16:9")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--quality", choices=("draft", "standard", "master"), default="standard")
    parser.add_argument("--docs", action="store_true", help="also keep small sheets in docs/")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    size = (options.width, options.quality)
    star = sample_stage(Theme.FLOATING_ISLAND, ManaColor.AETHER, 245491)
    sheets: dict[str, tuple[Callable[[], list[Rgb]], int, int]] = {
        "gallery": (lambda: themes(options.seed, *size), 6, 288)
    }
    if options.docs:
        sheets["contact_sheet"] = (lambda: shoot(star, VIEWS, *size), 4, 400)
        sheets["pairs"] = (lambda: pairs(*size), 4, 360)
    for name, (pictures, columns, small) in sheets.items():
        made = pictures()
        sheet(made, columns, options.width).save(options.out / f"{name}.png")
        if options.docs:
            target = Path("docs") / f"{name}.webp"
            target.write_bytes(small_webp(sheet(made, columns, small)))
        print(options.out / f"{name}.png", flush=True)


def themes(seed: int, width: int, quality: Quality) -> list[Rgb]:
    """Three views of one arena per theme; every colour is used twice."""
    colors = list(ManaColor)
    pictures: list[Rgb] = []
    for index, theme in enumerate(Theme):
        began = time.monotonic()
        color = colors[(index * 5 + seed + index // 6) % len(colors)]
        near, moody = (7, 2, 8)[index % 3], (10, 11, 12)[(index // 2) % 3]
        views = [view_by_number(number) for number in (1, near, moody)]
        pictures += shoot(sample_stage(theme, color, seed * 7919 + index), views, width, quality)
        print(f"{theme} {color}: {time.monotonic() - began:.1f} s", flush=True)
    return pictures


def pairs(width: int, quality: Quality) -> list[Rgb]:
    """Two views of each twin, one pair a row."""
    views = [view_by_number(1), view_by_number(7)]
    return [
        picture for twin in TWINS for spec in specs(twin)
        for picture in shoot(spec, views, width, quality)
    ]  # fmt: skip


def shoot(spec: StageSpec, views: Sequence[View], width: int, quality: Quality) -> list[Rgb]:
    built = prepare(spec)
    height = round(width * 9 / 16)
    return [built.shoot(view, width=width, height=height, quality=quality).rgb for view in views]


def sheet(pictures: Sequence[Rgb], columns: int, width: int) -> Image.Image:
    """Pictures side by side, each ``width`` pixels wide."""
    height = round(width * 9 / 16)
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * width, rows * height))
    for index, picture in enumerate(pictures):
        cell = Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS)
        whole.paste(cell, (index % columns * width, index // columns * height))
    return whole


def small_webp(picture: Image.Image) -> bytes:
    """A picture as WebP at the best quality that fits :data:`SMALL_BYTES`."""
    for quality in range(90, 20, -3):
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= SMALL_BYTES:
            return buffer.getvalue()
    raise SystemExit(f"{picture.size} does not fit {SMALL_BYTES} bytes")


if __name__ == "__main__":
    main()
