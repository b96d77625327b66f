"""Video checks pass what is good and name what is not; hostile files are faults, not crashes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from arena_assets.domain.manifest import Finding
from arena_assets.domain.views import Motion
from arena_assets.errors import ContentFault
from arena_assets.inspect.video import Expected, check_clip, check_ogv, check_sequence, probe_video
from arena_assets.video.canvas import Canvas
from arena_assets.video.encode import encode_frames
from arena_assets.video.shot import ClipSource
from arena_assets_tests.video.making import SMALL, ignore, make_picture, render

_EXPECTED = Expected(320, 180, 30, 150)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inspect")
    picture = make_picture(folder / "picture.png", 8)
    return render(ClipSource(picture, None, Motion.ZOOM_IN, 0.3), folder / "clip", 1).mp4


def _failed(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.check for finding in findings if not finding.passed}


def _video(path: Path, levels: list[int]) -> Path:
    """A textured video whose frames are told apart by their level; 16 is black."""

    def draw(index: int, canvas: Canvas) -> None:
        texture = np.arange(320, dtype=np.uint8) % 7 if levels[index] > 16 else 0
        canvas.luma[:] = levels[index] + texture
        canvas.blue[:] = canvas.red[:] = 128

    made = encode_frames(draw, len(levels), SMALL, progress=ignore, check_cancelled=ignore)
    path.write_bytes(made.getvalue())
    return path


def test_a_good_clip_passes_and_is_measured(clip: Path) -> None:
    measured, findings = check_clip(clip, _EXPECTED)
    assert _failed(findings) == set()
    assert (measured["frames"], measured["seconds"], measured["codec"]) == (150, 5.0, "h264")


@pytest.mark.parametrize(
    ("expected", "named"),
    [
        (Expected(1920, 1080, 30, 150), "size"),
        (Expected(320, 180, 25, 150), "frame rate"),
        (Expected(320, 180, 30, 151), "frames"),
        (Expected(320, 180, 30, 150, loops=True), "loop seam"),
        (Expected(320, 180, 30, 150, cycle=50), "cycle"),
    ],
)
def test_what_differs_is_named(clip: Path, expected: Expected, named: str) -> None:
    _, findings = check_clip(clip, expected)
    assert named in _failed(findings)


def test_black_frozen_and_repeated_stretches_are_seen(tmp_path: Path) -> None:
    ramp = list(range(40, 160, 2))
    black = _video(tmp_path / "black.mp4", [*ramp, *[16] * 30])
    assert {"black frames", "frozen frames"} <= _failed(
        check_sequence(black, Expected(320, 180, 30, 90))[1]
    )
    frozen = _video(tmp_path / "frozen.mp4", [*ramp, *[158] * 10])
    # An encoder may code a standstill as two pictures by turns: one check or the other sees it.
    stands_still = {"frozen frames", "repeated frames"}
    assert stands_still & _failed(check_sequence(frozen, Expected(320, 180, 30, 70))[1])


def test_missing_tags_and_a_late_index_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "plain.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for index in range(60):
            image = np.full((180, 320, 3), index * 3, np.uint8)
            frame = av.VideoFrame.from_ndarray(image)
            frame.pts, frame.time_base = index, Fraction(1, 30)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    _, findings = check_clip(path, Expected(320, 180, 30, 60))
    assert {"colour tags", "faststart"} <= _failed(findings)


def test_h264_is_no_theora(clip: Path) -> None:
    assert {"codec", "audio codec"} <= _failed(check_ogv(clip, _EXPECTED)[1])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"OggS",
        b"OggS" + b"\xff" * 500,
        b"\0\0\0\x18ftypisom" + b"\0" * 40,
        b"\0\0\0\x18ftypisom" + b"\xff" * 4000,
        b"#EXTM3U\nhttp://127.0.0.1:9/x.ts\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\x1a\x45\xdf\xa3" + b"\x01" * 300,
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_a_hostile_file_is_a_content_fault(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "hostile.mp4"
    path.write_bytes(data)
    with pytest.raises(ContentFault):
        probe_video(path)


def test_damage_anywhere_is_found_or_survived(clip: Path, tmp_path: Path) -> None:
    whole = clip.read_bytes()
    random = np.random.Generator(np.random.PCG64(4))
    path = tmp_path / "damaged.mp4"
    for _ in range(25):
        data = bytearray(whole)
        at = int(random.integers(0, len(data) - 64))
        data[at : at + 64] = random.bytes(64)
        path.write_bytes(bytes(data))
        try:
            check_clip(path, _EXPECTED)
        except ContentFault:
            continue


def test_a_truncated_clip_never_passes(clip: Path, tmp_path: Path) -> None:
    whole = clip.read_bytes()
    path = tmp_path / "short.mp4"
    for share in (0.2, 0.6, 0.95):
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            _, findings = check_clip(path, _EXPECTED)
        except ContentFault:
            continue
        assert _failed(findings)
