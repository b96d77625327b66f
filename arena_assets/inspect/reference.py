"""Pictures that people hand in as references: only their pixels are kept."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from arena_assets.inspect.picture import decode_luma

LONGEST_SIDE = 1600
_QUALITY = 88


def plain_picture(received: Path, target: Path) -> Path:
    """Write a received PNG, WebP or JPEG anew as WebP, without metadata, at most
    ``LONGEST_SIDE`` pixels long. Raises :class:`ContentFault` for anything else, and before
    decoding for too many pixels."""
    found, _ = decode_luma(received)
    with Image.open(received, formats=[found]) as image:
        pixels = image.convert("RGB")
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels.save(target, "WEBP", quality=_QUALITY)
    return target
