"""One piece of the video engine's work, in this process or in one of its own that comes to harm."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.errors import ArenaError
from arena_assets.video.clip import render_clip
from arena_assets.video.final import score_sequence
from arena_assets.video.sequence import assemble_sequence
from arena_assets.video.timeline import cut_points
from arena_assets.workshop.folders import WorkFolders
from arena_assets_tests.video.making import SMALL, ignore, make_track, render_all, source_for

KIND = SequenceKind.HAZARD
JOBS = ("clip", "sequence", "final")


def prepare(folder: Path) -> None:
    """What the three jobs start from: pictures, clips, a sequence and a track."""
    sequence = sequence_by_kind(KIND)
    render_all(sequence, folder)
    work("sequence", folder, folder)
    make_track(folder / "track.wav", sequence.seconds)


def work(
    job: str,
    given: Path,
    out: Path,
    progress: Callable[[float], None] = ignore,
    check_cancelled: Callable[[], None] = ignore,
) -> None:
    """Do a job from what :func:`prepare` left in ``given``."""
    sequence = sequence_by_kind(KIND)
    sources = {number: source_for(given, number) for number in sequence.clips}
    if job == "clip":
        one = sources[3]
        render_clip(
            one.picture,
            one.depth,
            one.motion,
            one.strength,
            SMALL,
            out,
            cuts=cut_points(3),
            progress=progress,
            check_cancelled=check_cancelled,
        )
    elif job == "sequence":
        masters = {number: given / f"clip-{number}" / "master.mp4" for number in sequence.clips}
        assemble_sequence(
            sequence,
            masters,
            sources,
            SMALL,
            out / "sequence.mp4",
            progress=progress,
            check_cancelled=check_cancelled,
        )
    else:
        score_sequence(
            given / "sequence.mp4",
            given / "track.wav",
            KIND,
            SMALL,
            out,
            progress=progress,
            check_cancelled=check_cancelled,
        )


def main() -> None:
    """Print each step of progress; then the code of the error, or ``done``.

    With a fifth argument the work stands still once its progress is beyond that share, until what
    is at the other end of standard input goes away.
    """
    job, given, out, where = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]

    hold = float(sys.argv[5]) if len(sys.argv) > 5 else 1.0

    def tell(share: float) -> None:
        print(share, flush=True)
        if share > hold:
            sys.stdin.read()

    try:
        if where == "folder":
            with WorkFolders(out, 0).folder(job) as folder:
                work(job, given, folder, tell)
        else:
            work(job, given, out, tell)
    except ArenaError as error:
        print(error.code)
    else:
        print("done")


if __name__ == "__main__":
    main()
