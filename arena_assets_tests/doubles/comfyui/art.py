"""What the double draws: a picture or a video that follows from graph, seed and uploads alone."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.domain.manifest import canonical_json

Graph = dict[str, dict[str, Any]]
_SIZE = (448, 256)


def draw(graph: Graph, uploads: Path) -> npt.NDArray[np.uint8]:
    """An RGB picture, (h, w, 3): over the uploaded scene if there is one, else of blocks."""
    width, height = size_of(graph, uploads)
    rng = np.random.default_rng(_seed(graph, uploads))
    scene = _scene(graph, uploads)
    if scene is not None:
        return _painted(cv2.resize(scene, (width, height), interpolation=cv2.INTER_AREA), rng)
    sky = np.linspace(40, 190, height)[:, None, None] * rng.uniform(0.4, 1, 3)
    canvas = np.ascontiguousarray(np.broadcast_to(sky, (height, width, 3)).astype(np.uint8))
    for _ in range(40):
        left, top = int(rng.integers(width)), int(rng.integers(height))
        box = (max(4, width // 11), max(4, height // 5))
        color = tuple(int(each) for each in rng.integers(0, 255, 3))
        cv2.rectangle(canvas, (left, top), (left + box[0], top + box[1]), color, -1)
        cv2.rectangle(canvas, (left, top), (left + box[0], top + box[1]), (240, 240, 240), 1)
    grain = rng.normal(0, 3, (height, width, 1))
    return np.clip(cv2.GaussianBlur(canvas, (0, 0), 0.8) + grain, 0, 255).astype(np.uint8)


def _painted(scene: npt.NDArray[Any], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """The scene painted over: its surfaces evened out, a cast of light, and strokes that follow its
    own colours, all drawn by the seed. Edges stay, so that a set of views shows one place."""
    height, width = scene.shape[:2]
    painting = np.asarray(cv2.bilateralFilter(scene, 5, 30, 3), np.float32)
    strokes = painting.copy()
    for _ in range(220):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        turn, long = float(rng.uniform(0, 180)), int(rng.integers(width // 40, width // 14))
        color = tuple(map(float, painting[y, x] * rng.uniform(0.85, 1.2)))
        cv2.ellipse(
            strokes, (x, y), (long, max(2, long // 5)), turn, 0, 360, color, -1, cv2.LINE_AA
        )
    painting = 0.75 * painting + 0.25 * strokes
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None, None]
    painting *= rng.uniform(0.93, 1.07, 3) + down * rng.uniform(-0.05, 0.05, 3)
    return np.clip(painting, 0, 255).astype(np.uint8)


def film(graph: Graph, uploads: Path, path: Path) -> None:
    """The picture as an H.264 video, nearing and drifting; frames and rate as the graph says."""
    picture = draw(graph, uploads)
    height, width = (side - side % 2 for side in picture.shape[:2])
    crops = sum(given["class_type"] == "ImageCrop" for given in graph.values())
    frames = next((v for k in ("length", "amount") for v in _ints(graph, k)), crops or 16)
    rate = Fraction(next(iter(_numbers(graph, "fps")), 24.0)).limit_denominator(1001)
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "23"}
        for number in range(frames):
            part = number / frames
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0, 1.1 + 0.15 * part)
            matrix[0, 2] += width * (0.045 - 0.09 * part)
            moved = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC)
            frame = av.VideoFrame.from_ndarray(np.asarray(moved, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def size_of(graph: Graph, uploads: Path) -> tuple[int, int]:
    """Width and height: those that the node nearest to the end sets, or the scene's own."""
    for given in reversed(list(graph.values())):
        width, height = given["inputs"].get("width"), given["inputs"].get("height")
        if isinstance(width, int) and isinstance(height, int):
            return width, height
    scene = _scene(graph, uploads)
    return (scene.shape[1], scene.shape[0]) if scene is not None else _SIZE


def _scene(graph: Graph, uploads: Path) -> npt.NDArray[np.uint8] | None:
    for given in graph.values():
        if given["class_type"] == "LoadImage":
            read = cv2.imread(str(uploads / given["inputs"]["image"]), cv2.IMREAD_COLOR)
            if read is not None:
                return np.asarray(read[..., ::-1], np.uint8)
    return None


def _seed(graph: Graph, uploads: Path) -> int:
    plain = {}
    for node, given in graph.items():
        inputs = {k: v for k, v in given["inputs"].items() if k != "filename_prefix"}
        if given["class_type"] == "LoadImage":
            content = (uploads / inputs["image"]).read_bytes()
            inputs["image"] = hashlib.sha256(content).hexdigest()
        plain[node] = inputs
    return int.from_bytes(hashlib.sha256(canonical_json(plain).encode()).digest()[:8], "big")


def _ints(graph: Graph, name: str) -> list[int]:
    return [int(v) for v in _numbers(graph, name)]


def _numbers(graph: Graph, name: str) -> list[float]:
    values = [given["inputs"].get(name) for given in graph.values()]
    return [value for value in values if isinstance(value, (int, float))]
