"""A picture's depth as a surface, and where a moved camera's rays meet it.

The surface is a field of nearness w over the picture: 1 at the nearest point, 0 at infinity. A point
seen at x from the middle is seen at (x − side·(w − pivot)) / (1 − push·w) once the camera has moved;
so the ray of an output pixel meets the plane w of constant nearness at

    source(w) = base − push·w·(base − middle) + side·(w − pivot),

which is affine in the pixel. Rays are followed through such planes from near to far, and between
planes linearly (relief mapping: Policarpo, Oliveira & Comba 2005). All work is on a coarse grid.
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
"""Output pixels per node of the grid."""
_ROUNDS = 4
_STEP = 0.1
"""Difference in nearness from which something stands before something else."""
_TORN, _WHOLE = 0.3, 0.6
"""Share of its area in the picture that a patch keeps: below the first it is only a stretched rim."""

Grid = tuple[FloatArray, FloatArray]
"""x and y for each node, in pixels of the fitted picture."""


class Surface:
    """The nearness of a picture, and of what is behind the things that stand in it."""

    def __init__(
        self, planes: Planes, inverse_depth: FloatArray, profile: Profile, reach: float
    ) -> None:
        """``reach`` is how far the move shifts near against far at most, in output pixels."""
        self._planes = planes
        self._profile = profile
        # Neighbouring planes are no more than a node apart, so that nothing slips through.
        self._steps = int(np.clip(np.ceil(reach / CELL), 6, 28))
        size = (-(-planes.width // CELL), -(-planes.height // CELL))
        grid = np.asarray(cv2.resize(inverse_depth, size, interpolation=cv2.INTER_AREA), np.float32)
        near = max(float(np.percentile(grid, 99.5)), 1e-6)
        grid = np.clip(grid / np.float32(near), 0, 1)
        # A rim of one node moves with each near thing, so that its soft outline stays its own.
        grid = np.asarray(cv2.dilate(grid, np.ones((3, 3), np.uint8)), np.float32)
        self.nearness = np.asarray(cv2.GaussianBlur(grid, (0, 0), 0.7), np.float32)
        self.pivot = float(np.median(self.nearness))
        self.standing = self._standing()
        behind = fill_holes(self.nearness, self.standing)
        self._behind = np.asarray(cv2.GaussianBlur(behind, (0, 0), 2.0), np.float32)
        nodes = (-(-profile.width // CELL), -(-profile.height // CELL))
        self._pitch = (profile.width / nodes[0], profile.height / nodes[1])
        self.node_x, self.node_y = np.meshgrid(
            (np.arange(nodes[0], dtype=np.float32) + 0.5) * np.float32(self._pitch[0]) - 0.5,
            (np.arange(nodes[1], dtype=np.float32) + 0.5) * np.float32(self._pitch[1]) - 0.5,
        )

    def meet(self, pose: Pose) -> Grid:
        """Where each node's ray meets the surface first."""
        levels = np.linspace(0, 1 + 1 / self._steps, self._steps + 2)
        met = np.zeros(self.node_x.shape, np.float32)
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
        return self._source(pose, met)

    def meet_behind(self, pose: Pose) -> Grid:
        """Where the rays would meet what is behind everything that stands."""
        nearness = np.full(self.node_x.shape, self.pivot, np.float32)
        for _ in range(_ROUNDS):
            x, y = self._source(pose, nearness)
            scale = np.float32(1 / CELL)
            nearness = np.asarray(
                cv2.remap(
                    self._behind,
                    (x + 0.5) * scale - 0.5,
                    (y + 0.5) * scale - 0.5,
                    cv2.INTER_LINEAR,
                    borderMode=cv2.BORDER_REPLICATE,
                ),
                np.float32,
            )
        return self._source(pose, nearness)

    def torn(self, grid: Grid, pose: Pose) -> FloatArray:
        """0–1 per node: 1 where the picture shows nothing, as a near thing hid it."""
        x, y = grid
        across_x, down_x = _slopes(x)
        across_y, down_y = _slopes(y)
        area = (across_x * down_y - across_y * down_x) * np.float32(pose.zoom**2)
        kept = area / np.float32(4 * self._pitch[0] * self._pitch[1])
        torn = np.clip((_WHOLE - kept) / np.float32(_WHOLE - _TORN), 0, 1)
        wide = cv2.dilate(torn.astype(np.float32), np.ones((3, 3), np.uint8))
        return np.asarray(cv2.blur(wide, (3, 3)), np.float32)

    def _source(self, pose: Pose, nearness: FloatArray) -> Grid:
        view = view_matrix(pose, self._planes, self._profile).astype(np.float32)
        found = []
        for row, middle, side in (
            (view[0], (self._planes.width - 1) / 2, pose.side_x),
            (view[1], (self._planes.height - 1) / 2, pose.side_y),
        ):
            base = row[0] * self.node_x + row[1] * self.node_y + row[2]
            shift = np.float32(side * self._profile.width)
            slope = shift - np.float32(pose.push) * (base - np.float32(middle))
            found.append(base + slope * nearness - shift * np.float32(self.pivot))
        return found[0], found[1]

    def _plane_matrix(self, pose: Pose, level: float) -> Matrix:
        """From indices of nodes to indices of the nearness field, through a plane."""
        view = view_matrix(pose, self._planes, self._profile)
        middle = np.array([(self._planes.width - 1) / 2, (self._planes.height - 1) / 2])
        side = np.array([pose.side_x, pose.side_y]) * self._profile.width
        scale = 1 - pose.push * level
        linear = scale * view[:, :2]
        offset = scale * view[:, 2] + pose.push * level * middle + side * (level - self.pivot)
        # Node i lies at pixel (i + ½)·pitch − ½, and index j of the field at pixel (j + ½)·CELL − ½.
        pitch = np.array(self._pitch)
        start = pitch / 2 - 0.5
        constant = (linear @ start + offset + 0.5) / CELL - 0.5
        return np.column_stack([linear * pitch / CELL, constant])

    def _standing(self) -> FloatArray:
        """1 where something stands before what is beside it; else 0.

        Looked for far to both sides, as a floor is as near there, but only a little way up and
        down, where it is not.
        """
        nodes = self._profile.width / CELL
        near, wide = max(2, round(0.02 * nodes)), max(4, round(0.12 * nodes))
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * near + 1, 2 * near + 1))
        row = np.ones((1, 2 * wide + 1), np.uint8)
        lower = np.minimum(cv2.erode(self.nearness, disc), cv2.erode(self.nearness, row))
        mask = (self.nearness - lower > _STEP).astype(np.uint8)
        return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.float32)


def fill_holes(values: FloatArray, holes: FloatArray) -> FloatArray:
    """Values with the parts where ``holes`` is 1 filled from around them, smoothly.

    Push-pull (Gortler et al. 1996): averages of what is known go down a pyramid and back up into the
    holes. ``values`` is (h, w) or (h, w, c); ``holes`` has its height and width.
    """
    weight = 1 - holes
    known = values * (weight if values.ndim == 2 else weight[..., None])
    return _push_pull(np.asarray(known, np.float32), np.asarray(weight, np.float32))


def _push_pull(known: FloatArray, weight: FloatArray) -> FloatArray:
    """``known`` is already multiplied by ``weight``."""
    height, width = weight.shape
    deep = weight if known.ndim == 2 else weight[..., None]
    average = known / np.maximum(deep, np.float32(1e-6))
    if min(height, width) <= 2 or float(weight.min()) > 0.99:
        return np.asarray(average, np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    below = _push_pull(
        np.asarray(cv2.resize(known, half, interpolation=cv2.INTER_AREA), np.float32),
        np.asarray(cv2.resize(weight, half, interpolation=cv2.INTER_AREA), np.float32),
    )
    coarse = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(average * deep + coarse * (1 - deep), np.float32)


def _slopes(values: FloatArray) -> Grid:
    """Differences over two nodes, across and down; the rim takes its neighbours'."""
    across, down = np.empty_like(values), np.empty_like(values)
    np.subtract(values[:, 2:], values[:, :-2], out=across[:, 1:-1])
    across[:, 0], across[:, -1] = across[:, 1], across[:, -2]
    np.subtract(values[2:], values[:-2], out=down[1:-1])
    down[0], down[-1] = down[1], down[-2]
    return across, down
