"""A picture's depth as a surface, and where a moved camera's rays meet it.

The surface is a field of nearness w over the picture: 1 at the nearest point, 0 at infinity. What
is seen at x from the middle is seen at (x − side·(w − pivot)) / (1 − push·w) once the camera has
moved; so the ray of an output pixel meets the plane w of constant nearness at

    source(w) = base − push·w·(base − middle) + side·(w − pivot),

which is affine in the pixel. Rays are followed through such planes from near to far, and between
planes linearly (relief mapping: Policarpo, Oliveira & Comba 2005): on a coarse grid first, and
pixel by pixel where that grid found an outline.
"""

from __future__ import annotations

import cv2
import numpy as np

from arena_assets.video.depth import FloatArray
from arena_assets.video.motion import Pose
from arena_assets.video.planes import Planes
from arena_assets.video.profile import Profile
from arena_assets.video.warp import Matrix, view_matrix

CELL = 4
"""Output pixels per node of the coarse grid."""
FIELD = 2
"""Output pixels per sample of the field of nearness."""
_FINE_STEPS = 4
_ROUNDS = 4
_COLUMNS = 512
"""Scattered pixels are looked up as rows of this many; OpenCV's images are limited in width."""

Grid = tuple[FloatArray, FloatArray]
"""x and y of some pixels, in pixels of the fitted picture or of the output."""


class Surface:
    """The nearness of a picture, and what it shows from any pose."""

    def __init__(
        self, planes: Planes, inverse_depth: FloatArray, profile: Profile, reach: float
    ) -> None:
        """``reach`` is how far the move shifts near against far at most, in output pixels."""
        self._planes = planes
        self._profile = profile
        # Neighbouring planes are no more than a node apart, so that nothing slips through.
        self._steps = int(np.clip(np.ceil(reach / CELL), 6, 28))
        size = (-(-planes.width // FIELD), -(-planes.height // FIELD))
        field = np.asarray(
            cv2.resize(inverse_depth, size, interpolation=cv2.INTER_AREA), np.float32
        )
        near = max(float(np.percentile(field, 99.5)), 1e-6)
        field = np.clip(field / np.float32(near), 0, 1)
        # A narrow rim moves with each near thing, so that its soft outline stays its own.
        field = np.asarray(cv2.dilate(field, np.ones((3, 3), np.uint8)), np.float32)
        self.nearness = np.asarray(cv2.GaussianBlur(field, (0, 0), 0.7), np.float32)
        self.pivot = float(np.median(self.nearness))
        nodes = (-(-profile.width // CELL), -(-profile.height // CELL))
        self._pitch = (profile.width / nodes[0], profile.height / nodes[1])
        across, down = np.meshgrid(
            (np.arange(nodes[0]) + 0.5) * self._pitch[0] - 0.5,
            (np.arange(nodes[1]) + 0.5) * self._pitch[1] - 0.5,
        )
        self.nodes: Grid = (across.astype(np.float32), down.astype(np.float32))

    def meet(self, pose: Pose) -> FloatArray:
        """The nearness of what each node's ray meets first."""
        levels = np.linspace(0, 1 + 1 / self._steps, self._steps + 2)
        met = np.zeros(self.nodes[0].shape, np.float32)
        step = np.float32(levels[1])
        before: FloatArray | None = None
        for level in levels:
            seen = cv2.warpAffine(
                self.nearness,
                self._plane_matrix(pose, float(level)),
                met.shape[::-1],
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
            above = np.asarray(seen, np.float32) - np.float32(level)
            if before is not None:
                # Going from far to near, the last crossing found is the nearest: what one sees.
                crossing = (before >= 0) & (above < 0)
                share = before / np.maximum(before - above, np.float32(1e-9))
                np.copyto(met, np.float32(level) - step + step * share, where=crossing)
            before = above
        return met

    def meet_between(
        self, pose: Pose, pixels: Grid, far: FloatArray, near: FloatArray
    ) -> FloatArray:
        """The same for scattered output pixels whose answer lies between two nearnesses."""
        met = far.copy()
        step = (near - far) * np.float32(1 / _FINE_STEPS)
        before: FloatArray | None = None
        for index in range(_FINE_STEPS + 2):
            level = far + step * np.float32(index)
            above = self.sample(self.nearness, self.source(pose, pixels, level)) - level
            if before is not None:
                crossing = (before >= 0) & (above < 0)
                share = before / np.maximum(before - above, np.float32(1e-9))
                np.copyto(met, level - step + step * share, where=crossing)
            before = above
        return met

    def meet_behind(self, pose: Pose, behind: FloatArray) -> Grid:
        """Where the nodes' rays would meet a smooth surface, given like ``nearness``."""
        nearness = np.full(self.nodes[0].shape, self.pivot, np.float32)
        for _ in range(_ROUNDS):
            x, y = self.source(pose, self.nodes, nearness)
            nearness = _lookup(behind, x, y)
        return self.source(pose, self.nodes, nearness)

    def source(self, pose: Pose, pixels: Grid, nearness: FloatArray) -> Grid:
        """Where in the picture output pixels look, if they see something of that nearness."""
        view = view_matrix(pose, self._planes, self._profile).astype(np.float32)
        found = []
        for row, middle, side in (
            (view[0], (self._planes.width - 1) / 2, pose.side_x),
            (view[1], (self._planes.height - 1) / 2, pose.side_y),
        ):
            base = row[0] * pixels[0] + row[1] * pixels[1] + row[2]
            shift = np.float32(side * self._profile.width)
            slope = shift - np.float32(pose.push) * (base - np.float32(middle))
            found.append(base + slope * nearness - shift * np.float32(self.pivot))
        return found[0], found[1]

    def stretch(self, grid: Grid, pose: Pose) -> FloatArray:
        """The area of picture per node over what it would be were the surface a board."""
        across_x, down_x = _slopes(grid[0])
        across_y, down_y = _slopes(grid[1])
        area = (across_x * down_y - across_y * down_x) * np.float32(pose.zoom**2)
        return area / np.float32(4 * self._pitch[0] * self._pitch[1])

    @staticmethod
    def sample(field: FloatArray, places: Grid) -> FloatArray:
        """A field at a row of scattered places of the fitted picture."""
        count = places[0].size
        rows = -(-count // _COLUMNS)
        x, y = (
            np.pad(each, (0, rows * _COLUMNS - count)).reshape(rows, _COLUMNS) for each in places
        )
        return _lookup(field, x, y).ravel()[:count]

    def _plane_matrix(self, pose: Pose, level: float) -> Matrix:
        """From indices of nodes to indices of the nearness field, through a plane."""
        view = view_matrix(pose, self._planes, self._profile)
        middle = np.array([(self._planes.width - 1) / 2, (self._planes.height - 1) / 2])
        side = np.array([pose.side_x, pose.side_y]) * self._profile.width
        scale = 1 - pose.push * level
        linear = scale * view[:, :2]
        offset = scale * view[:, 2] + pose.push * level * middle + side * (level - self.pivot)
        # Node i lies at pixel (i + ½)·pitch − ½, sample j of the field at pixel (j + ½)·FIELD − ½.
        pitch = np.array(self._pitch)
        constant = (linear @ (pitch / 2 - 0.5) + offset + 0.5) / FIELD - 0.5
        return np.column_stack([linear * pitch / FIELD, constant])


def _lookup(field: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    scale = np.float32(1 / FIELD)
    half = np.float32(0.5)
    found = cv2.remap(
        field,
        (x + half) * scale - half,
        (y + half) * scale - half,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(found, np.float32)


def _slopes(values: FloatArray) -> Grid:
    """Differences over two nodes, across and down; the rim takes its neighbours'."""
    across, down = np.empty_like(values), np.empty_like(values)
    np.subtract(values[:, 2:], values[:, :-2], out=across[:, 1:-1])
    across[:, 0], across[:, -1] = across[:, 1], across[:, -2]
    np.subtract(values[2:], values[:-2], out=down[1:-1])
    down[0], down[-1] = down[1], down[-2]
    return across, down
