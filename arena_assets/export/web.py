"""The plain web layout: one page without scripts that shows and plays an arena.

The page asks for nothing from elsewhere, and its content security policy forbids it to. Everything
written about the arena is escaped: it may come from a model.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.slots import image_slot, track_slot, video_slot
from arena_assets.domain.views import VIEWS
from arena_assets.export.bundle import Entry, PackInput, json_bytes, stored_entry, write_entries
from arena_assets.export.webpage import STYLE, arena_page

_WEBP_QUALITY = 88


def write_web_pack(pack: PackInput, out: Path) -> None:
    """Write the layout below the folder ``out``; open ``index.html`` to see it."""
    write_entries(web_entries(pack), out)


def web_entries(pack: PackInput) -> Iterator[Entry]:
    """Every file of the layout; what the arena does not have is left out."""
    media = list(_media(pack))
    present = {entry.path for entry in media}
    page = arena_page(pack, present, policy())
    yield Entry("index.html", page.encode())
    yield Entry("arena.json", json_bytes(_description(pack, sorted(present))))
    yield from media


def policy() -> str:
    """The page's content security policy: its own media and its own style, nothing else."""
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src 'self'; media-src 'self'; "
        f"style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
    )


def _description(pack: PackInput, files: list[str]) -> dict[str, object]:
    return {
        "id": pack.partition,
        "slug": pack.slug,
        **pack.metadata.model_dump(mode="json"),
        "files": files,
    }


def _media(pack: PackInput) -> Iterator[Entry]:
    for sequence in SEQUENCES:
        kind = sequence.slot
        yield from stored_entry(pack, video_slot(kind), "mp4", f"videos/{kind}.mp4")
        for suffix in ("mp3", "ogg"):
            yield from stored_entry(pack, track_slot(kind), suffix, f"music/{kind}.{suffix}")
    for view in VIEWS:
        slot = image_slot(view.number)
        stored = pack.find(slot, "picture")
        if stored:
            yield Entry(f"images/{view.slot}.webp", _webp(stored[0]), str(slot), "picture")


def _webp(picture: Path) -> bytes:
    """A picture for the web, about a twentieth of its PNG."""
    buffer = io.BytesIO()
    with Image.open(picture) as image:
        image.convert("RGB").save(buffer, "WEBP", quality=_WEBP_QUALITY, method=4)
    return buffer.getvalue()
