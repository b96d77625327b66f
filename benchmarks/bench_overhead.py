"""What orchestration costs per arena when the work costs nothing, and how soon a job starts.

``python -m benchmarks.bench_overhead --arenas 10``; the last line printed is one JSON object.

The floor is a job of the same shape (nine steps, 43 assets in a dynamic partition) with empty
bodies, run by Dagster in one warm process on SQLite. Ours is the real thing: ``arena serve`` with
makers that write a few bytes, requests through the front door, runs launched, checked, published
and packed. CPU is that of all processes concerned.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import dagster as dg
import psutil

from arena_assets.defs.naming import asset_key, of_asset
from arena_assets.domain.slots import UPSTREAM
from arena_assets.store import events
from arena_assets_tests.live import LiveServer, live_server

_LAUNCH_WARMUP = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arenas", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        floor = _floor(Path(name) / "floor", options.arenas)
        print("floor", floor, flush=True)
        ours = _ours(Path(name) / "ours", options.arenas)
        print("ours", ours, flush=True)
    print(
        json.dumps(
            {
                "arenas": options.arenas,
                "job_start_seconds_median": ours.pop("job_start_seconds_median"),
                "job_start_seconds_max": ours.pop("job_start_seconds_max"),
                "cpu_ratio": round(ours["cpu_seconds"] / floor["cpu_seconds"], 2),
                "wall_ratio": round(ours["wall_seconds"] / floor["wall_seconds"], 2),
                "per_arena": ours,
                "floor_per_arena": floor,
            }
        )
    )


def _floor(folder: Path, arenas: int) -> dict[str, float]:
    """Seconds per arena of an empty job of the same shape, in this process."""
    folder.mkdir()
    partitions = dg.DynamicPartitionsDefinition(name="arena")
    assets = [_empty(asset, partitions) for asset in dict.fromkeys(s.asset for s in UPSTREAM)]
    defs = dg.Definitions(
        assets=assets, jobs=[dg.define_asset_job("floor")], executor=dg.in_process_executor
    )
    job = defs.resolve_job_def("floor")
    keys = [f"arena-{number:06d}" for number in range(arenas + _LAUNCH_WARMUP)]
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        instance.add_dynamic_partitions("arena", keys)
        job.execute_in_process(partition_key=keys[0], instance=instance)
        wall, cpu = time.perf_counter(), time.process_time()
        for key in keys[_LAUNCH_WARMUP:]:
            job.execute_in_process(partition_key=key, instance=instance)
        return {
            "wall_seconds": round((time.perf_counter() - wall) / arenas, 3),
            "cpu_seconds": round((time.process_time() - cpu) / arenas, 3),
        }


def _empty(asset: str, partitions: dg.DynamicPartitionsDefinition) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(asset_key(slot), deps=[asset_key(each) for each in UPSTREAM[slot]])
        for slot in of_asset(asset)
    ]

    @dg.multi_asset(name=asset, specs=specs, partitions_def=partitions, can_subset=True)
    def body(context: dg.AssetExecutionContext):  # type: ignore[no-untyped-def]
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(asset_key=key)

    return body


def _ours(folder: Path, arenas: int) -> dict[str, float]:
    """Seconds per arena through the real server, and from each single request to its first work."""
    with live_server(folder) as live:
        live.await_published(live.request(_LAUNCH_WARMUP))
        starts = [_job_start(live) for _ in range(5)]
        wall, cpu = time.perf_counter(), cpu_seconds(live)
        live.await_published(live.request(arenas), seconds=120.0 + 30.0 * arenas)
        return {
            "wall_seconds": round((time.perf_counter() - wall) / arenas, 3),
            "cpu_seconds": round((cpu_seconds(live) - cpu) / arenas, 3),
            "job_start_seconds_median": round(statistics.median(starts), 3),
            "job_start_seconds_max": round(max(starts), 3),
        }


def _job_start(live: LiveServer) -> float:
    """From placing a request to the first slot of its arena being worked on."""
    begun = time.time()
    (arena_id,) = live.request()
    live.await_published([arena_id])
    first = events.since(live.studio.db, 0, arena_ids=[arena_id], kinds=["slot_started"])[0]
    return first.at.timestamp() - begun


def cpu_seconds(live: LiveServer) -> float:
    """CPU seconds of this process and the server's tree so far, finished children included."""
    total = sum(os.times()[:2])
    for process in [live.record.serve, *live.record.processes.values()]:
        times = psutil.Process(process.pid).cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


if __name__ == "__main__":
    main()
