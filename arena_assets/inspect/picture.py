"""Is a picture whole, of the right size, and worth looking at; do two pictures show the same.

The thresholds were set on rendered arena views, bright and dark, against blank, flat, blurred and
noisy ones. They ask for less than a person would, so that dark themes pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
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

MIN_CONTRAST = 0.045
MIN_ENTROPY = 4.0
MIN_EDGE_FRACTION = 0.02
MIN_SHARPNESS = 2.5
REBLUR_RANGE = (0.07, 0.90)
MEAN_RANGE = (0.015, 0.96)
MIN_HIGHLIGHT = 0.12
NEAR_DUPLICATE_BITS = 20
HASH_BITS = 256

_HASH_SIDE = 16
_HASH_OVERSAMPLING = 4
_EDGE_STEP = 24
_MODES = frozenset({"RGB", "RGBA", "L", "LA", "P"})
_SUFFIXES = {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG", ".jpeg": "JPEG"}
_AGAIN = "Redo the slot; if it happens again, look at what makes its pictures"


def check_picture(
    path: Path, *, width: int, height: int
) -> tuple[dict[str, Measurement], tuple[Finding, ...]]:
    """Measure a PNG, WebP or JPEG that should have ``width`` × ``height`` pixels.

    Luma statistics are on a 0–1 scale but for ``sharpness``, the variance of the Laplacian on 0–255
    (Pech-Pacheco et al., 2000). ``reblur`` is how much of the gradient a 9-pixel blur leaves (after
    Crete et al., 2007): near 1 for a blurred picture, near 0 for noise. A file that is no such
    picture, is cut short or claims too many pixels raises :class:`ContentFault`.
    """
    picture_format, gray = _decode(path)
    rows, columns = gray.shape
    mean, contrast = (float(value[0, 0]) / 255 for value in cv2.meanStdDev(gray))
    highlight = float(np.percentile(gray[::4, ::4], 99)) / 255
    entropy, edges = _entropy(gray), _edge_fraction(gray)
    sharpness, reblur = _sharpness(gray), _reblur(gray)
    measurements: dict[str, Measurement] = {
        "width": columns,
        "height": rows,
        "format": picture_format,
        "bytes": path.stat().st_size,
        "mean": round(mean, 4),
        "contrast": round(contrast, 4),
        "entropy_bits": round(entropy, 3),
        "edge_fraction": round(edges, 4),
        "sharpness": round(sharpness, 1),
        "reblur": round(reblur, 4),
    }
    low, high = MEAN_RANGE
    least, most = REBLUR_RANGE
    return measurements, (
        Finding(
            check="size",
            passed=(columns, rows) == (width, height),
            said=f"{columns}×{rows} pixels, {width}×{height} wanted",
        ),
        Finding(
            check="exposure",
            passed=low <= mean <= high and highlight >= MIN_HIGHLIGHT,
            said=f"mean luma {mean:.2f} ({low}–{high}), highlights {highlight:.2f} "
            f"(at least {MIN_HIGHLIGHT})",
        ),
        Finding(
            check="detail",
            passed=contrast >= MIN_CONTRAST
            and entropy >= MIN_ENTROPY
            and edges >= MIN_EDGE_FRACTION,
            said=f"contrast {contrast:.3f} (at least {MIN_CONTRAST}), entropy {entropy:.1f} bits "
            f"(at least {MIN_ENTROPY:g}), edges {edges:.1%} (at least {MIN_EDGE_FRACTION:.0%})",
        ),
        Finding(
            check="sharpness",
            passed=sharpness >= MIN_SHARPNESS and least <= reblur <= most,
            said=f"Laplacian variance {sharpness:.0f} (at least {MIN_SHARPNESS:g}), re-blur ratio "
            f"{reblur:.2f} ({least}–{most})",
        ),
    )


def perceptual_hash(path: Path) -> str:
    """A 256-bit hash of how a picture looks, as 64 hex digits.

    pHash (Zauner, 2010): the signs of the 16 × 16 lowest frequencies of a 64 × 64 luma thumbnail
    against their median. Pictures that look alike differ in few bits.
    """
    side = _HASH_SIDE * _HASH_OVERSAMPLING
    thumbnail = cv2.resize(_decode(path)[1], (side, side), interpolation=cv2.INTER_AREA)
    low = cv2.dct(thumbnail.astype(np.float64))[:_HASH_SIDE, :_HASH_SIDE]
    return np.packbits(low > np.median(low)).tobytes().hex()


def hash_distance(one: str, other: str) -> int:
    """In how many of their 256 bits two perceptual hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def nearest_distance(one: str, others: Iterable[str]) -> int | None:
    """The distance to the most similar of other hashes; ``None`` when there is no other."""
    return min((hash_distance(one, other) for other in others), default=None)


def check_distinct(hashes: Mapping[str, str]) -> tuple[Finding, ...]:
    """One finding that all named pictures differ, or one for each pair that looks the same."""
    distances = {
        (first, second): hash_distance(hashes[first], hashes[second])
        for first, second in combinations(hashes, 2)
    }
    alike = {pair: bits for pair, bits in distances.items() if bits < NEAR_DUPLICATE_BITS}
    if alike:
        return tuple(
            Finding(
                check="distinct",
                passed=False,
                said=f"{first} and {second} look the same: {bits} of {HASH_BITS} bits differ, "
                f"at least {NEAR_DUPLICATE_BITS} should",
            )
            for (first, second), bits in alike.items()
        )
    closest = min(distances.values(), default=HASH_BITS)
    said = f"the two most alike differ in {closest} of {HASH_BITS} bits"
    return (Finding(check="distinct", passed=True, said=said),)


def sniff_format(head: bytes) -> str | None:
    """``PNG``, ``WEBP`` or ``JPEG`` from a file's first 12 bytes."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return None


def _decode(path: Path) -> tuple[str, Gray]:
    """The format and the luma (rows, columns) of a picture; transparent parts count as black."""
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
            return found, _luma(image)
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


def _luma(image: Image.Image) -> Gray:
    if "A" in image.getbands() or "transparency" in image.info:
        black = Image.new("RGBA", image.size, "black")
        return np.asarray(Image.alpha_composite(black, image.convert("RGBA")).convert("L"))
    return np.asarray(image.convert("L"))


def _require_plain(path: Path, image: Image.Image) -> None:
    columns, rows = image.size
    if columns * rows > PICTURE_PIXELS or min(columns, rows) < _HASH_SIDE:
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


def _reblur(gray: Gray) -> float:
    blurred = np.asarray(cv2.blur(gray, (9, 9)))
    before, after = _variation(gray), _variation(blurred)
    return after / before if before else 1.0


def _variation(gray: npt.NDArray[Any]) -> float:
    across = cv2.norm(gray[:, 1:], gray[:, :-1], cv2.NORM_L1)
    down = cv2.norm(gray[1:], gray[:-1], cv2.NORM_L1)
    return float(across + down)
