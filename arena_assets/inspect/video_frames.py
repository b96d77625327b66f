"""Watching a video: every frame decoded once, for what an eye would notice at a glance."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from arena_assets.inspect.video_probe import open_untrusted
from arena_assets.inspect.video_repeats import Signature, repeated_stretch, signature

_BLACK_LEVEL = 20
"""Limited-range luma; black is 16."""
_BLACK_SHARE = 0.98
_NEAR = 5
"""Frames on each side of a loop's seam that belong to it."""
_STILL = 0.02
"""Mean difference of neighbouring frames, in steps of 255, below which nothing moved."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen. Differences are means of absolute luma differences, in steps of 255.

    ``seam`` compares the first frame with the last, ``around_seam`` is the largest change among the
    few frames before and after it; ``repeated`` counts frames that equal one before their
    predecessor exactly; ``stretch`` is the first frame and lag of a stretch that comes again.
    """

    frames: int
    black: int
    corrupt: int
    longest_freeze: int
    repeated: int
    stretch: tuple[int, int] | None
    median_change: float
    largest_change: float
    seam: float
    around_seam: float


def watch(path: Path, *, stop_after: int | None = None, period: int | None = None) -> Watched:
    """Decode the first ``stop_after`` frames, or all. Raises ContentFault when that fails.

    With a ``period`` the pictures are meant to come again after so many frames.
    """
    first: npt.NDArray[np.int16] | None = None
    last: npt.NDArray[np.int16] | None = None
    seen: dict[bytes, int] = {}
    changes: list[float] = []
    signatures: list[Signature] = []
    black = corrupt = repeated = freeze = longest = count = 0
    with open_untrusted(path) as container:
        stream = container.streams.video[0]
        for frame in container.decode(stream):
            plane = frame.planes[0]
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            stride = max(1, frame.width // 240)
            plain = np.ascontiguousarray(rows[: frame.height : stride, : frame.width : stride])
            if period and count % period == 0:
                seen.clear()
            if not period or count < period:
                signatures.append(signature(plain))
            small = plain.astype(np.int16)
            corrupt += frame.is_corrupt
            black += float((small <= _BLACK_LEVEL).mean()) > _BLACK_SHARE
            digest = hashlib.blake2b(small.tobytes(), digest_size=12).digest()
            repeated += digest in seen and seen[digest] != count - 1
            seen[digest] = count
            if last is None:
                first = small
            else:
                change = float(np.abs(small - last).mean())
                changes.append(change)
                freeze = freeze + 1 if change < _STILL else 0
                longest = max(longest, freeze)
            last = small
            count += 1
            if count == stop_after:
                break
    seam = float(np.abs(first - last).mean()) if first is not None and last is not None else 0.0
    return Watched(
        frames=count,
        black=black,
        corrupt=corrupt,
        longest_freeze=longest,
        repeated=repeated,
        stretch=repeated_stretch(signatures),
        median_change=float(np.median(changes)) if changes else 0.0,
        largest_change=max(changes, default=0.0),
        seam=seam,
        around_seam=max(changes[:_NEAR] + changes[-_NEAR:], default=0.0),
    )
