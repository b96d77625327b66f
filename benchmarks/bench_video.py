"""Time, CPU and memory of one arena's video work, against the same work done with MoviePy.

``python -m benchmarks.bench_video --width 640``; the last line printed is one JSON object. Both
sides make the clips of one sequence, the sequence and its scored MP4 from the same pictures. Each
runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from arena_assets.domain.sequences import Sequence, SequenceKind, sequence_by_kind
from arena_assets.domain.views import CLIP_FRAMES, MOTION_STRENGTH, view_by_number
from arena_assets.video.clip import render_clip
from arena_assets.video.final import score_mp4
from arena_assets.video.profile import Profile, profile_for
from arena_assets.video.reference import reference_clip, reference_final, reference_sequence
from arena_assets.video.sequence import assemble_sequence
from arena_assets.video.shot import ClipSource
from arena_assets.video.timeline import cut_points, spans
from benchmarks.usage import measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=640, help="of a 16:9 video, in pixels")
    parser.add_argument("--sequence", type=SequenceKind, default=SequenceKind.HAZARD)
    parser.add_argument("--side", choices=("ours", "moviepy"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        _run_side(options.side, options.folder, options.width, options.sequence)
        return
    results: dict[str, object] = {"width": options.width, "sequence": options.sequence.value}
    sides: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make_inputs(folder, sequence_by_kind(options.sequence))
        for side in ("ours", "moviepy"):
            sides[side] = _measure(side, folder, options.width, options.sequence)
            print(side, sides[side], flush=True)
    for quantity in ("wall_seconds", "cpu_seconds", "peak_megabytes"):
        ratio = sides["moviepy"][quantity] / sides["ours"][quantity]
        results[f"{quantity}_ratio"] = round(ratio, 2)
    print(json.dumps({**results, **sides}))


def _make_inputs(folder: Path, sequence: Sequence) -> None:
    import cv2
    import soundfile

    random = np.random.Generator(np.random.PCG64(7))
    for number in sequence.clips:
        coarse = random.integers(0, 256, (18, 32, 3), np.uint8)
        picture = cv2.resize(coarse, (1792, 1008), interpolation=cv2.INTER_CUBIC)
        grain: npt.NDArray[np.uint8] = random.integers(0, 40, picture.shape, np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), cv2.add(picture, cv2.blur(grain, (3, 3))))
    seconds = np.arange(48_000 * sequence.seconds) / 48_000
    tone = 0.2 * np.sin(2 * np.pi * 220 * seconds)
    soundfile.write(folder / "track.wav", np.stack([tone, tone], 1), 48_000, subtype="PCM_24")


def _measure(side: str, folder: Path, width: int, kind: SequenceKind) -> dict[str, float]:
    """Wall and CPU seconds and the peak of resident memory, of a side with all its children."""
    command = [sys.executable, "-m", "benchmarks.bench_video", "--side", side]
    command += ["--folder", str(folder), "--width", str(width), "--sequence", kind.value]
    return measured(command)[0]


def _run_side(side: str, folder: Path, width: int, kind: SequenceKind) -> None:
    sequence = sequence_by_kind(kind)
    profile = profile_for("standard", width, width * 9 // 16 // 2 * 2)
    sources = {}
    for number in sequence.clips:
        motion = view_by_number(number).motion
        strength = MOTION_STRENGTH[motion]
        sources[number] = ClipSource(folder / f"{number}.png", None, motion, strength)
    out = folder / side
    out.mkdir()
    if side == "ours":
        _run_ours(sequence, sources, profile, folder, out)
    else:
        _run_moviepy(sequence, sources, profile, folder, out)


def _run_ours(
    sequence: Sequence,
    sources: dict[int, ClipSource],
    profile: Profile,
    folder: Path,
    out: Path,
) -> None:
    masters = {}
    for number, source in sources.items():
        target = out / str(number)
        target.mkdir()
        files = render_clip(
            source.picture,
            source.depth,
            source.motion,
            source.strength,
            profile,
            target,
            cuts=cut_points(number),
            progress=lambda _: None,
            check_cancelled=lambda: None,
        )
        masters[number] = files.master
    edit = assemble_sequence(
        sequence,
        masters,
        sources,
        profile,
        out / "sequence.mp4",
        progress=lambda _: None,
        check_cancelled=lambda: None,
    )
    score_mp4(edit, folder / "track.wav", profile, out / "final.mp4")


def _run_moviepy(
    sequence: Sequence,
    sources: dict[int, ClipSource],
    profile: Profile,
    folder: Path,
    out: Path,
) -> None:
    clips = {}
    frames = max(CLIP_FRAMES, *(span.length for span in spans(sequence)))
    for number, source in sources.items():
        clips[number] = out / f"{number}.mp4"
        reference_clip(source, profile, clips[number], frames)
    reference_sequence(sequence, clips, profile, out / "sequence.mp4")
    reference_final(out / "sequence.mp4", folder / "track.wav", profile, out / "final.mp4")


if __name__ == "__main__":
    main()
