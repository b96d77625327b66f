"""Time, CPU and memory of one arena's video work, against the same work done with MoviePy.

``make bench-video`` does all of it at 1920×1080: twelve rendered pictures with their depth become
12 clips, 5 sequences and 5 scored MP4 files, ours and MoviePy's; then ours again with the five Ogg
files for the game, twice. Each runs in a process of its own, two encoders at a time in ours.
``--sequence hazard --width 640`` is a quick look. Encoding the same frames from memory, and nothing
else, gives the limit. The last line printed is one JSON object.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from arena_assets.domain.sequences import SEQUENCES, SequenceKind, sequence_by_kind
from arena_assets.domain.views import CLIP_FRAMES
from arena_assets.video.motion import RELIEF
from arena_assets.video.profile import profile_for
from benchmarks.usage import measured as measured_command
from benchmarks.video_inputs import sources
from benchmarks.video_jitter import jitter_table
from benchmarks.video_quality import count_frames, quality

_COMPARED = (1, 3, 8)
"""Clips whose frames are compared with ideal ones, those of them that are made: without relief, as
MoviePy has none, and of three kinds of motion."""
_STEP = 5
"""Every so many frames are compared."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=1920, help="of a 16:9 video, in pixels")
    parser.add_argument("--sequence", type=SequenceKind, help="this one and its clips alone")
    parser.add_argument("--pictures", type=Path, help="where rendered pictures are kept for reuse")
    parser.add_argument("--skip", nargs="*", default=[], choices=("moviepy", "jitter"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inputs = options.pictures or folder / "inputs"
        _tell("rendering the pictures")
        subprocess.run([sys.executable, "-m", "benchmarks.video_inputs", str(inputs)], check=True)
        print(json.dumps(_bench(options, folder, inputs)))


def _bench(options: argparse.Namespace, folder: Path, inputs: Path) -> dict[str, Any]:
    measured: dict[str, dict[str, Any]] = {}
    # The first run compiles, if these loops were never run here: it is not measured.
    for run, side in (("warm", "ours"), ("ours", "ours"), ("limit", "limit"), ("game", "game"),
                      ("again", "game"), ("moviepy", "moviepy")):  # fmt: skip
        if run in options.skip:
            continue
        small = ["--sequence", "hazard"] if run == "warm" else []
        if options.sequence and run != "warm":
            small = ["--sequence", options.sequence.value]
        width = 320 if run == "warm" else options.width
        command = [sys.executable, "-m", "benchmarks.video_sides", side, "--inputs", str(inputs)]
        command += ["--out", str(folder / run), "--width", str(width), *small]
        measured[run] = _measure(command)
        _tell(f"{run}: {measured[run]}")
    profile = profile_for("standard", options.width, options.width * 9 // 16 // 2 * 2)
    results: dict[str, Any] = {
        "width": options.width,
        "what": options.sequence.value if options.sequence else "the whole arena",
        "ours": measured["ours"],
        "limit": measured["limit"],
    }
    results |= _against_limit(measured) | _game(measured)
    results |= _exactness(options, folder)
    if "moviepy" in measured:
        results |= _against_moviepy(measured, options, folder, inputs)
    if "jitter" not in options.skip:
        _tell("jitter, pixels: before and after encoding")
        results["jitter"] = jitter_table(inputs, profile, _tell)
    return results


def _against_limit(measured: dict[str, dict[str, Any]]) -> dict[str, Any]:
    ours, limit = measured["ours"], measured["limit"]["said"]
    return {
        "share_of_encode_only_limit_cpu": round(limit["cpu_seconds"] / ours["cpu_seconds"], 3),
        "share_of_encode_only_limit_wall": round(limit["wall_seconds"] / ours["wall_seconds"], 3),
    }


def _game(measured: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What the Ogg files add, all that is done only for them counted."""
    more = {
        f"ogg_{quantity}": round(measured["game"][quantity] - measured["ours"][quantity], 2)
        for quantity in ("wall_seconds", "cpu_seconds")
    }
    return {**more, "with_ogg": measured["game"]}


def _against_moviepy(
    measured: dict[str, dict[str, Any]], options: argparse.Namespace, folder: Path, inputs: Path
) -> dict[str, Any]:
    results: dict[str, Any] = {"moviepy": measured["moviepy"]}
    for quantity in ("wall_seconds", "cpu_seconds", "peak_megabytes"):
        ratio = measured["moviepy"][quantity] / measured["ours"][quantity]
        results[f"moviepy_{quantity}_by_ours"] = round(ratio, 2)
    profile = profile_for("standard", options.width, options.width * 9 // 16 // 2 * 2)
    made = sources(inputs)
    chosen = sequence_by_kind(options.sequence).clips if options.sequence else tuple(made)
    for number in sorted(set(_COMPARED) & set(chosen)):
        assert made[number].motion not in RELIEF
        clip = f"clip-{number:02d}"
        for side, path, matrix in (
            ("ours", folder / "ours" / clip / "clip.mp4", "ITU709"),
            ("moviepy", folder / "moviepy" / f"{clip}.mp4", "ITU601"),
        ):
            found = quality(path, matrix, made[number], profile, CLIP_FRAMES, _STEP)
            results.setdefault("quality", {}).setdefault(clip, {})[side] = found
        _tell(f"{clip} against ideal frames: {results['quality'][clip]}")
    return results


def _exactness(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Whether all lengths are right and three runs gave the same bytes; and how large it all is."""
    chosen = [sequence_by_kind(options.sequence)] if options.sequence else list(SEQUENCES)
    wrong = []
    for path in sorted((folder / "ours").glob("clip-*/clip.mp4")):
        if count_frames(path) != CLIP_FRAMES:
            wrong.append(path.parent.name)
    for sequence in chosen:
        for name in ("sequence.mp4", "final.mp4", "final.ogv"):
            if count_frames(folder / "game" / sequence.slot / name) != sequence.frames:
                wrong.append(f"{sequence.slot}/{name}")
    ours, game, again = (_digests(folder / run) for run in ("ours", "game", "again"))
    sizes: dict[str, float] = {}
    for name in ("final.mp4", "final.ogv"):
        for sequence in chosen:
            size = (folder / "game" / sequence.slot / name).stat().st_size
            rate = 8e-6 * size / sequence.seconds
            sizes[f"{sequence.slot}{name.removeprefix('final')}_mbit_per_second"] = round(rate, 1)
    return {
        "wrong_lengths": wrong,
        "same_bytes_again": game == again and ours.items() <= game.items(),
        "sizes": sizes,
    }


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _measure(command: list[str]) -> dict[str, Any]:
    """What a side cost, and what it said itself, if anything."""
    cost, text = measured_command(command)
    said = text.strip()
    return {**cost, **({"said": json.loads(said)} if said else {})}


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
