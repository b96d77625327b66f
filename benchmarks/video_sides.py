"""The same work done four ways, each to be run as a process of its own.

``ours`` makes clips, sequences and scored MP4 files; ``game`` those and the Ogg files; ``limit``
encodes the frames of ``ours`` from memory; ``moviepy`` does the work of ``ours`` with MoviePy.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from arena_assets.domain.sequences import SEQUENCES, Sequence, SequenceKind, sequence_by_kind
from arena_assets.domain.views import CLIP_FRAMES
from arena_assets.video.canvas import Canvas
from arena_assets.video.clip import render_clip
from arena_assets.video.encode import Draw, encode_frames
from arena_assets.video.final import score_mp4, score_ogv
from arena_assets.video.profile import Profile, profile_for
from arena_assets.video.reference import reference_clip, reference_final, reference_sequence
from arena_assets.video.sequence import assemble_sequence
from arena_assets.video.shot import ClipSource, Shot
from arena_assets.video.timeline import ENTRIES, cut_points, fades, solo_parts, spans
from benchmarks.video_inputs import sources, track_path

WORKERS = 2

Job = tuple[Draw, int, list[int], list[int], bool]
"""What draws the frames, how many, where they are entered and left, whether it is a crossfade."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("side", choices=("ours", "game", "limit", "moviepy"))
    parser.add_argument("--inputs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--sequence", type=SequenceKind)
    options = parser.parse_args()
    profile = profile_for("standard", options.width, options.width * 9 // 16 // 2 * 2)
    chosen = [sequence_by_kind(options.sequence)] if options.sequence else list(SEQUENCES)
    clips = sources(options.inputs)
    if options.sequence:
        clips = {number: clips[number] for number in chosen[0].clips}
    options.out.mkdir(parents=True, exist_ok=True)
    if options.side == "limit":
        print(json.dumps(_limit(chosen, clips, profile)))
    elif options.side == "moviepy":
        _moviepy(chosen, clips, profile, options.inputs, options.out)
    else:
        _ours(chosen, clips, profile, options.inputs, options.out, options.side == "game")


def _ours(
    chosen: list[Sequence],
    clips: dict[int, ClipSource],
    profile: Profile,
    inputs: Path,
    out: Path,
    game: bool,
) -> None:
    masters: dict[int, Future[tuple[Path, Path | None]]] = {}

    def clip(number: int) -> tuple[Path, Path | None]:
        folder = out / f"clip-{number:02d}"
        folder.mkdir()
        source = clips[number]
        files = render_clip(
            source.picture,
            source.depth,
            source.motion,
            source.strength,
            profile,
            folder,
            cuts=cut_points(number),
            theora=solo_parts(number) if game else (),
            progress=_ignore,
            check_cancelled=_ignore,
        )
        return files.master, files.theora

    def film(sequence: Sequence) -> None:
        made = {number: masters[number].result() for number in sequence.clips}
        folder = out / sequence.slot
        folder.mkdir()
        solos = {number: solo for number, (_, solo) in made.items() if solo is not None}
        coded = folder / "game.ogv"
        edit = assemble_sequence(
            sequence,
            {number: master for number, (master, _) in made.items()},
            {number: clips[number] for number in sequence.clips},
            profile,
            folder / "sequence.mp4",
            theora=solos or None,
            theora_out=coded,
            progress=_ignore,
            check_cancelled=_ignore,
        )
        track = track_path(inputs, sequence.slot)
        score_mp4(edit, track, profile, folder / "final.mp4")
        if game:
            score_ogv(
                edit,
                track,
                sequence,
                profile,
                folder / "final.ogv",
                theora=coded,
                progress=_ignore,
                check_cancelled=_ignore,
            )

    # Clips come first in the queue, so what waits for them never holds the last worker.
    with ThreadPoolExecutor(WORKERS) as pool:
        masters.update({number: pool.submit(clip, number) for number in clips})
        for each in [pool.submit(film, sequence) for sequence in chosen]:
            each.result()


def _limit(
    chosen: list[Sequence], clips: dict[int, ClipSource], profile: Profile
) -> dict[str, float]:
    """Wall and CPU seconds of nothing but encoding; frames are drawn before, untimed, by twos."""

    def clip_job(number: int) -> Job:
        shot, cuts = Shot(clips[number], profile), cut_points(number)
        keys = [cut for cut in cuts[:-1] if cut in ENTRIES]
        return shot.draw, cuts[-1], keys, list(cuts[1:]), False

    jobs: list[Callable[[], Job]] = [partial(clip_job, number) for number in clips]
    for sequence in chosen:
        for fade in fades(sequence):
            # What is in a crossfade's frames hardly matters here: the incoming clip's stand for it.
            def fade_job(clip: int = fade.incoming, frames: int = fade.frames) -> Job:
                other, two = Shot(clips[clip], profile), Canvas(profile)

                def draw(index: int, canvas: Canvas) -> None:
                    other.draw(index, canvas)
                    other.draw(150 - index, two)
                    canvas.blend(two, (index + 1) / (frames + 1))

                return draw, frames, [0], [], True

            jobs.append(fade_job)
    wall = cpu = 0.0
    count = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        for first in range(0, len(jobs), WORKERS):
            ready = [_drawn(*job(), profile) for job in jobs[first : first + WORKERS]]
            start = time.perf_counter()
            spent = list(pool.map(lambda work: work(), ready))
            wall += time.perf_counter() - start - max(copying for _, copying, _ in spent)
            cpu += sum(encoding for encoding, _, _ in spent)
            count += sum(frames for _, _, frames in spent)
    return {"wall_seconds": round(wall, 2), "cpu_seconds": round(cpu, 2), "frames": count}


def _drawn(
    draw: Draw, frames: int, keys: list[int], stops: list[int], fade: bool, profile: Profile
) -> Callable[[], tuple[float, float, int]]:
    """Encoding of drawn frames: CPU seconds without and for copying them in, and their number."""
    canvas = Canvas(profile)
    memory = []
    for index in range(frames):
        draw(index, canvas)
        memory.append([plane.copy() for plane in canvas.planes])

    def work() -> tuple[float, float, int]:
        copying = 0.0

        def copy(index: int, canvas: Canvas) -> None:
            nonlocal copying
            start = time.thread_time()
            for target, plane in zip(canvas.planes, memory[index], strict=True):
                np.copyto(target, plane)
            copying += time.thread_time() - start

        start = time.thread_time()
        encode_frames(
            copy,
            frames,
            profile,
            keys=keys,
            stops=stops,
            fade=fade,
            progress=_ignore,
            check_cancelled=_ignore,
        )
        return time.thread_time() - start - copying, copying, frames

    return work


def _moviepy(
    chosen: list[Sequence],
    clips: dict[int, ClipSource],
    profile: Profile,
    inputs: Path,
    out: Path,
) -> None:
    made = {}
    for number, source in clips.items():
        frames = max(CLIP_FRAMES, *_lengths(chosen, number))
        made[number] = out / f"clip-{number:02d}.mp4"
        reference_clip(source, profile, made[number], frames)
        _tell(f"clip {number}")
    for sequence in chosen:
        edit, final = (out / f"{sequence.slot}{kind}.mp4" for kind in ("", "-final"))
        reference_sequence(sequence, made, profile, edit)
        _tell(f"sequence {sequence.slot}")
        reference_final(edit, track_path(inputs, sequence.slot), profile, final)
        _tell(f"final {sequence.slot}")


def _lengths(chosen: Iterable[Sequence], number: int) -> list[int]:
    return [
        span.length for sequence in chosen for span in spans(sequence) if span.clip == number
    ] + [0]


def _tell(done: str) -> None:
    print(
        f"  moviepy: {done} after {time.perf_counter() - _STARTED:.0f} s",
        file=sys.stderr,
        flush=True,
    )


def _ignore(_: float = 0.0) -> None:
    pass


_STARTED = time.perf_counter()

if __name__ == "__main__":
    main()
