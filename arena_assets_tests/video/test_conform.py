"""Footage of any rate, size and length becomes a clip like any other, or a fault that says why."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.domain.views import CLIP_FRAMES
from arena_assets.errors import Cancelled, ContentFault
from arena_assets.inspect.footage import admit_footage
from arena_assets.inspect.video import Expected, check_clip, check_sequence
from arena_assets.video.canvas import Canvas
from arena_assets.video.clip import ClipFiles, film_source
from arena_assets.video.conform import FOOTAGE_SECONDS, MAX_SLOWDOWN, FootageSource, moments
from arena_assets.video.packets import read_segment
from arena_assets.video.planes import BGR_TO_YCBCR
from arena_assets.video.profile import profile_for
from arena_assets.video.sequence import assemble_sequence
from arena_assets.video.timeline import ENTRIES, MASTER_FRAMES, cut_points
from arena_assets_tests.video.footage_making import Glide, ffmpeg, write_footage, write_planes
from arena_assets_tests.video.making import SMALL, ignore, render_all

_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")


def _conform(footage: Path, out: Path, number: int = 1) -> ClipFiles:
    out.mkdir()
    return film_source(
        FootageSource(admit_footage(footage)),
        SMALL,
        out,
        cuts=cut_points(number),
        progress=ignore,
        check_cancelled=ignore,
    )


@pytest.mark.parametrize(
    ("name", "size", "rate", "seconds", "encoder"),
    [
        ("svd.mp4", "256x144", "8", 5, _H264),
        ("wan.mp4", "208x120", "16", 5.0625, _H264),
        ("ltx.mp4", "192x128", "24", 4.04, _H264),
        ("pal.mp4", "256x144", "25", 6, _H264),
        ("ntsc.mp4", "320x180", "30000/1001", 6, _H264),
        ("same.mp4", "640x360", "30", 5.5, _H264),
        ("smooth.mp4", "320x180", "60", 5.5, _H264),
        ("long.mkv", "320x180", "30", 8, _H264),
        ("square.mp4", "256x256", "16", 5, _H264),
        ("upright.mp4", "120x208", "16", 5, _H264),
        ("vp9.webm", "256x144", "24", 5.5, _VP9),
        ("alpha.webm", "320x180", "16", 5.5, (*_VP9, "-pix_fmt", "yuva420p")),
        ("ten-bit.mp4", "256x144", "24", 5.5, ("-c:v", "libx265", "-preset", "ultrafast",
                                              "-x265-params", "log-level=error",
                                              "-pix_fmt", "yuv420p10le")),
        ("full-range.mov", "320x180", "16", 5.5, ("-c:v", "mjpeg", "-pix_fmt", "yuvj444p")),
        ("anamorphic.mp4", "192x144", "24", 5.5, (*_H264, "-vf", "setsar=4/3")),
        ("page.gif", "240x136", "10", 5, ("-pix_fmt", "rgb8")),
        ("page.webp", "240x136", "12", 5, ("-c:v", "libwebp_anim", "-quality", "60")),
        ("sound.mp4", "256x144", "24", 5.5, (*_H264, "-f", "lavfi", "-i", "sine=d=5.5", "-map",
                                             "0:v", "-map", "1:a", "-c:a", "aac")),
    ],
)  # fmt: skip
def test_footage_of_any_kind_becomes_a_clip(
    tmp_path: Path, name: str, size: str, rate: str, seconds: float, encoder: tuple[str, ...]
) -> None:
    if name == "sound.mp4":
        at = encoder.index("-f")
        sound, encoder = encoder[at : at + 4], (*encoder[:at], *encoder[at + 4 :])
        footage = ffmpeg(
            tmp_path / name, "-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}:d={seconds}",
            *sound, *encoder,
        )  # fmt: skip
    else:
        footage = write_footage(tmp_path / name, size, rate, seconds, *encoder)
    files = _conform(footage, tmp_path / "out")
    _, findings = check_clip(files.mp4, Expected(320, 180, 30, CLIP_FRAMES))
    assert [finding for finding in findings if not finding.passed] == []
    keys = {each.position for each in read_segment(files.master, 30).pictures if each.key}
    assert keys == set(cut_points(1)[:-1]) & set(ENTRIES)


def test_conforming_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    footage = write_footage(tmp_path / "wan.mp4", "208x120", "16", 5.5, *_H264)
    first, second = (_conform(footage, tmp_path / name) for name in ("first", "second"))
    assert first.master.read_bytes() == second.master.read_bytes()


@pytest.mark.parametrize("rate", [8, 12, 16, 24, 25, 50])
def test_frames_between_pictures_show_the_moment_and_not_two(tmp_path: Path, rate: int) -> None:
    glide = Glide()
    times = [place / rate for place in range(6 * rate)]
    reel = admit_footage(glide.write(tmp_path / "glide.mp4", times))
    profile = profile_for("draft", 416, 240)
    footage, canvas = FootageSource(reel).open(profile), Canvas(profile)
    pictures = list(reel.pictures())
    gain = []
    for index, moment in enumerate(moments(reel.times)):
        footage.draw(index, canvas)
        truth = cv2.transform(glide.at(index / 30), BGR_TO_YCBCR)[..., 0]
        error = cv2.PSNR(canvas.luma, np.ascontiguousarray(truth))
        assert error > 34
        if 0.3 < moment.share < 0.7:
            first, second = pictures[moment.picture : moment.picture + 2]
            blend = cv2.transform(cv2.addWeighted(first, 0.5, second, 0.5, 0), BGR_TO_YCBCR)[..., 0]
            gain.append(error - cv2.PSNR(np.ascontiguousarray(blend), np.ascontiguousarray(truth)))
    if rate < 30:
        assert min(gain) > 1.5
        assert float(np.mean(gain)) > 3.5


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    glide = Glide()
    random = np.random.Generator(np.random.PCG64(3))
    times = [0.0, *np.cumsum(random.uniform(0.02, 0.12, 90)).round(3).tolist()]
    reel = admit_footage(glide.write(tmp_path / "uneven.mp4", times))
    assert reel.times == pytest.approx(times, abs=0.002)
    profile = profile_for("draft", 416, 240)
    footage, canvas = FootageSource(reel).open(profile), Canvas(profile)
    speed = min(1.0, reel.seconds / FOOTAGE_SECONDS)
    for index in range(0, MASTER_FRAMES, 9):
        footage.draw(index, canvas)
        truth = cv2.transform(glide.at(index / 30 * speed), BGR_TO_YCBCR)[..., 0]
        assert cv2.PSNR(canvas.luma, np.ascontiguousarray(truth)) > 33


def test_frames_that_only_repeat_are_not_shown_twice(tmp_path: Path) -> None:
    """A 15 fps model in a 30 fps container."""
    glide = Glide()
    footage = glide.write(tmp_path / "slow.mp4", [place / 15 for place in range(90)])
    doubled = ffmpeg(tmp_path / "doubled.mp4", "-i", str(footage), "-r", "30", *_H264, "-crf", "8")
    reel = admit_footage(doubled)
    assert reel.rate == pytest.approx(15, abs=0.1)
    files = _conform(doubled, tmp_path / "out")
    measured, findings = check_clip(files.mp4, Expected(320, 180, 30, CLIP_FRAMES))
    assert [finding for finding in findings if not finding.passed] == []
    assert measured["longest_freeze_frames"] == 0


def test_short_footage_is_slowed_and_never_held_or_reversed() -> None:
    shortest = FOOTAGE_SECONDS / MAX_SLOWDOWN
    for seconds in (shortest + 0.01, 4.0, FOOTAGE_SECONDS, 9.0):
        times = [place * seconds / 63 for place in range(64)]
        shown = [moment.picture + moment.share for moment in moments(times)]
        assert all(after > before for before, after in pairwise(shown))
        assert shown[0] == 0
        assert shown[-1] <= 63
        steps = [after - before for before, after in pairwise(shown)]
        assert max(steps) - min(steps) < 0.05
    with pytest.raises(ContentFault, match=r"Ask the model for 5\.4 s or more"):
        moments([place * (shortest - 0.1) / 63 for place in range(64)])


def test_frames_may_be_asked_for_in_any_order(tmp_path: Path) -> None:
    """As crossfades do."""
    reel = admit_footage(write_footage(tmp_path / "wan.mp4", "208x120", "16", 5.5, *_H264))
    forth, back = FootageSource(reel).open(SMALL), FootageSource(reel).open(SMALL)
    one, two = Canvas(SMALL), Canvas(SMALL)
    shown = {}
    for index in (0, 3, 80, 148, 162):
        forth.draw(index, one)
        shown[index] = one.luma.copy()
    for index in (162, 3, 148, 0, 80):
        back.draw(index, two)
        assert np.array_equal(two.luma, shown[index])


@pytest.mark.parametrize(
    ("tag", "red_share", "blue_share"), [(1, 0.2126, 0.0722), (6, 0.299, 0.114), (2, 0.299, 0.114)]
)
def test_colours_stay_whatever_the_footage_is_tagged(
    tmp_path: Path, tag: int, red_share: float, blue_share: float
) -> None:
    """BT.709, BT.601, and no tag, which FFmpeg writes and reads as BT.601."""
    red, green, blue = 200, 90, 40
    luma = red_share * red + (1 - red_share - blue_share) * green + blue_share * blue
    planes = (
        16 + 219 / 255 * luma,
        128 + 224 / 255 * (blue - luma) / (2 * (1 - blue_share)),
        128 + 224 / 255 * (red - luma) / (2 * (1 - red_share)),
    )
    path = write_planes(tmp_path / "flat.mp4", planes, tag)
    canvas = Canvas(SMALL)
    FootageSource(admit_footage(path)).open(SMALL).draw(40, canvas)
    wanted = cv2.transform(np.array([[[blue, green, red]]], np.uint8), BGR_TO_YCBCR)[0, 0]
    found = [int(plane[plane.shape[0] // 2, -8]) for plane in canvas.planes]
    assert found == pytest.approx(wanted.tolist(), abs=2)


def test_a_sequence_fades_between_footage_and_pictures(tmp_path: Path) -> None:
    sequence = sequence_by_kind(SequenceKind.HAZARD)
    masters, sources = render_all(sequence, tmp_path)
    footage = write_footage(tmp_path / "wan.mp4", "208x120", "16", 5.5, *_H264)
    masters[3] = _conform(footage, tmp_path / "conformed", 3).master
    out = assemble_sequence(
        sequence,
        masters,
        {**sources, 3: FootageSource(admit_footage(footage))},
        SMALL,
        tmp_path / "mixed.mp4",
        progress=ignore,
        check_cancelled=ignore,
    )
    _, findings = check_sequence(out, Expected(320, 180, 30, sequence.frames))
    assert [finding for finding in findings if not finding.passed] == []


def test_a_cancelled_conform_leaves_nothing(tmp_path: Path) -> None:
    footage = write_footage(tmp_path / "wan.mp4", "208x120", "16", 5.5, *_H264)
    (tmp_path / "out").mkdir()

    def cancel() -> None:
        raise Cancelled("Stopped", "Start again")

    with pytest.raises(Cancelled):
        film_source(
            FootageSource(admit_footage(footage)),
            SMALL,
            tmp_path / "out",
            cuts=cut_points(1),
            progress=ignore,
            check_cancelled=cancel,
        )
    assert list((tmp_path / "out").iterdir()) == []
