"""Small pictures: made once, in proportion, only from pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from arena_assets.console.thumbnails import thumbnail
from arena_assets.errors import ContentFault


def test_it_is_in_proportion_and_made_once(tmp_path: Path) -> None:
    source = tmp_path / "picture.png"
    Image.new("RGB", (1792, 1008), "navy").save(source)
    small = thumbnail(tmp_path / "small", source, "ab" * 32, 480)
    with Image.open(small) as found:
        assert (found.format, found.size) == ("WEBP", (480, 270))
    stamp = small.stat().st_mtime_ns
    assert thumbnail(tmp_path / "small", source, "ab" * 32, 480).stat().st_mtime_ns == stamp
    assert [each.name for each in (tmp_path / "small" / "ab").iterdir()] == [small.name]


def test_what_is_no_picture_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "picture"
    source.write_bytes(b"<svg onload=alert(1)>")
    with pytest.raises(ContentFault):
        thumbnail(tmp_path / "small", source, "cd" * 32, 480)
    assert not list((tmp_path / "small" / "cd").iterdir())
