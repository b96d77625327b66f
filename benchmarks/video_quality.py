"""How near delivered frames come to ideal ones, and whether everything is as long as it should be.

Ideal frames are drawn from the picture enlarged four times by Lanczos filters in floating point and
sampled with cubics, at the very place the camera's path names. Luma only, in BT.709.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.video.motion import RELIEF, Pose, pose_at
from arena_assets.video.planes import Planes, read_picture
from arena_assets.video.process import ffmpeg_path
from arena_assets.video.profile import Profile
from arena_assets.video.shot import ClipSource
from arena_assets.video.warp import view_matrix

Frame = npt.NDArray[np.float32]
_FINE = 4
_LUMA = np.array([[0.0722, 0.7152, 0.2126]], np.float32)
_RIM = 16


class Ideal:
    """The frames of a picture's flat camera move as they should be."""

    def __init__(self, picture: Path, profile: Profile) -> None:
        image = np.asarray(read_picture(picture), np.float32)
        luma = cv2.transform(image, _LUMA * np.float32(219 / 255)) + np.float32(16)
        self._profile = profile
        size = (profile.width * _FINE, profile.height * _FINE)
        self._fine = cv2.resize(luma, size, interpolation=cv2.INTER_LANCZOS4)
        flat = np.zeros((1, 1), np.uint8)
        self._planes = Planes(flat, flat, flat, profile.width, profile.height, 1)

    def at(self, pose: Pose) -> Frame:
        """Luma (h, w), 16–235."""
        view = view_matrix(pose, self._planes, self._profile)
        columns, rows = np.meshgrid(
            np.arange(self._profile.width, dtype=np.float64),
            np.arange(self._profile.height, dtype=np.float64),
        )
        x, y = (row[0] * columns + row[1] * rows + row[2] for row in view)
        return self.looked_up(x, y)

    def looked_up(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Frame:
        """Luma at places of the fitted picture, in its pixels."""
        column, row = ((_FINE * (each + 0.5) - 0.5).astype(np.float32) for each in (x, y))
        found = cv2.remap(self._fine, column, row, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, np.float32)


def luma_frames(video: Path, matrix: str, first: int, stop: int, step: int) -> Iterator[Frame]:
    """BT.709 luma of some frames; ``matrix`` is what the file's colours are coded with."""
    with av.open(str(video)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index >= stop:
                return
            if index < first or (index - first) % step:
                continue
            if matrix == "ITU709":
                plane = np.frombuffer(memoryview(frame.planes[0]), np.uint8)
                rows = plane.reshape(-1, frame.planes[0].line_size)
                yield np.asarray(rows[: frame.height, : frame.width], np.float32)
            else:
                rgb = frame.reformat(format="bgr24", src_colorspace=matrix).to_ndarray()
                luma = cv2.transform(rgb.astype(np.float32), _LUMA * np.float32(219 / 255))
                yield np.asarray(luma + np.float32(16), np.float32)


def quality(
    clip: Path, matrix: str, source: ClipSource, profile: Profile, frames: int, step: int
) -> dict[str, float]:
    """PSNR (dB), SSIM and VMAF of a delivered clip of a motion without relief."""
    if source.motion in RELIEF:
        raise ValueError("A motion with relief has no flat ideal")
    ideal = Ideal(source.picture, profile)
    aspect = profile.width / profile.height
    errors, likeness = [], []
    with tempfile.TemporaryDirectory() as name:
        wanted_raw, found_raw = Path(name) / "wanted.yuv", Path(name) / "found.yuv"
        with wanted_raw.open("wb") as wanted_file, found_raw.open("wb") as found_file:
            for place, found in enumerate(luma_frames(clip, matrix, 0, frames, step)):
                wanted = ideal.at(pose_at(source.motion, source.strength, place * step, aspect))
                inner = np.s_[_RIM:-_RIM, _RIM:-_RIM]
                errors.append(float(np.mean((found[inner] - wanted[inner]) ** 2)))
                likeness.append(_ssim(found[inner], wanted[inner]))
                for target, luma in ((wanted_file, wanted), (found_file, found)):
                    target.write(np.clip(np.rint(luma), 0, 255).astype(np.uint8).tobytes())
                    target.write(np.full(luma.size // 2, 128, np.uint8).tobytes())
        vmaf = _vmaf(wanted_raw, found_raw, profile)
    return {
        "psnr": round(10 * float(np.log10(255**2 / np.mean(errors))), 2),
        "ssim": round(float(np.mean(likeness)), 4),
        "vmaf": round(vmaf, 2),
    }


def _ssim(one: Frame, other: Frame) -> float:
    """Structural similarity with Gaussian windows of 1.5 px (Wang et al. 2004)."""

    def mean(values: Frame) -> Frame:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float32)

    a, b = mean(one), mean(other)
    aa, bb, ab = (mean(x * y) - p for x, y, p in (
        (one, one, a * a), (other, other, b * b), (one, other, a * b)
    ))  # fmt: skip
    small, large = np.float32((0.01 * 255) ** 2), np.float32((0.03 * 255) ** 2)
    above = (2 * a * b + small) * (2 * ab + large)
    below = (a * a + b * b + small) * (aa + bb + large)
    return float(np.mean(above / below))


def _vmaf(wanted: Path, found: Path, profile: Profile) -> float:
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{profile.width}x{profile.height}"]
    # Tagged alike, or FFmpeg would convert between them.
    tags = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    graph = f"[0:v]{tags}[a];[1:v]{tags}[b];[a][b]libvmaf=n_threads=2"
    command = [ffmpeg_path(), "-hide_banner", "-nostats", *raw, "-i", str(found), *raw, "-i",
               str(wanted), "-lavfi", graph, "-f", "null", "-"]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    match = re.search(r"VMAF score: ([\d.]+)", said)
    return float(match[1]) if match else float("nan")


def count_frames(video: Path) -> int:
    with av.open(str(video)) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)
