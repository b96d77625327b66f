"""Small WebP copies of pictures, made when first asked for and kept in the data folder."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from threading import BoundedSemaphore

from PIL import Image

from arena_assets.inspect.picture import decode_plain
from arena_assets.store.faults import folder_faults

WIDTHS = frozenset({320, 480, 960, 1600})
# A page asks for a dozen at once; the renderer shares these cores.
_AT_ONCE = BoundedSemaphore(2)


def thumbnail(folder: Path, source: Path, sha256: str, width: int) -> Path:
    """The picture ``width`` pixels wide, its height in proportion; never larger than the source.

    Complete or not there: it is written beside its place and renamed. Raises ContentFault for what
    is no picture, DiskFull and FolderUnwritable. A link in its place is never followed.
    """
    place = folder / sha256[:2] / f"{sha256[2:]}-{width}.webp"
    if place.is_file() and not place.is_symlink():
        return place
    with _AT_ONCE, folder_faults(folder):
        if place.is_file() and not place.is_symlink():
            return place
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f".{os.getpid()}-{uuid.uuid4().hex}")
        try:
            with decode_plain(source) as picture:
                picture.thumbnail((width, 4 * width), Image.Resampling.LANCZOS, reducing_gap=2.0)
                picture.convert("RGB").save(temporary, "WEBP", quality=80, method=3)
            temporary.replace(place)
        finally:
            temporary.unlink(missing_ok=True)
    return place
