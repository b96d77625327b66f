"""What guides a diffusion model: the scene's own picture, and its depth as ControlNets know it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from arena_assets.errors import FolderUnwritable
from arena_assets.video.depth import load_depth

_NEAREST_SHARE = 0.985
"""What is nearer than this share of the picture is drawn as near as that, so that one column
beside the camera does not leave the rest of the place black."""
_LIFT = 0.75
"""Far things stand apart: a wide place would otherwise be one dark grey behind its foreground."""
_STEP = 0.3
"""Of the inverse depth around it: one surface before another, not a floor seen at a slant."""
_FLAT = 1.0
"""Grey values per pixel: a picture without any gradient elsewhere is compared with this."""


def write_depth_guide(depth: Path, out: Path) -> None:
    """A stored depth map as an 8-bit RGB PNG: white is near, black far, sky black.

    Depth ControlNets learnt from estimators that give inverse depth, scaled per picture
    (MiDaS: Ranftl et al., 2022), which is what the stage stores.
    """
    inverse = load_depth(depth)
    solid = inverse[inverse > 0]
    near = float(np.quantile(solid, _NEAREST_SHARE)) if solid.size else 1.0
    far = float(solid.min(initial=near)) if solid.size else 0.0
    span = max(near - far, 1e-6)
    lifted = np.clip((inverse - far) / span, 0, 1) ** _LIFT
    # A little brightness below the farthest surface sets it off from the sky.
    scaled = np.where(inverse > 0, 0.06 + 0.94 * lifted, 0)
    gray = np.rint(scaled * 255).astype(np.uint8)
    if not cv2.imwrite(str(out), cv2.merge([gray, gray, gray])):
        raise FolderUnwritable(f"{out.name} could not be written", "Check the disk")


def outline_fit(picture: npt.NDArray[np.uint8], depth: Path) -> float | None:
    """How well a picture keeps the scene's outlines: its gradient at depth edges over elsewhere.

    1 is no relation at all; None when sizes differ or the depth has no edges. ``picture`` is grey.
    """
    inverse = load_depth(depth)
    if inverse.shape != picture.shape:
        return None
    around = np.asarray(cv2.blur(inverse, (5, 5)), np.float32)
    steps = np.abs(np.asarray(cv2.Laplacian(inverse, cv2.CV_32F))) > _STEP * (around + 0.01)
    edges = np.asarray(cv2.dilate(steps.astype(np.uint8), np.ones((3, 3), np.uint8))) > 0
    if not 0.001 < float(edges.mean()) < 0.6:
        return None
    smooth = cv2.GaussianBlur(picture, (0, 0), 1.2)
    across, down = cv2.spatialGradient(smooth)
    strength = np.hypot(across.astype(np.float32), down.astype(np.float32))
    elsewhere = max(float(strength[~edges].mean()), _FLAT)
    return float(strength[edges].mean()) / elsewhere
