"""Footage is let in when it can be used; whatever else comes is a fault with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from arena_assets.errors import ContentFault
from arena_assets.inspect.footage import admit_footage, check_footage
from arena_assets_tests.video.footage_making import ffmpeg, write_footage, write_pictures

_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    return write_footage(
        folder / "good.mp4", "208x120", "16", 5.5, *_H264, "-movflags", "+faststart"
    )


def _failed(path: Path, width: int = 1920, height: int = 1080) -> set[str]:
    _, findings = check_footage(admit_footage(path), width=width, height=height)
    return {finding.check for finding in findings if not finding.passed}


def test_what_it_is_is_told(good: Path) -> None:
    reel = admit_footage(good)
    assert (reel.width, reel.height, reel.codec) == (208, 120, "h264")
    assert reel.rate == pytest.approx(16)
    assert reel.seconds == pytest.approx(87 / 16)
    assert len(list(reel.pictures())) == len(reel.times) == 88
    assert _failed(good, 416, 240) == set()


def test_too_small_and_upright_footage_is_named(good: Path, tmp_path: Path) -> None:
    assert _failed(good) == {"footage size"}
    upright = write_footage(tmp_path / "upright.mp4", "240x416", "16", 2, *_H264)
    assert _failed(upright, 320, 180) == {"footage framing"}


def test_a_cut_within_is_named(tmp_path: Path) -> None:
    smooth = [(np.full((144, 256, 3), 40 + place, np.uint8), place / 16) for place in range(80)]
    jumping = [(picture + np.uint8(70 * (at > 2.5)), at) for picture, at in smooth]
    assert _failed(write_pictures(tmp_path / "smooth.mp4", iter(smooth)), 256, 144) == set()
    assert _failed(write_pictures(tmp_path / "cut.mp4", iter(jumping)), 256, 144) == {"one shot"}


def _truncated(good: Path, path: Path) -> None:
    path.write_bytes(good.read_bytes()[: good.stat().st_size * 6 // 10])


def _damaged(good: Path, path: Path) -> None:
    data = bytearray(good.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3000] = bytes(3000)
    path.write_bytes(bytes(data))


def _no_frames(good: Path, path: Path) -> None:
    ffmpeg(path, "-i", str(good), "-frames:v", "0", "-c", "copy")


def _one_frame(good: Path, path: Path) -> None:
    ffmpeg(path, "-i", str(good), "-frames:v", "1", "-c", "copy")


def _still(good: Path, path: Path) -> None:
    ffmpeg(path, "-f", "lavfi", "-i", "color=c=teal:s=208x120:r=16:d=6", *_H264)


def _standing(good: Path, path: Path) -> None:
    ffmpeg(path, "-i", str(good), "-vf", "tpad=stop_mode=clone:stop_duration=2", *_H264)


def _only_sound(good: Path, path: Path) -> None:
    ffmpeg(path, "-f", "lavfi", "-i", "sine=d=5", "-c:a", "aac")


def _tiny(good: Path, path: Path) -> None:
    ffmpeg(path, "-i", str(good), "-vf", "scale=48:32", *_H264)


def _hdr(good: Path, path: Path) -> None:
    ffmpeg(path, "-i", str(good), "-vf", "setparams=color_trc=smpte2084", *_H264)


def _endless(good: Path, path: Path) -> None:
    ffmpeg(path, "-f", "lavfi", "-i", "testsrc2=s=64x64:r=60:d=31", *_H264)


def _picture_only(good: Path, path: Path) -> None:
    Image.new("RGB", (208, 120)).save(path, "WEBP")


def _broken_gif(good: Path, path: Path) -> None:
    whole = ffmpeg(path.with_suffix(".gif"), "-i", str(good), "-vf", "fps=10", "-f", "gif")
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def _playlist(good: Path, path: Path) -> None:
    path.write_text(f"#EXTM3U\n#EXTINF:5,\n{good}\n#EXT-X-ENDLIST\n")


def _list(good: Path, path: Path) -> None:
    path.write_text(f"ffconcat version 1.0\nfile '{good}'\n")


def _rare_codec(good: Path, path: Path) -> None:
    ffmpeg(path, "-i", str(good), "-c:v", "cinepak", "-f", "mov")


def _link(good: Path, path: Path) -> None:
    path.symlink_to(good)


def _missing(good: Path, path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        _truncated, _damaged, _no_frames, _one_frame, _still, _standing, _only_sound, _tiny, _hdr,
        _endless, _picture_only, _broken_gif, _playlist, _list, _rare_codec, _link,
        _missing,
    ],
)  # fmt: skip
def test_unusable_footage_is_a_content_fault(
    good: Path, tmp_path: Path, spoil: Callable[[Path, Path], object]
) -> None:
    path = tmp_path / "spoiled.mp4"
    spoil(good, path)
    with pytest.raises(ContentFault):
        admit_footage(path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + b"\xff" * 40,
        b"RIFF\xff\xff\xff\x7fWEBPVP8X" + b"\xff" * 40,
        b"\0\0\0\x18ftypisom" + b"\xff" * 4000,
        b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 8,
    ],
)
def test_bytes_that_are_no_footage_are_a_content_fault(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "footage.mp4"
    path.write_bytes(data)
    with pytest.raises(ContentFault):
        admit_footage(path)


def test_the_reason_is_said_in_words(good: Path, tmp_path: Path) -> None:
    for spoil, reason in ((_standing, "stands still for"), (_still, "different pictures"),
                          (_hdr, "dynamic range")):  # fmt: skip
        path = tmp_path / f"{spoil.__name__}.mp4"
        spoil(good, path)
        with pytest.raises(ContentFault, match=reason):
            admit_footage(path)
