"""Good pictures pass, poor ones are named for what they lack, hostile ones are refused."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from arena_assets.errors import ContentFault
from arena_assets.inspect.likeness import check_distinct, fingerprint, likeness
from arena_assets.inspect.picture import check_picture

WIDTH, HEIGHT = 448, 252


def _scene(seed: int) -> Image.Image:
    """A gradient sky, a textured floor and lit blocks: as much detail as a plain render."""
    rng = np.random.default_rng(seed)
    sky = np.linspace(60, 200, HEIGHT)[:, None, None] * np.array([0.5, 0.7, 1.0])
    floor = rng.normal(0, 8, (HEIGHT, WIDTH, 1))
    picture = Image.fromarray((sky + floor).clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        left, top = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
        color = tuple(int(each) for each in rng.integers(0, 255, 3))
        draw.rectangle((left, top, left + 40, top + 70), fill=color, outline="white")
    return picture.filter(ImageFilter.GaussianBlur(0.7))


def _saved(folder: Path, picture: Image.Image, name: str = "view.png") -> Path:
    path = folder / name
    picture.save(path)
    return path


def _failed(path: Path) -> set[str]:
    findings = check_picture(path, width=WIDTH, height=HEIGHT)[1]
    return {finding.check for finding in findings if not finding.passed}


@pytest.mark.parametrize("name", ["view.png", "view.webp", "view.jpg"])
def test_a_good_picture_passes_in_each_format(tmp_path: Path, name: str) -> None:
    path = _saved(tmp_path, _scene(1), name)
    measurements, _ = check_picture(path, width=WIDTH, height=HEIGHT)
    assert not _failed(path)
    assert measurements["width"] == WIDTH
    assert measurements["bytes"] == path.stat().st_size


def test_a_dark_picture_is_not_a_black_one(tmp_path: Path) -> None:
    dim = ImageEnhance.Brightness(_scene(2)).enhance(0.55)
    assert not _failed(_saved(tmp_path, dim))
    assert "exposure" in _failed(_saved(tmp_path, ImageEnhance.Brightness(dim).enhance(0.05)))


@pytest.mark.parametrize("color", ["black", "white", "gray"])
def test_a_blank_picture_has_no_detail(tmp_path: Path, color: str) -> None:
    failed = _failed(_saved(tmp_path, Image.new("RGB", (WIDTH, HEIGHT), color)))
    assert {"detail", "sharpness"} <= failed
    assert ("exposure" in failed) == (color != "gray")


def test_blur_noise_and_gradients_are_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = Image.fromarray(rng.integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8))
    ramp = np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))
    assert "sharpness" in _failed(_saved(tmp_path, _scene(3).filter(ImageFilter.GaussianBlur(9))))
    assert "sharpness" in _failed(_saved(tmp_path, noise))
    assert "detail" in _failed(_saved(tmp_path, Image.fromarray(ramp)))


def test_a_transparent_picture_counts_as_black(tmp_path: Path) -> None:
    hidden = _scene(4).convert("RGBA")
    hidden.putalpha(0)
    assert "exposure" in _failed(_saved(tmp_path, hidden))


def test_another_size_is_found_and_said(tmp_path: Path) -> None:
    path = _saved(tmp_path, _scene(5).resize((400, 252)))
    size = next(f for f in check_picture(path, width=WIDTH, height=HEIGHT)[1] if f.check == "size")
    assert not size.passed
    assert "400×252" in size.said


def _png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("claim", [(7000, 7000), (60000, 60000), (WIDTH, HEIGHT), (4, 4)])
def test_claims_that_the_bytes_do_not_keep_are_refused(
    tmp_path: Path, claim: tuple[int, int]
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_png_claiming(*claim))
    with pytest.raises(ContentFault) as caught:
        check_picture(path, width=WIDTH, height=HEIGHT)
    assert caught.value.next_step


@pytest.mark.parametrize("name", ["view.png", "view.webp", "view.jpg"])
def test_a_file_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    path = _saved(tmp_path, _scene(6), name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(ContentFault):
        check_picture(path, width=WIDTH, height=HEIGHT)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("view.png", b""),
        ("view.png", b"<html>not a picture</html>"),
        ("view.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 200),
        ("view.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\0" * 40),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ContentFault):
        check_picture(path, width=WIDTH, height=HEIGHT)


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    jpeg = _saved(tmp_path, _scene(7), "view.jpg")
    with pytest.raises(ContentFault, match="holds JPEG"):
        fingerprint(jpeg.rename(tmp_path / "view.png"))
    nameless = (tmp_path / "view.png").rename(tmp_path / "5f3a")
    assert check_picture(nameless, width=WIDTH, height=HEIGHT)[0]["format"] == "JPEG"


def test_other_formats_animations_and_links_are_refused(tmp_path: Path) -> None:
    frames = [_scene(8), _scene(9)]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:])
    _scene(8).save(tmp_path / "view.tiff")
    good = _saved(tmp_path, _scene(8))
    (tmp_path / "link.png").symlink_to(good)
    for name in ("moving.webp", "view.tiff", "link.png"):
        with pytest.raises(ContentFault):
            check_picture(tmp_path / name, width=WIDTH, height=HEIGHT)


def test_near_duplicates_are_found_and_different_views_are_not(tmp_path: Path) -> None:
    first = _scene(10)
    again = ImageEnhance.Brightness(first).enhance(1.1)
    marks = {
        "view_01": fingerprint(_saved(tmp_path, first, "1.png")),
        "view_02": fingerprint(_saved(tmp_path, again, "2.webp")),
        "view_03": fingerprint(_saved(tmp_path, _scene(11), "3.png")),
    }
    assert likeness(marks["view_01"], marks["view_01"]) == pytest.approx(1.0)
    (finding,) = check_distinct(marks)
    assert not finding.passed
    assert "view_01 and view_02" in finding.said
    for passing in (
        check_distinct(marks, only="view_03"),
        check_distinct({name: marks[name] for name in ("view_01", "view_03")}),
        check_distinct({"view_01": marks["view_01"]}),
    ):
        assert [each.passed for each in passing] == [True]


def test_two_empty_pictures_are_not_a_reason_to_divide_by_zero(tmp_path: Path) -> None:
    blank = fingerprint(_saved(tmp_path, Image.new("RGB", (WIDTH, HEIGHT), "gray")))
    assert 0 <= likeness(blank, blank) <= 1


@pytest.mark.parametrize("mark", ["", "no base64!", "QUJD"])
def test_a_damaged_fingerprint_is_refused(mark: str) -> None:
    with pytest.raises(ContentFault):
        likeness(mark, mark)
