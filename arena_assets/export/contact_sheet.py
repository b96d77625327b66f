"""A contact sheet: the views of an arena on one dark page, with captions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

COLUMNS = 4
_THUMB = (480, 270)
_GAP = 24
_MARGIN = 48
_HEAD = 120
_CAPTION = 44
_PAGE = (16, 17, 22)
_INK = (236, 233, 226)
_DIM = (160, 162, 172)
_LINE = (58, 60, 70)
_TITLE_SIZES = (44, 36, 30, 24, 18)


def contact_sheet(pictures: Sequence[tuple[str, Path]], out: Path, title: str) -> None:
    """Draw labelled pictures, four in a row, to a PNG, WebP or JPEG file named by ``out``.

    Each is shown whole in a 480 × 270 frame; labels too long for it are cut with an ellipsis.
    """
    rows = -(-len(pictures) // COLUMNS)
    width = 2 * _MARGIN + COLUMNS * _THUMB[0] + (COLUMNS - 1) * _GAP
    height = _HEAD + rows * (_THUMB[1] + _CAPTION + _GAP) + _MARGIN - _GAP
    page = Image.new("RGB", (width, height), _PAGE)
    draw = ImageDraw.Draw(page)
    _heading(draw, title, f"{len(pictures)} views", width)
    font = ImageFont.load_default(size=19)
    for index, (label, path) in enumerate(pictures):
        row, column = divmod(index, COLUMNS)
        left = _MARGIN + column * (_THUMB[0] + _GAP)
        top = _HEAD + row * (_THUMB[1] + _CAPTION + _GAP)
        page.paste(_thumbnail(path), (left, top))
        frame = (left - 1, top - 1, left + _THUMB[0], top + _THUMB[1])
        draw.rectangle(frame, outline=_LINE)
        number = f"{index + 1:02d}"
        under = top + _THUMB[1] + 12
        draw.text((left, under), number, font=font, fill=_DIM)
        indent = round(draw.textlength("00  ", font=font))
        caption = _fitted(draw, label, font, _THUMB[0] - indent)
        draw.text((left + indent, under), caption, font=font, fill=_INK)
    page.save(out, **_OPTIONS.get(out.suffix.lower(), {}))


_OPTIONS: dict[str, dict[str, Any]] = {
    ".webp": {"quality": 88, "method": 4},
    ".jpg": {"quality": 90},
    ".png": {"compress_level": 6},
}

_SUBSTITUTES = str.maketrans({"—": "-", "–": "-", "’": "'", "‘": "'", "“": '"', "”": '"'})

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def _heading(draw: ImageDraw.ImageDraw, title: str, note: str, width: int) -> None:
    small = ImageFont.load_default(size=20)
    room = width - 2 * _MARGIN - round(draw.textlength(note, font=small)) - 2 * _GAP
    fonts = [ImageFont.load_default(size=size) for size in _TITLE_SIZES]
    title = _drawable(title)
    fitting = [font for font in fonts if draw.textlength(title, font=font) <= room]
    font = (fitting or fonts[-1:])[0]
    draw.text((_MARGIN, 66), _fitted(draw, title, font, room), font=font, fill=_INK, anchor="lm")
    draw.text((width - _MARGIN, 68), note, font=small, fill=_DIM, anchor="rm")


def _thumbnail(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.draft("RGB", _THUMB)
        return ImageOps.pad(
            picture.convert("RGB"), _THUMB, Image.Resampling.LANCZOS, color=(0, 0, 0)
        )


def _fitted(draw: ImageDraw.ImageDraw, text: str, font: Font, room: float) -> str:
    text = _drawable(text)
    if draw.textlength(text, font=font) <= room:
        return text
    while text and draw.textlength(f"{text}...", font=font) > room:
        text = text[:-1]
    return f"{text.rstrip()}..."


def _drawable(text: str) -> str:
    """The text in Latin-1, which is what the built-in font has glyphs for."""
    return text.translate(_SUBSTITUTES).encode("latin-1", "replace").decode("latin-1")
