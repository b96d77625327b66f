"""Footage as models and their wrappers write it, made on the fly."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.video.process import ffmpeg_path

BgrArray = npt.NDArray[np.uint8]


def ffmpeg(target: Path, *arguments: str) -> Path:
    command = [ffmpeg_path(), "-v", "error", "-nostdin", "-y", *arguments, str(target)]
    subprocess.run(command, check=True, timeout=120)
    return target


def write_footage(
    target: Path,
    size: str,
    rate: str,
    seconds: float,
    *encoder: str,
) -> Path:
    """A moving test picture of ``size`` (``416x240``), encoded with these ffmpeg options."""
    movement = f"testsrc2=s={size}:r={rate}:d={seconds}"
    return ffmpeg(target, "-f", "lavfi", "-i", movement, *encoder)


def detailed(seed: int, size: tuple[int, int]) -> BgrArray:
    """A picture with detail down to four pixels."""
    random = np.random.Generator(np.random.PCG64(seed))
    width, height = size
    total = np.full((height, width, 3), 40, np.float32)
    for cell in (120, 24, 4):
        coarse = random.random((height // cell + 1, width // cell + 1, 3), np.float32) * 60
        total += cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(total, 0, 255).astype(np.uint8)


class Glide:
    """A camera that glides over a picture: what it shows is known at every instant."""

    def __init__(self, size: tuple[int, int] = (416, 240)) -> None:
        self.size = size
        self._picture = detailed(5, (960, 360))

    def at(self, seconds: float) -> BgrArray:
        zoom = 1 + 0.03 * seconds
        matrix = np.array([[1 / zoom, 0, 20 + 70 * seconds], [0, 1 / zoom, 30 + 5 * seconds]])
        how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(self._picture, matrix, self.size, flags=how), np.uint8)

    def write(self, target: Path, times: list[float]) -> Path:
        """Nearly lossless H.264 with a picture at each of these times."""
        return write_pictures(target, ((self.at(each), each) for each in times))


def write_pictures(target: Path, pictures: Iterator[tuple[BgrArray, float]]) -> Path:
    """Pictures with their times (seconds) as nearly lossless H.264, tagged BT.709."""
    with av.open(str(target), "w") as output:
        stream = None
        for picture, seconds in pictures:
            if stream is None:
                rows, columns = picture.shape[:2]
                stream = output.add_stream("libx264", rate=1000)
                stream.width, stream.height, stream.pix_fmt = columns, rows, "yuv420p"
                stream.codec_context.time_base = Fraction(1, 1000)
                stream.codec_context.colorspace = 1
                stream.options = {"crf": "8", "preset": "ultrafast"}
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709")
            frame.pts, frame.time_base = round(1000 * seconds), Fraction(1, 1000)
            output.mux(stream.encode(frame))
        assert stream is not None
        output.mux(stream.encode(None))
    return target


def write_planes(target: Path, levels: tuple[float, float, float], matrix: int) -> Path:
    """88 frames at 16 fps of one Y′CbCr colour, tagged with a matrix, with a patch that moves."""
    with av.open(str(target), "w") as output:
        stream = output.add_stream("libx264", rate=16)
        stream.width, stream.height, stream.pix_fmt = 208, 120, "yuv420p"
        stream.codec_context.colorspace, stream.options = matrix, {"qp": "1"}
        for index in range(88):
            frame = av.VideoFrame(208, 120, "yuv420p")
            frame.colorspace, frame.color_range = matrix, 1
            for plane, level in zip(frame.planes, levels, strict=True):
                plane.update(bytes([round(level)]) * plane.buffer_size)
            luma = np.frombuffer(memoryview(frame.planes[0]), np.uint8)
            luma.reshape(-1, frame.planes[0].line_size)[8:40, 8 + index : 40 + index] = 235
            frame.pts, frame.time_base = index, Fraction(1, 16)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target
