"""``final_videos``: each sequence with its track, as MP4 and OGV, one asset key each."""

from collections.abc import Iterator

import dagster as dg

from arena_assets.defs.naming import ordered, specs
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import RETRY, Pool
from arena_assets.defs.studio import StudioResource, make_slots, read_manifest, told_plainly
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.slots import VIDEOS, sequence_slot, track_slot, video_slot
from arena_assets.providers.versions import VERSIONS


@dg.multi_asset(
    name=VIDEOS,
    specs=specs(VIDEOS, VERSIONS[VIDEOS]),
    can_subset=True,
    partitions_def=ARENAS,
    pool=Pool.ENCODE,
    retry_policy=RETRY,
)
def final_videos(
    context: dg.AssetExecutionContext, studio: StudioResource
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    with told_plainly():
        arena = studio.studio.arena(arena_id_of(context.partition_key))
    chosen = set(ordered(context.selected_asset_keys))
    maker = studio.studio.makers.finisher
    recipes = {
        video_slot(each.slot): maker.recipe(
            arena.outline,
            each,
            read_manifest(context, sequence_slot(each.slot)),
            read_manifest(context, track_slot(each.slot)),
        )
        for each in SEQUENCES
        if video_slot(each.slot) in chosen
    }
    yield from make_slots(context, studio, recipes)
