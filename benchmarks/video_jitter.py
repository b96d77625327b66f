"""Jitter of each camera motion: how unevenly pictures move, in pixels, against the ideal path.

Of each patch of a frame the least-squares shift e from the ideal frame is found (Lucas & Kanade
1981); jitter is the root mean square over patches and frames of |e(t+1) − 2 e(t) + e(t−1)|, which a
steady offset or drift leaves at nought. Motions with relief are judged on a smooth slope of depth,
for which the ideal is found by iteration at every pixel. ``python -m benchmarks.video_jitter``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.domain.views import MOTION_STRENGTH, Motion
from arena_assets.video.canvas import Canvas
from arena_assets.video.encode import encode_frames
from arena_assets.video.motion import RELIEF, Pose, pose_at
from arena_assets.video.opening import open_media
from arena_assets.video.planes import Planes, load_planes
from arena_assets.video.process import ffmpeg_path
from arena_assets.video.profile import Profile, profile_for
from arena_assets.video.relief import Relief
from arena_assets.video.surface import Surface
from arena_assets.video.timeline import MASTER_FRAMES
from arena_assets.video.warp import draw_flat, view_matrix
from benchmarks.video_inputs import make_inputs
from benchmarks.video_quality import Frame, Ideal

_FIRST, _FRAMES = 50, 40
_PATCHES = (4, 6)
_RIM = 24
_LEAST_DETAIL = 2000.0
"""Sum of squared slopes (smaller eigenvalue) below which a patch shows too little to measure."""
_ROUNDS = 40


def jitter_table(
    inputs: Path, profile: Profile, tell: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Jitter by motion, ``drawn`` and ``encoded``, and that of FFmpeg's zoompan, ``drawn``."""
    picture = inputs / "1.png"
    ideal, planes = Ideal(picture, profile), load_planes(picture, profile)
    table = {}
    for motion in Motion:
        aspect = profile.width / profile.height
        poses = [pose_at(motion, MOTION_STRENGTH[motion], i, aspect) for i in range(MASTER_FRAMES)]
        draw, wanted = _mover(motion, planes, ideal, profile, poses)
        frames = range(_FIRST, _FIRST + _FRAMES)
        ideals = [wanted(poses[index]) for index in frames]
        table[motion.value] = {
            "drawn": _jitter(_drawn(draw, frames, profile), ideals),
            "encoded": _jitter(_encoded(draw, frames, profile), ideals),
        }
        tell(f"{motion.value}: {table[motion.value]}")
    table["ffmpeg zoompan"] = {"drawn": _zoompan(picture, ideal, profile)}
    tell(f"ffmpeg zoompan: {table['ffmpeg zoompan']}")
    return table


def displacements(drawn: Frame, ideal: Frame) -> npt.NDArray[np.float64]:
    """Shift (x, y) in pixels of each patch, (patches, 2); NaN where there is no detail."""
    drawn = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 2), np.float32)
    ideal = np.asarray(cv2.GaussianBlur(ideal, (0, 0), 2), np.float32)
    across = np.asarray(cv2.Sobel(ideal, cv2.CV_32F, 1, 0, ksize=3)) / 8
    down = np.asarray(cv2.Sobel(ideal, cv2.CV_32F, 0, 1, ksize=3)) / 8
    change = drawn - ideal
    tops, lefts = (
        np.linspace(_RIM, size - _RIM, count + 1).astype(int)
        for size, count in zip(ideal.shape, _PATCHES, strict=True)
    )
    found = []
    for top, bottom in pairwise(tops):
        for left, right in pairwise(lefts):
            patch = np.s_[top:bottom, left:right]
            slopes = np.stack([across[patch].ravel(), down[patch].ravel()]).astype(np.float64)
            products = slopes @ slopes.T
            if np.linalg.eigvalsh(products)[0] < _LEAST_DETAIL:
                found.append(np.full(2, np.nan))
            else:
                found.append(np.linalg.solve(products, slopes @ change[patch].ravel()))
    return np.array(found)


def _jitter(frames: Iterable[Frame], ideals: list[Frame]) -> float:
    path = np.array([displacements(*each) for each in zip(frames, ideals, strict=True)])
    path = path[:, ~np.isnan(path).any(axis=(0, 2))]
    bend = path[2:] - 2 * path[1:-1] + path[:-2]
    return round(float(np.sqrt((bend**2).sum(axis=-1).mean())), 4)


Draw = Callable[[int, Canvas], None]


def _mover(
    motion: Motion, planes: Planes, ideal: Ideal, profile: Profile, poses: list[Pose]
) -> tuple[Draw, Callable[[Pose], Frame]]:
    """What draws a frame of a move, without mist, and what draws a pose ideally."""
    if motion not in RELIEF:
        return lambda frame, canvas: draw_flat(planes, poses[frame], profile, canvas), ideal.at
    rows = np.linspace(0, 1, 270, dtype=np.float32)[:, None]
    columns = np.linspace(0, 1, 480, dtype=np.float32)[None]
    slope = np.asarray(0.2 + 0.55 * rows + 0.25 * columns, np.float32)
    surface = Surface(planes, slope, profile)

    def at(pose: Pose) -> Frame:
        return ideal.looked_up(*_ideal_places(surface, planes, profile, pose))

    return Relief(planes, slope, profile, poses).draw, at


def _ideal_places(
    surface: Surface, planes: Planes, profile: Profile, pose: Pose
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where each output pixel looks in the picture: the meeting of its ray and the surface."""
    columns, rows = np.meshgrid(np.arange(profile.width) * 1.0, np.arange(profile.height) * 1.0)
    view = view_matrix(pose, planes, profile)
    _, (side_x, side_y, push, middle_x, middle_y, pivot) = surface.view(pose)
    base_x = view[0, 0] * columns + view[0, 1] * rows + view[0, 2]
    base_y = view[1, 0] * columns + view[1, 1] * rows + view[1, 2]
    nearness = np.full(base_x.shape, pivot)
    for _ in range(_ROUNDS):
        x = base_x + (side_x - push * (base_x - middle_x)) * nearness - side_x * pivot
        y = base_y + (side_y - push * (base_y - middle_y)) * nearness - side_y * pivot
        column, row = (((each + 0.5) / 2 - 0.5).astype(np.float32) for each in (x, y))
        looked = cv2.remap(
            surface.nearness, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        nearness = looked.astype(np.float64)
    return x, y


def _drawn(draw: Draw, frames: range, profile: Profile) -> Iterator[Frame]:
    canvas = Canvas(profile)
    for index in frames:
        draw(index, canvas)
        yield canvas.luma.astype(np.float32)


def _encoded(draw: Draw, frames: range, profile: Profile) -> Iterator[Frame]:
    coded = encode_frames(
        lambda index, canvas: draw(frames[index], canvas),
        len(frames),
        profile,
        progress=lambda _: None,
        check_cancelled=lambda: None,
    )
    with open_media(coded) as container:
        for frame in container.decode(video=0):
            plane = np.frombuffer(memoryview(frame.planes[0]), np.uint8)
            rows = plane.reshape(-1, frame.planes[0].line_size)
            yield rows[: frame.height, : frame.width].astype(np.float32)


def _zoompan(picture: Path, ideal: Ideal, profile: Profile) -> float:
    """The usual recipe: a slow zoom in, its crop rounded to whole pixels by the filter."""
    graph = (
        f"scale={profile.width}:{profile.height}:flags=lanczos,"
        f"zoompan=z='1+0.001*on':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d={_FRAMES}"
        f":s={profile.width}x{profile.height}:fps=30,"
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,extractplanes=y"
    )
    command = [ffmpeg_path(), "-v", "error", "-i", str(picture), "-vf", graph, "-frames:v",
               str(_FRAMES), "-f", "rawvideo", "-pix_fmt", "gray", "-"]  # fmt: skip
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    frames = np.frombuffer(raw, np.uint8).reshape(-1, profile.height, profile.width)
    ideals = [ideal.at(Pose(zoom=1 + 0.001 * index)) for index in range(len(frames))]
    return _jitter((each.astype(np.float32) for each in frames), ideals)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.pictures or Path(name)
        make_inputs(folder)
        size = profile_for("standard", given.width, given.width * 9 // 16 // 2 * 2)
        print(json.dumps(jitter_table(folder, size, lambda line: print(line, flush=True))))
