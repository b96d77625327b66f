"""Is a picture whole, of the right size, and worth looking at.

The thresholds lie between what was measured on rendered views of every theme and on the same views
damaged; ``docs/checks.md`` has the figures. They ask for less than a person would.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from arena_assets.domain.manifest import Finding, Measurement
from arena_assets.errors import ContentFault
from arena_assets.inspect.limits import PICTURE_BYTES, PICTURE_PIXELS, require_size

Gray = npt.NDArray[np.uint8]

CANONICAL_WIDTH = 320
"""Pixels across at which a picture is judged, so that a thumbnail and a master measure alike."""
MIN_CONTRAST = 0.06
MIN_SPREAD = 0.13
MIN_ENTROPY = 4.8
MIN_EDGE_FRACTION = 0.17
MAX_FLAT_SHARE = 0.62
MIN_SHARPNESS = 32.0
REBLUR_RANGE = (0.15, 0.79)
FINE_REBLUR_RANGE = (0.075, 0.71)
MEAN_RANGE = (0.06, 0.75)
MIN_HIGHLIGHT = 0.25
MAX_CLIPPED = 0.04

_MIN_SIDE = 16
_EDGE_STEP = 24
_TILE = 20
_FLAT = 3.0
_WHITE = 247
_MODES = frozenset({"RGB", "RGBA", "L", "LA", "P"})
_SUFFIXES = {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG", ".jpeg": "JPEG"}
_AGAIN = "Redo the slot; if it happens again, look at what makes its pictures"


def check_picture(
    path: Path, *, width: int, height: int
) -> tuple[dict[str, Measurement], tuple[Finding, ...]]:
    """Measure a PNG, WebP or JPEG that should have ``width`` × ``height`` pixels.

    Statistics are of the luma, 0–1, of the picture made ``CANONICAL_WIDTH`` wide. ``spread`` lies
    between the 5th and 95th percentile; ``clipped`` is the share of white; ``flat`` the share of
    20-pixel tiles without structure. ``sharpness`` is the variance of the Laplacian on 0–255
    (Pech-Pacheco et al., 2000). ``reblur`` is how much of the gradient a 5-pixel blur leaves (after
    Crete et al., 2007), ``fine_reblur`` a 9-pixel blur of the picture in its own size: near 1 for a
    blurred picture, near 0 for noise. A file that is no such picture, is cut short or claims too
    many pixels raises :class:`ContentFault`.
    """
    picture_format, own = decode_luma(path)
    rows, columns = own.shape
    gray = _canonical(own)
    mean, contrast = (float(value[0, 0]) / 255 for value in cv2.meanStdDev(gray))
    dark, bright, highlight = (float(each) / 255 for each in np.percentile(gray, (5, 95, 99)))
    spread, clipped = bright - dark, float((gray >= _WHITE).mean())
    entropy, edges, flat = _entropy(gray), _edge_fraction(gray), _flat_share(gray)
    sharpness, reblur, fine = _sharpness(gray), _reblur(gray, 5), _reblur(own, 9)
    measurements: dict[str, Measurement] = {
        "width": columns,
        "height": rows,
        "format": picture_format,
        "bytes": path.stat().st_size,
        "mean": round(mean, 4),
        "contrast": round(contrast, 4),
        "spread": round(spread, 4),
        "highlight": round(highlight, 4),
        "clipped": round(clipped, 4),
        "entropy_bits": round(entropy, 3),
        "edge_fraction": round(edges, 4),
        "flat": round(flat, 4),
        "sharpness": round(sharpness, 1),
        "reblur": round(reblur, 4),
        "fine_reblur": round(fine, 4),
    }
    low, high = MEAN_RANGE
    return measurements, (
        Finding(
            check="size",
            passed=(columns, rows) == (width, height),
            said=f"{columns}×{rows} pixels, {width}×{height} wanted",
        ),
        Finding(
            check="exposure",
            passed=low <= mean <= high and highlight >= MIN_HIGHLIGHT and clipped <= MAX_CLIPPED,
            said=f"mean luma {mean:.2f} ({low}–{high}), highlights {highlight:.2f} "
            f"(at least {MIN_HIGHLIGHT}), white {clipped:.1%} (at most {MAX_CLIPPED:.0%})",
        ),
        Finding(
            check="clear air",
            passed=contrast >= MIN_CONTRAST and spread >= MIN_SPREAD,
            said=f"contrast {contrast:.3f} (at least {MIN_CONTRAST}), spread {spread:.2f} "
            f"(at least {MIN_SPREAD})",
        ),
        Finding(
            check="detail",
            passed=entropy >= MIN_ENTROPY and edges >= MIN_EDGE_FRACTION and flat <= MAX_FLAT_SHARE,
            said=f"entropy {entropy:.1f} bits (at least {MIN_ENTROPY}), edges {edges:.0%} "
            f"(at least {MIN_EDGE_FRACTION:.0%}), flat {flat:.0%} (at most {MAX_FLAT_SHARE:.0%})",
        ),
        Finding(
            check="sharpness",
            passed=sharpness >= MIN_SHARPNESS
            and _within(reblur, REBLUR_RANGE)
            and _within(fine, FINE_REBLUR_RANGE),
            said=f"Laplacian variance {sharpness:.0f} (at least {MIN_SHARPNESS:g}), re-blur ratio "
            f"{reblur:.2f} ({_said(REBLUR_RANGE)}), {fine:.2f} in full size "
            f"({_said(FINE_REBLUR_RANGE)})",
        ),
    )


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _said(limits: tuple[float, float]) -> str:
    return f"{limits[0]}–{limits[1]}"


def _canonical(gray: Gray) -> Gray:
    rows, columns = gray.shape
    size = (CANONICAL_WIDTH, max(1, round(CANONICAL_WIDTH * rows / columns)))
    shrinks = columns > CANONICAL_WIDTH
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, size, interpolation=how), np.uint8)


def sniff_format(head: bytes) -> str | None:
    """``PNG``, ``WEBP`` or ``JPEG`` from a file's first 12 bytes."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return None


def decode_luma(path: Path) -> tuple[str, Gray]:
    """The format and the luma (rows, columns) of a picture; transparent parts count as black."""
    with decode_plain(path) as image:
        return str(image.format), _luma(image)


@contextmanager
def decode_plain(path: Path) -> Iterator[Image.Image]:
    """A picture of an allowed format and sane size, open for the block.

    Raises :class:`ContentFault` for anything else, also when its pixels turn out to be broken.
    """
    require_size(path, PICTURE_BYTES, "picture")
    with path.open("rb") as file:
        found = sniff_format(file.read(12))
    if found is None:
        raise ContentFault(f"{path.name} is no PNG, WebP or JPEG picture", _AGAIN)
    named = _SUFFIXES.get(path.suffix.lower(), found)
    if named != found:
        raise ContentFault(f"{path.name} is named {named} and holds {found}", _AGAIN)
    try:
        with Image.open(path, formats=[found]) as image:
            _require_plain(path, image)
            image.load()
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise ContentFault(f"{path.name} cannot be decoded ({error})", _AGAIN) from error
    yield image


def _luma(image: Image.Image) -> Gray:
    if "A" in image.getbands() or "transparency" in image.info:
        black = Image.new("RGBA", image.size, "black")
        return np.asarray(Image.alpha_composite(black, image.convert("RGBA")).convert("L"))
    return np.asarray(image.convert("L"))


def _require_plain(path: Path, image: Image.Image) -> None:
    columns, rows = image.size
    if columns * rows > PICTURE_PIXELS or min(columns, rows) < _MIN_SIDE:
        raise ContentFault(
            f"{path.name} claims {columns}×{rows} pixels, at most "
            f"{PICTURE_PIXELS // 10**6} million are opened",
            "Set a smaller picture size for whatever makes it",
        )
    if getattr(image, "n_frames", 1) != 1 or image.mode not in _MODES:
        raise ContentFault(f"{path.name} is animated or of an unusual kind ({image.mode})", _AGAIN)


def _entropy(gray: Gray) -> float:
    counts = np.asarray(cv2.calcHist([gray], [0], None, [256], [0, 256])).ravel()
    shares = counts[counts > 0] / gray.size
    return float(-(shares * np.log2(shares)).sum())


def _edge_fraction(gray: Gray) -> float:
    """The share of pixels where a Sobel gradient passes a visible step."""
    horizontal, vertical = cv2.spatialGradient(gray)
    strength = cv2.add(cv2.convertScaleAbs(horizontal), cv2.convertScaleAbs(vertical))
    return int(np.count_nonzero(np.asarray(strength) > _EDGE_STEP)) / gray.size


def _sharpness(gray: Gray) -> float:
    return float(cv2.meanStdDev(cv2.Laplacian(gray, cv2.CV_16S))[1][0, 0]) ** 2


def _flat_share(gray: Gray) -> float:
    """The share of tiles that hold nothing: a wall at the lens, an empty sky, a wash of light."""
    rows, columns = (side // _TILE * _TILE for side in gray.shape)
    tiles = gray[:rows, :columns].reshape(rows // _TILE, _TILE, columns // _TILE, _TILE)
    return float((tiles.astype(np.float32).std((1, 3)) < _FLAT).mean()) if tiles.size else 1.0


def _reblur(gray: Gray, side: int) -> float:
    blurred = np.asarray(cv2.blur(gray, (side, side)))
    before, after = _variation(gray), _variation(blurred)
    return after / before if before else 1.0


def _variation(gray: npt.NDArray[Any]) -> float:
    across = cv2.norm(gray[:, 1:], gray[:, :-1], cv2.NORM_L1)
    down = cv2.norm(gray[1:], gray[:-1], cv2.NORM_L1)
    return float(across + down)
