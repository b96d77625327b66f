"""Each check of a delivered video passes the good file and names its own damage, and no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from arena_assets.domain.manifest import Finding
from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.errors import ContentFault
from arena_assets.inspect import video as checks
from arena_assets.inspect.video import Expected, check_av1, check_final, check_ogv
from arena_assets.inspect.video_frames import watch
from arena_assets.inspect.video_sound import listen_to_seam, seam_of
from arena_assets.video.av1 import encode_av1
from arena_assets.video.final import score_sequence
from arena_assets.video.profile import profile_for
from arena_assets.video.sequence import assemble_sequence
from arena_assets_tests.video.at_work import prepare, work
from arena_assets_tests.video.footage_making import detailed, ffmpeg
from arena_assets_tests.video.making import ignore, make_track, render_all

_EXPECTED = Expected(320, 180, 30, 240)
_TAGS = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
         "-color_range", "tv")  # fmt: skip
_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "14", "-pix_fmt", "yuv420p")
_FAST = ("-movflags", "+faststart")
_GOOD = (*_X264, *_TAGS, *_FAST, "-c:a", "copy")
_BLACK = "drawbox=t=fill:color=black:enable='between(n,100,103)'"
_GRAIN = "noise=c0s=8:allf=t"
"""Without it Theora, asked a second time, leaves out what hardly moves."""
_OGG = ("-vf", _GRAIN, "-c:v", "libtheora", "-q:v", "8", "-c:a", "copy",
        "-color_primaries", "bt470bg", "-color_trc", "bt709", "-colorspace", "bt470bg")  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with video.mp4 and video.ogv, eight seconds long, as the pipeline makes them."""
    folder = tmp_path_factory.mktemp("good")
    prepare(folder)
    work("final", folder, folder)
    return folder


def _failed(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.check for finding in findings if not finding.passed}


def _repeat() -> tuple[str, ...]:
    twice = (
        "[0:v]split[a][b];[a]trim=end_frame=120[c];"
        "[b]trim=start_frame=60:end_frame=180,setpts=PTS-STARTPTS[d];[c][d]concat,fps=30[v]"
    )
    return ("-filter_complex", twice, "-map", "[v]", "-map", "0:a")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ((), set()),
        (("-vf", "scale=322:180"), {"size"}),
        (("-c:v", "libx265", "-x265-params", "log-level=error", "-tag:v", "hvc1"), {"codec"}),
        (("-pix_fmt", "yuv444p"), {"pixel format"}),
        (("-vf", "setparams=color_trc=smpte170m"), {"colour tags"}),
        (("-vf", "setparams=color_primaries=bt470bg"), {"colour tags"}),
        (("-movflags", "0"), {"faststart"}),
        (("-vf", "setpts=N/25/TB", "-r", "25"), {"frame rate", "audio length"}),
        (("-vf", "setpts=N/30/TB+eq(N\\,100)*.4/30/TB", "-fps_mode", "passthrough",
          "-enc_time_base", "1/3000"),
         {"frame times"}),
        (("-frames:v", "239"), {"frames", "decodes"}),
        (("-vf", _BLACK), {"black frames"}),
        (("-vf", "loop=loop=12:size=1:start=100,setpts=N/30/TB", "-frames:v", "240"),
         {"frozen frames"}),
        (_repeat(), {"repeated stretch"}),
        (("-c:a", "libmp3lame"), {"audio codec"}),
        (("-an",), {"audio codec", "audio format", "audio length"}),
        (("-c:a", "aac", "-ar", "44100"), {"audio format"}),
        (("-c:a", "aac", "-ac", "1"), {"audio format"}),
        (("-c:a", "aac", "-af", "atrim=end=7.9"), {"audio length"}),
    ],
)  # fmt: skip
def test_an_mp4s_damage_is_named(
    good: Path, tmp_path: Path, damage: tuple[str, ...], named: set[str]
) -> None:
    path = ffmpeg(tmp_path / "spoiled.mp4", "-i", str(good / "video.mp4"), *_GOOD, *damage)
    failed = _failed(check_final(path, _EXPECTED)[1])
    if "frozen frames" in failed:
        failed.discard("repeated frames")  # of a standstill's pictures some may be equal, or none
    assert failed == named


def test_sound_that_comes_late_is_named(good: Path, tmp_path: Path) -> None:
    whole = str(good / "video.mp4")
    path = ffmpeg(
        tmp_path / "late.mp4", "-i", whole, "-itsoffset", "0.1", "-i", whole, "-map", "0:v",
        "-map", "1:a", "-c", "copy", *_FAST,
    )  # fmt: skip
    assert "audio sync" in _failed(check_final(path, _EXPECTED)[1])


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ((), set()),
        (("-vf", f"{_GRAIN},scale=336:180"), {"size"}),
        (("-vf", f"{_GRAIN},setpts=N/25/TB", "-r", "25"), {"frame rate", "audio length"}),
        (
            ("-vf", f"{_GRAIN},drawbox=t=fill:color=black:enable='between(n,100,103)'"),
            {"black frames"},
        ),
        (("-frames:v", "236"), {"frames", "decodes"}),
        (("-an",), {"audio codec", "audio format", "audio length"}),
        (("-c:a", "libopus"), {"audio codec"}),
        (("-c:a", "libvorbis", "-ar", "44100"), {"audio format"}),
    ],
)
def test_an_oggs_damage_is_named(
    good: Path, tmp_path: Path, damage: tuple[str, ...], named: set[str]
) -> None:
    path = ffmpeg(tmp_path / "spoiled.ogv", "-i", str(good / "video.ogv"), *_OGG, *damage)
    assert _failed(check_ogv(path, _EXPECTED)[1]) == named


def test_too_large_an_ogg_is_named(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_OGV_LIMIT_BYTES", 1000)
    assert _failed(check_ogv(good / "video.ogv", _EXPECTED)[1]) == {"file size"}


def test_damaged_pictures_are_named_or_refused(good: Path, tmp_path: Path) -> None:
    data = bytearray((good / "video.mp4").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    try:
        failed = _failed(check_final(path, _EXPECTED)[1])
    except ContentFault:
        return
    assert failed


def test_a_loop_that_does_not_close_is_named(good: Path) -> None:
    """In the picture; the tone of the track closes by itself."""
    for name, check in (("video.mp4", check_final), ("video.ogv", check_ogv)):
        assert _failed(check(good / name, replace(_EXPECTED, loops=True))[1]) == {"loop seam"}


def test_a_click_where_the_sound_loops_is_named(good: Path, tmp_path: Path) -> None:
    cut = ffmpeg(
        tmp_path / "click.mp4", "-i", str(good / "video.mp4"), "-c:v", "copy", "-c:a", "aac",
        "-af", "aeval=val(0)+if(lt(t\\,.5)\\,.3*(1-2*t)\\,0):c=same", *_FAST,
    )  # fmt: skip
    assert "sound seam" in _failed(check_final(cut, replace(_EXPECTED, loops=True))[1])


def test_the_ambient_loop_holds_over_three_repetitions(tmp_path: Path) -> None:
    """The finished files played thrice on end: no join differs from what is beside it."""
    sequence = sequence_by_kind(SequenceKind.AMBIENT)
    standard = profile_for("standard", 320, 180)
    for number in sequence.clips:
        cv2.imwrite(str(tmp_path / f"picture-{number}.png"), detailed(number, (448, 252)))
    assemble_sequence(
        sequence,
        *render_all(sequence, tmp_path, standard),
        standard,
        tmp_path / "sequence.mp4",
        progress=ignore,
        check_cancelled=ignore,
    )
    make_track(tmp_path / "track.wav", sequence.seconds)
    score_sequence(
        tmp_path / "sequence.mp4",
        tmp_path / "track.wav",
        sequence.kind,
        standard,
        tmp_path,
        progress=ignore,
        check_cancelled=ignore,
    )
    expected = Expected(320, 180, 30, sequence.frames, loops=True, cycle=600)
    assert _failed(check_final(tmp_path / "video.mp4", expected)[1]) == set()
    av1 = tmp_path / "video_av1.mp4"
    encode_av1(
        tmp_path / "sequence.mp4",
        tmp_path / "track.wav",
        standard,
        av1,
        progress=ignore,
        check_cancelled=ignore,
    )
    again = replace(expected, edit_seam=watch(tmp_path / "sequence.mp4", stop_after=600).seam)
    assert _failed(check_av1(av1, again)[1]) == set()
    ogg = check_ogv(tmp_path / "video.ogv", replace(expected, loops=False))[1]
    assert _failed(ogg) == set()
    for name in ("video.mp4", "video.ogv"):
        thrice = ffmpeg(
            tmp_path / "thrice.raw", "-stream_loop", "2", "-i", str(tmp_path / name), "-vf",
            "scale=80:46", "-pix_fmt", "gray", "-an", "-f", "rawvideo",
        )  # fmt: skip
        frames = np.fromfile(thrice, np.uint8).reshape(-1, 46 * 80).astype(np.int16)
        assert len(frames) == 3 * sequence.frames
        change = np.abs(np.diff(frames, axis=0)).mean(axis=1)
        for join in (sequence.frames - 1, 2 * sequence.frames - 1):
            beside = np.concatenate([change[join - 8 : join], change[join + 1 : join + 9]])
            # Theora restarts from a key frame here, sharper than the last frames of the fade.
            assert change[join] <= (1.5 if name == "video.mp4" else 3.0) * beside.max()
        whole = ffmpeg(tmp_path / "sound.raw", "-i", str(tmp_path / name), "-vn", "-f", "f32le")
        sound = np.fromfile(whole, np.float32).reshape(-1, 2).T
        assert sound.shape[1] == sequence.seconds * 48_000
        seam = seam_of(sound[:, -2400:], sound[:, :2400])
        assert seam.step <= 1.5 * seam.usual
        heard = listen_to_seam(tmp_path / name)
        assert heard.step == pytest.approx(seam.step, abs=1e-3)
