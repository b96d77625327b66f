"""How near a batch comes to its bottleneck: 100 arenas through doubles of all three services.

``python -m benchmarks.bench_batch``; the last line printed is one JSON object.

Usual latencies: Claude 8 s, a picture 6 s on the one GPU, a track 25 s with four in work at once.
At those the GPU alone would need two hours, so every latency is multiplied by ``--pace``; what
orchestration costs is not, so that a quicker pace is the harder test. Lore, pictures and music go
through the real clients, the ledger and loopback servers; scenes, clips, edits and films are
stand-ins that cost nothing, as this is about keeping the GPU busy. The server, its workers and the
doubles share this machine. The baseline is the bottleneck's own time: all pictures, one by one.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.views import VIEWS
from arena_assets.store.ledger_entries import totals
from arena_assets_tests.doubles.comfyui import Pace
from arena_assets_tests.live import live_server
from arena_assets_tests.services.town import Town, open_town
from benchmarks.bench_overhead import cpu_seconds

_LORE, _PICTURE, _TRACK, _TRACKS_AT_ONCE = 8.0, 6.0, 25.0, 4
_NODES = 5
"""Of the workflow, each of which takes as long as any other."""
_SETTINGS = {
    "COMFYUI_PICTURES": "plain",
    "IMAGE_WIDTH": "512",
    "IMAGE_HEIGHT": "288",
    "ELEVENLABS_AT_ONCE": str(_TRACKS_AT_ONCE),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arenas", type=int, default=100)
    parser.add_argument("--pace", type=float, default=0.1, help="what latencies are multiplied by")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, open_town(Path(name) / "town") as town:
        town.claude.latency_seconds = _LORE * options.pace
        town.eleven.latency_seconds = _TRACK * options.pace
        town.eleven.at_once = _TRACKS_AT_ONCE
        town.comfy.gpu.pace = Pace(node=_PICTURE * options.pace / _NODES)
        print(json.dumps(_batch(town, Path(name) / "data", options.arenas, options.pace)))


def _batch(town: Town, folder: Path, arenas: int, pace: float) -> dict[str, object]:
    services = ("LORE=claude", "PICTURES=comfyui", "MUSIC=elevenlabs")
    with live_server(folder, **town.settings(*services, **_SETTINGS)) as live:
        before = cpu_seconds(live)
        started = time.perf_counter()
        wanted = live.request(arenas)
        live.await_published(wanted, seconds=600 + 60 * arenas * max(pace * 2, 0.2))
        wall = time.perf_counter() - started
        cpu = cpu_seconds(live) - before
        spent = sum(float(each.spent_usd) for each in totals(live.studio.db))
    pictures = arenas * len(VIEWS)
    assert (town.pictures, town.eleven.submitted) == (pictures, arenas * len(SEQUENCES))
    gpu = pictures * _PICTURE * pace
    others = {
        "claude": arenas * _LORE * pace,
        "elevenlabs": arenas * len(SEQUENCES) * _TRACK * pace / _TRACKS_AT_ONCE,
    }
    assert gpu > max(others.values())
    return {
        "arenas": arenas,
        "pace": pace,
        "wall_seconds": round(wall, 1),
        "bottleneck_seconds": round(gpu, 1),
        "wall_by_bottleneck": round(wall / gpu, 3),
        "gpu_idle_share": round(1 - town.comfy.gpu.busy_seconds / wall, 3),
        "gpu_seconds_per_picture": round(town.comfy.gpu.busy_seconds / pictures, 3),
        "other_services_seconds": {name: round(value, 1) for name, value in others.items()},
        "cpu_seconds_per_arena": round(cpu / arenas, 2),
        "spent_usd": round(spent, 2),
    }


if __name__ == "__main__":
    main()
