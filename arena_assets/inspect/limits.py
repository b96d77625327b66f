"""How large a file may be before anything in it is believed."""

from __future__ import annotations

from pathlib import Path

from arena_assets.errors import ContentFault

MEBIBYTE = 1 << 20
PICTURE_BYTES = 64 * MEBIBYTE
PICTURE_PIXELS = 40_000_000
"""A little over 8K UHD; the largest master a setting allows is far smaller."""
FOOTAGE_BYTES = 512 * MEBIBYTE
FOOTAGE_FRAMES = 1800
"""A minute at 30 fps; a clip needs five and a half seconds."""
MODEL_BYTES = 256 * MEBIBYTE
MODEL_JSON_BYTES = 16 * MEBIBYTE


def require_size(path: Path, most: int, what: str) -> int:
    """The size in bytes of a plain file that holds something and not more than ``most``."""
    if path.is_symlink() or not path.is_file():
        raise ContentFault(f"The {what} {path.name} is not a plain file", "Make the slot again")
    size = path.stat().st_size
    if size == 0:
        raise ContentFault(f"The {what} {path.name} is empty", "Make the slot again")
    if size > most:
        raise ContentFault(
            f"The {what} {path.name} has {size / MEBIBYTE:.0f} MB, more than {most // MEBIBYTE} MB",
            "Lower its size or detail in the settings of whatever made it",
        )
    return size
