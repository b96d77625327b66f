"""Video checks: is a clip, a sequence or a final video exactly what was promised?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from arena_assets.domain.manifest import Finding, Measurement
from arena_assets.domain.sequences import TRACK_LENGTH_TOLERANCE_SECONDS
from arena_assets.inspect.video_frames import Watched, watch
from arena_assets.inspect.video_probe import VideoFacts, probe_video
from arena_assets.inspect.video_sound import listen_to_seam

__all__ = [
    "Expected",
    "VideoFacts",
    "check_av1",
    "check_clip",
    "check_final",
    "check_ogv",
    "check_sequence",
    "probe_video",
]

_FREEZE_LIMIT = {"h264": 4, "theora": 10, "av1": 10}
"""Frames. A slow move over soft detail may leave some as they were; Theora and AV1 do sooner."""
_SEAM_RATIO = 4.0
_SEAM_FLOOR = 1.0
_SEAM_NEIGHBOURS = 1.5
"""A seam is unseen when first and last frame differ as neighbours do: up to this many times the
median of all neighbours, this step, or this many times the neighbours right beside the seam. The
last matters where the loop ends in a crossfade: all of its frames change more than a calm move."""
_SEAM_CODING = {"theora": 1.25, "av1": 1.5}
"""What coding an edit anew may add to its seam: the first frame is a key frame, a little sharper
than the last of a crossfade. Theora at its usual quality adds a fifth to a real arena's, AV1 nearly
half to small noisy pictures'."""
_CLICK_FLOOR, _CLICK_RATIO = 0.004, 1.5
"""A step in the sound is a click when it is above −48 dB and this many times those beside it."""
_BT709, _BT470BG = 1, 5
_OGV_LIMIT_BYTES = 200_000_000
"""The game refuses larger background videos."""

Checked = tuple[dict[str, Measurement], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file should be. ``cycle`` is the frames after which a loop repeats, byte for byte.

    ``decode`` may be False for a file whose coded pictures were already seen in another one, as
    ``pictures_sha256`` in the measurements tells. ``edit_seam`` is the change at the loop's seam in
    the edit whose pictures were coded anew here, when it is known.
    """

    width: int
    height: int
    fps: int
    frames: int
    loops: bool = False
    cycle: int | None = None
    decode: bool = True
    edit_seam: float = 0.0


def check_clip(path: Path, expected: Expected) -> Checked:
    """A silent H.264 clip. Raises ContentFault when it can't be opened at all."""
    return _check(path, expected, codec="h264", sound=None)


def check_sequence(path: Path, expected: Expected) -> Checked:
    """A silent H.264 edit, its loop if it has one."""
    return _check(path, expected, codec="h264", sound=None)


def check_final(path: Path, expected: Expected) -> Checked:
    """H.264 with AAC that lasts as long."""
    return _check(path, expected, codec="h264", sound="aac")


def check_ogv(path: Path, expected: Expected) -> Checked:
    """Theora with Vorbis that lasts as long, small enough for the game."""
    measured, findings = _check(path, expected, codec="theora", sound="vorbis")
    size = path.stat().st_size
    small = Finding(
        check="file size",
        passed=size <= _OGV_LIMIT_BYTES,
        said=f"{size / 1e6:.1f} MB; the game takes up to {_OGV_LIMIT_BYTES / 1e6:.0f} MB",
    )
    return measured, (*findings, small)


def check_av1(path: Path, expected: Expected) -> Checked:
    """AV1 with Opus that lasts as long. It is encoded whole, so no part repeats byte for byte."""
    return _check(path, expected, codec="av1", sound="opus", copied=False)


def _check(
    path: Path, expected: Expected, *, codec: str, sound: str | None, copied: bool = True
) -> Checked:
    """``copied`` tells whether a loop's later cycles are copies of the first, packet by packet."""
    facts = probe_video(path)
    findings = [*_stream_findings(facts, expected, codec), *_sound_findings(facts, sound)]
    if expected.loops and sound is not None and facts.audio_codec:
        findings.append(_sound_seam_finding(path))
    if copied and expected.cycle and expected.cycle < expected.frames:
        findings.append(_cycle_finding(facts, expected.cycle))
    seen = None
    if expected.decode:
        cycle = expected.cycle if copied else None
        seen = watch(path, stop_after=cycle, period=expected.cycle)
        full = replace(expected, frames=cycle or expected.frames)
        findings += _seen_findings(seen, full, codec)
    return _measurements(facts, seen), tuple(findings)


def _finding(check: str, found: object, wanted: object) -> Finding:
    return Finding(check=check, passed=found == wanted, said=f"{found}; {wanted} expected")


def _stream_findings(facts: VideoFacts, expected: Expected, codec: str) -> list[Finding]:
    colours = (facts.primaries, facts.transfer, facts.matrix, facts.full_range)
    primaries = _BT470BG if codec == "theora" else _BT709
    wanted = (primaries, _BT709, primaries, False)
    return [
        _finding("codec", facts.codec, codec),
        _finding("size", f"{facts.width}×{facts.height}", f"{expected.width}×{expected.height}"),
        _finding("frame rate", facts.fps, float(expected.fps)),
        _finding("frames", facts.frames, expected.frames),
        Finding(
            check="frame times",
            passed=facts.evenly_spaced and abs(facts.starts_at) < 0.5 / expected.fps,
            said="evenly spaced from 0" if facts.evenly_spaced else "not evenly spaced",
        ),
        _finding("pixel format", facts.pixel_format, "yuv420p"),
        _finding("colour tags", colours, wanted),
        Finding(
            check="faststart",
            passed=facts.faststart,
            said="index first" if facts.faststart else "index last: a page must load it whole",
        ),
    ]


def _sound_findings(facts: VideoFacts, codec: str | None) -> list[Finding]:
    found = [_finding("audio codec", facts.audio_codec or "none", codec or "none")]
    if codec is None:
        return found
    limit = TRACK_LENGTH_TOLERANCE_SECONDS
    off = facts.audio_seconds - facts.seconds
    late = facts.audio_starts_at - facts.starts_at
    return [
        *found,
        _finding("audio format", (facts.audio_channels, facts.audio_rate), (2, 48_000)),
        Finding(
            check="audio length",
            passed=abs(off) <= limit,
            said=f"{1000 * off:+.1f} ms against the picture; ±{1000 * limit:.0f} ms allowed",
        ),
        Finding(
            check="audio sync",
            passed=abs(late) <= limit,
            said=f"starts {1000 * late:+.1f} ms after the picture; ±{1000 * limit:.0f} ms allowed",
        ),
    ]


def _sound_seam_finding(path: Path) -> Finding:
    seam = listen_to_seam(path)
    limit = max(_CLICK_FLOOR, _CLICK_RATIO * seam.usual)
    return Finding(
        check="sound seam",
        passed=seam.step <= limit,
        said=f"a step of {seam.step:.4f} from end to beginning; up to {limit:.4f} is no click",
    )


def _cycle_finding(facts: VideoFacts, cycle: int) -> Finding:
    digests = facts.packet_digests
    same = all(digests[at] == digests[at % cycle] for at in range(len(digests)))
    said = "repeats byte for byte" if same else "does not repeat exactly"
    return Finding(check="cycle", passed=same, said=f"{said} every {cycle} frames")


def _seen_findings(seen: Watched, expected: Expected, codec: str) -> list[Finding]:
    freeze_limit = _FREEZE_LIMIT[codec]
    found = [
        Finding(
            check="decodes",
            passed=seen.frames == expected.frames and not seen.corrupt,
            said=f"{seen.frames} frames decoded of {expected.frames}, {seen.corrupt} corrupt",
        ),
        _finding("black frames", seen.black, 0),
        Finding(
            check="frozen frames",
            passed=seen.longest_freeze <= freeze_limit,
            said=f"longest standstill {seen.longest_freeze} frames; {freeze_limit} allowed",
        ),
        _finding("repeated frames", seen.repeated, 0),
        Finding(
            check="repeated stretch",
            passed=seen.stretch is None,
            said="nothing comes again"
            if seen.stretch is None
            else f"frame {seen.stretch[0]} on shows what was seen {seen.stretch[1]} frames before",
        ),
    ]
    if expected.loops:
        limit = max(
            _SEAM_FLOOR,
            _SEAM_RATIO * seen.median_change,
            _SEAM_NEIGHBOURS * seen.around_seam,
            _SEAM_CODING.get(codec, 1.0) * expected.edit_seam,
        )
        found.append(
            Finding(
                check="loop seam",
                passed=seen.seam <= limit,
                said=f"last to first frame changes by {seen.seam:.2f}; up to {limit:.2f} is unseen",
            )
        )
    return found


def _measurements(facts: VideoFacts, seen: Watched | None) -> dict[str, Measurement]:
    measured: dict[str, Measurement] = {
        "codec": facts.codec,
        "width": facts.width,
        "height": facts.height,
        "fps": facts.fps,
        "frames": facts.frames,
        "seconds": round(facts.seconds, 3),
        "bytes": facts.size,
        "megabits_per_second": round(facts.size * 8e-6 / max(facts.seconds, 1e-6), 3),
        "pictures_sha256": facts.pictures_sha256,
    }
    if facts.audio_codec:
        measured["audio_codec"] = facts.audio_codec
        measured["audio_seconds"] = round(facts.audio_seconds, 4)
    if seen is not None:
        measured["longest_freeze_frames"] = seen.longest_freeze
        measured["median_change"] = round(seen.median_change, 3)
        measured["seam_change"] = round(seen.seam, 3)
    return measured
