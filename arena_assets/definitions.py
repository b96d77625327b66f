"""The code location: merges ``defs`` and nothing else."""

import dagster as dg

from arena_assets.defs.assets.arena_metadata import arena_metadata
from arena_assets.defs.assets.arena_row import arena_row
from arena_assets.defs.assets.arena_scene import arena_scene
from arena_assets.defs.assets.clips import clips
from arena_assets.defs.assets.engine_pack import engine_pack
from arena_assets.defs.assets.final_videos import final_videos
from arena_assets.defs.assets.image_set import image_set
from arena_assets.defs.assets.music_tracks import music_tracks
from arena_assets.defs.assets.sequences import sequences
from arena_assets.defs.checks import CHECKS
from arena_assets.defs.economy import economy_batches
from arena_assets.defs.executor import patient_in_process_executor
from arena_assets.defs.jobs import ARENA_JOB, housekeeping
from arena_assets.defs.manifest_store import IO_MANAGER_KEY, manifest_store
from arena_assets.defs.schedules import SCHEDULES
from arena_assets.defs.sensors import SENSORS
from arena_assets.defs.studio import StudioResource

defs = dg.Definitions(
    assets=[
        arena_metadata,
        arena_scene,
        image_set,
        clips,
        sequences,
        music_tracks,
        final_videos,
        arena_row,
        engine_pack,
    ],
    asset_checks=CHECKS,
    jobs=[ARENA_JOB, housekeeping],
    sensors=[*SENSORS, economy_batches],
    schedules=SCHEDULES,
    resources={"studio": StudioResource(), IO_MANAGER_KEY: manifest_store},
    executor=patient_in_process_executor,
)
