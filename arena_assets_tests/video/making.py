"""Pictures, tracks and small videos for tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import soundfile

from arena_assets.domain.sequences import Sequence
from arena_assets.domain.views import MOTION_STRENGTH, view_by_number
from arena_assets.video.clip import ClipFiles, render_clip
from arena_assets.video.depth import save_depth
from arena_assets.video.profile import Profile, profile_for
from arena_assets.video.shot import ClipSource
from arena_assets.video.timeline import cut_points

SMALL = profile_for("draft", 320, 180)


def ignore(_: float = 0.0) -> None:
    """A progress callback, and with no argument a cancellation check, that does nothing."""


def make_picture(path: Path, seed: int, size: tuple[int, int] = (448, 252)) -> Path:
    """A picture with detail at every scale, so that motion can be seen and measured."""
    random = np.random.Generator(np.random.PCG64(seed))
    total = np.zeros((size[1], size[0], 3), np.float32)
    for cells, share in ((4, 90), (14, 70), (56, 60)):
        coarse = random.random((cells * 9 // 16 + 1, cells, 3), np.float32) * share
        total += cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(path), np.clip(total + 20, 0, 255).astype(np.uint8))
    return path


def make_depth(path: Path, size: tuple[int, int] = (448, 252)) -> Path:
    """A floor that runs away to a far wall, with a near pillar standing in the middle."""
    rows = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
    depth = np.where(rows > 0.4, 3 / np.maximum(rows - 0.35, 0.05), 60).astype(np.float32)
    depth = np.repeat(depth, size[0], axis=1)
    depth[40:230, 200:240] = 5
    save_depth(path, depth)
    return path


def make_track(path: Path, seconds: float) -> Path:
    times = np.arange(round(48_000 * seconds)) / 48_000
    tone = 0.2 * np.sin(2 * np.pi * 330 * times)
    soundfile.write(path, np.stack([tone, tone], axis=1), 48_000, subtype="PCM_24")
    return path


def source_for(folder: Path, number: int) -> ClipSource:
    picture = folder / f"picture-{number}.png"
    if not picture.exists():
        make_picture(picture, number)
    motion = view_by_number(number).motion
    return ClipSource(picture, None, motion, MOTION_STRENGTH[motion])


def render(
    source: ClipSource,
    out: Path,
    number: int,
    profile: Profile = SMALL,
    check_cancelled: Callable[[], None] = ignore,
) -> ClipFiles:
    out.mkdir(exist_ok=True)
    return render_clip(
        source.picture,
        source.depth,
        source.motion,
        source.strength,
        profile,
        out,
        cuts=cut_points(number),
        progress=ignore,
        check_cancelled=check_cancelled,
    )


def render_all(
    sequence: Sequence, folder: Path, profile: Profile = SMALL
) -> tuple[dict[int, Path], dict[int, ClipSource]]:
    """Masters and sources of a sequence's clips."""
    sources = {number: source_for(folder, number) for number in sequence.clips}
    masters = {
        number: render(source, folder / f"clip-{number}", number, profile).master
        for number, source in sources.items()
    }
    return masters, sources
