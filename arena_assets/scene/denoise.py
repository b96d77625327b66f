"""Open Image Denoise for the coarse light picture."""

from __future__ import annotations

import threading
from typing import Literal

import numpy as np

from arena_assets.errors import EnvironmentFault
from arena_assets.scene.model import FloatArray

_LOCK = threading.Lock()


def denoise(
    light: FloatArray, guide: FloatArray, normal: FloatArray, quality: Literal["fast", "high"]
) -> FloatArray:
    """Noise-free light, (h, w, 3) float32 like the inputs."""
    import pyoidn

    try:
        with _LOCK:
            clean = pyoidn.denoise(
                light, albedo=np.clip(guide, 0, 1), normal=normal, hdr=True, quality=quality
            )
    except RuntimeError as error:
        raise EnvironmentFault(
            f"The denoiser failed: {error}", "Free some memory and try again"
        ) from error
    return np.asarray(clean, np.float32)
