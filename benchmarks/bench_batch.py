"""A batch through doubles of all three services, beside what its bottleneck alone would take.

``python -m benchmarks.bench_batch --arenas 100 --scale 4``; the last line printed is one JSON
object.

Claude answers in 8 s, one GPU draws a picture in 6 s, ElevenLabs makes a track in 25 s, four at
once. Twelve pictures make the GPU the bottleneck: 72 s of each arena, two hours of a hundred. So
``--scale`` divides every latency. What this machine itself does is not divided: a scaled run has
that much less time to hide its own work behind the GPU, and is the harder one. An arena takes some
15 CPU-seconds here, mastering its five tracks among them: with two cores a scale above 8 would
measure this machine. ``--scale 1`` runs the true latencies.

Real are ``arena serve`` with its daemon, warm workers and pools, the three providers, the ledger
with its journal, publishing and packs. Scene, clips, edits and finals are stand-ins that write a
few bytes, as no service works on them. The doubles run in a process of their own, whose CPU is not
counted but which shares the machine's cores.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import psutil

from arena_assets.domain.views import VIEWS
from arena_assets.store import plans
from arena_assets.store.plan_states import PlanState
from arena_assets_tests.live import LiveServer, live_server

CLAUDE_SECONDS, PICTURE_SECONDS, TRACK_SECONDS = 8.0, 6.0, 25.0
TRACKS_AT_ONCE = 4
_SERVICES = ("LORE=claude", "PICTURES=comfyui", "MUSIC=elevenlabs")
_SMALL = {"COMFYUI_PICTURES": "plain", "IMAGE_WIDTH": "448", "IMAGE_HEIGHT": "256"}
_NODES = 5
"""Nodes of the workflow, each of which takes its share of a picture's time."""
_LOOK_SECONDS = 1.0
_PATIENCE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the doubles saw. Seconds; ``first`` and ``last`` by the monotonic clock."""

    jobs: int
    busy_seconds: float
    first: float
    last: float
    submitted: dict[str, int]
    most_tracks_at_once: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arenas", type=int, default=100)
    parser.add_argument("--scale", type=float, default=4.0, help="divides every latency")
    parser.add_argument("--runs", type=int, default=6, help="ARENA_RUNS_AT_ONCE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = _batch(Path(name), options.arenas, options.scale, options.runs)
    print(json.dumps(found))


def _batch(folder: Path, arenas: int, scale: float, runs: int) -> dict[str, object]:
    with _doubles(folder / "town", scale) as (given, doubles):
        environment = {**given, **_SMALL, "RUNS_AT_ONCE": str(runs)}
        with live_server(folder / "data", **environment) as live:
            cpu, begun = _cpu(live), time.monotonic()
            asked = live.request(arenas)
            _await_all(live, asked)
            wall, cpu = time.monotonic() - begun, _cpu(live) - cpu
            doubles.send("seen")
            seen = cast("Seen", doubles.recv())
    expected = arenas * len(VIEWS)
    if seen.jobs < expected or seen.submitted["claude"] != arenas:
        raise SystemExit(f"the batch is not whole: {asdict(seen)}")
    ratio = wall / seen.busy_seconds
    drawing = seen.last - seen.first
    found: dict[str, object] = {
        "arenas": arenas,
        "latencies_divided_by": scale,
        "runs_at_once": runs,
        "wall_seconds": round(wall, 1),
        "gpu_seconds": round(seen.busy_seconds, 1),
        "wall_by_gpu": round(ratio, 3),
        "gpu_idle_share": round(1 - 1 / ratio, 3),
        "gpu_idle_share_between_first_and_last_picture": round(1 - seen.busy_seconds / drawing, 3),
        "seconds_before_first_picture": round(seen.first - begun, 1),
        "seconds_after_last_picture": round(begun + wall - seen.last, 1),
        "cpu_seconds_per_arena": round(cpu / arenas, 2),
        "gpu_jobs": seen.jobs,
        "submitted": seen.submitted,
        "most_tracks_at_once": seen.most_tracks_at_once,
    }
    _tell(found, scale)
    return found


def _tell(found: dict[str, object], scale: float) -> None:
    print(
        f"{found['arenas']} arenas, latencies divided by {scale:g} "
        f"(Claude {CLAUDE_SECONDS / scale:g} s, picture {PICTURE_SECONDS / scale:g} s on one GPU, "
        f"track {TRACK_SECONDS / scale:g} s at {TRACKS_AT_ONCE} at once); "
        "scene, clips, edits and finals are stand-ins"
    )
    for name, value in found.items():
        print(f"  {name.replace('_', ' '):<46} {value}")


def _await_all(live: LiveServer, asked: tuple[int, ...]) -> None:
    """Wait until all are published; looks once a second, as looking takes CPU too."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        states = [live.state(each) for each in asked]
        if PlanState.FAILED in states:
            failed = asked[states.index(PlanState.FAILED)]
            raise SystemExit(f"{failed}: {plans.get_plan(live.studio.db, failed).reason}")
        if all(state is PlanState.PUBLISHED for state in states):
            return
        if time.monotonic() > until:
            raise SystemExit(f"not made within {_PATIENCE_SECONDS:.0f} s")
        threading.Event().wait(_LOOK_SECONDS)


def _cpu(live: LiveServer) -> float:
    """CPU seconds of the server's tree so far, finished children included."""
    total = 0.0
    for process in [live.record.serve, *live.record.processes.values()]:
        times = psutil.Process(process.pid).cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


@contextmanager
def _doubles(folder: Path, scale: float) -> Iterator[tuple[dict[str, str], Connection]]:
    """The three doubles in a process of their own: the settings that choose them, and a line."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_run_doubles, args=(folder, scale, theirs), daemon=True)
    child.start()
    try:
        yield ours.recv(), ours
    finally:
        ours.send("stop")
        child.join(30)


def _run_doubles(folder: Path, scale: float, line: Connection) -> None:
    from arena_assets_tests.doubles.comfyui.gpu import Pace
    from arena_assets_tests.services.town import open_town

    os.environ["OMP_NUM_THREADS"] = "1"
    folder.mkdir(parents=True)
    with open_town(folder, pace=Pace(node=PICTURE_SECONDS / scale / _NODES)) as town:
        town.claude.latency_seconds = CLAUDE_SECONDS / scale
        town.eleven.latency_seconds = TRACK_SECONDS / scale
        town.eleven.at_once = TRACKS_AT_ONCE
        more = {"ELEVENLABS_AT_ONCE": str(TRACKS_AT_ONCE)}
        line.send(town.settings(*_SERVICES, **more))
        while line.recv() == "seen":
            gpu = town.comfy.gpu
            submitted = {
                "claude": town.claude.submitted,
                "comfyui": town.pictures,
                "elevenlabs": town.eleven.submitted,
            }
            line.send(
                Seen(
                    jobs=len(gpu.ran),
                    busy_seconds=gpu.busy_seconds,
                    first=gpu.first_at,
                    last=gpu.last_at,
                    submitted=submitted,
                    most_tracks_at_once=town.eleven.most_at_once,
                )
            )


if __name__ == "__main__":
    main()
