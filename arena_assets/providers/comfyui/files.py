"""Small work on files: hashes, and untrusted pictures made plain."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from arena_assets.providers.embedded.png import save_picture


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_plain(received: Path, out: Path) -> npt.NDArray[np.uint8]:
    """Write a picture that was checked already as plain RGB PNG; its grey values, (h, w).

    What ComfyUI writes beside the pixels, the whole graph with its words, stays behind.
    """
    with Image.open(received, formats=["PNG", "JPEG", "WEBP"]) as image:
        rgb = image.convert("RGB")
    save_picture(out, np.asarray(rgb))
    return np.asarray(rgb.convert("L"))
