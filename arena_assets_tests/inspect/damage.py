"""Views of real places, and ways to spoil a picture: what the checks must tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.views import VIEWS
from arena_assets.scene import plan
from arena_assets.scene.stage import Shot, prepare
from arena_assets_tests.scene.places import spec

WIDTH, HEIGHT = 320, 180
VIEWS_PER_THEME = 4

Rgb = npt.NDArray[np.uint8]


def shots_of(theme: Theme, count: int = VIEWS_PER_THEME) -> Iterator[tuple[str, Shot]]:
    """Views of one place of a theme; over the themes, all twelve come round."""
    turn = list(Theme).index(theme)
    chosen = spec(
        theme=theme,
        mana_color=list(ManaColor)[turn % len(ManaColor)],
        seed=900 + turn,
        centrepiece=plan._THEME_CENTRES[theme][0],
        features=plan._THEME_FEATURES[theme][:3],
    )
    place = prepare(chosen, quality="draft")
    for step in range(count):
        view = VIEWS[(turn + step * (len(VIEWS) // count)) % len(VIEWS)]
        yield view.slot, place.shoot(view, width=WIDTH, height=HEIGHT, quality="standard")


def saved(folder: Path, picture: Rgb, name: str = "view.png") -> Path:
    path = folder / name
    Image.fromarray(picture).save(path, compress_level=1)
    return path


def _clip(picture: npt.NDArray[Any]) -> Rgb:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _noise(shot: Shot) -> Rgb:
    grain = np.random.default_rng(3).normal(0, 60, shot.rgb.shape)
    return _clip(0.3 * shot.rgb + 80 + grain)


def _fog_between(shot: Shot) -> Rgb:
    """Air so thick that little light comes through ten metres of it."""
    through = np.exp(-np.minimum(shot.depth, 1e3) / 4.0)[..., None]
    return _clip(shot.rgb * through + 170.0 * (1 - through))


def _wall(shot: Shot) -> Rgb:
    """A plain wall a step before the lens, over four fifths of the picture."""
    picture = shot.rgb.copy()
    covered = picture[:, : WIDTH * 4 // 5]
    covered[:] = _clip(45 + np.random.default_rng(5).normal(0, 2, covered.shape))
    return picture


def _speck(shot: Shot) -> Rgb:
    """A sixth of the picture, enlarged."""
    part = shot.rgb[75:105, 133:187]
    return np.asarray(cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)


def _blur(sigma: float) -> Callable[[Shot], Rgb]:
    return lambda shot: np.asarray(cv2.GaussianBlur(shot.rgb, (0, 0), sigma), np.uint8)


DAMAGES: dict[str, tuple[set[str], Callable[[Shot], Rgb]]] = {
    "blank": ({"detail"}, lambda shot: np.full_like(shot.rgb, 118)),
    "black": ({"exposure"}, lambda shot: _clip(shot.rgb * 0.02)),
    "too dark": ({"exposure"}, lambda shot: _clip(shot.rgb * 0.08)),
    "blown out": ({"exposure"}, lambda shot: _clip(shot.rgb * 4.0 + 90)),
    "soft": ({"sharpness"}, _blur(2.0)),
    "blurred": ({"sharpness"}, _blur(4.0)),
    "noise": ({"sharpness"}, _noise),
    "washed out": ({"clear air"}, lambda shot: _clip(0.15 * shot.rgb + 0.85 * 190)),
    "thick fog": ({"clear air", "detail"}, _fog_between),
    "near wall": ({"detail"}, _wall),
    "speck enlarged": ({"sharpness"}, _speck),
}
"""What was done, and the checks of which one at least must find it."""


def _cropped(picture: Rgb, share: float, left: float, top: float) -> Rgb:
    rows, columns = round(HEIGHT * share), round(WIDTH * share)
    y, x = round((HEIGHT - rows) * top), round((WIDTH - columns) * left)
    part = picture[y : y + rows, x : x + columns]
    return np.asarray(cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)


COPIES: dict[str, Callable[[Rgb], Rgb]] = {
    "mirrored": lambda picture: np.ascontiguousarray(picture[:, ::-1]),
    "cropped a little": lambda picture: _cropped(picture, 0.95, 0.9, 0.2),
    "cropped": lambda picture: _cropped(picture, 0.86, 0.3, 0.8),
    "mirrored and cropped": lambda picture: _cropped(
        np.ascontiguousarray(picture[:, ::-1]), 0.9, 0.5, 0.5
    ),
    "brighter": lambda picture: _clip(picture * 1.3),
    "softer": lambda picture: np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.0), np.uint8),
}
"""Ways to pass one view off as another."""
