"""``arena_scene``: the one 3D place that every picture of the arena shows."""

from collections.abc import Iterator

import dagster as dg

from arena_assets.defs.naming import specs
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import FIRST, RETRY, Pool
from arena_assets.defs.studio import StudioResource, make_slots, read_manifest, told_plainly
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.slots import SCENE, metadata_slot, scene_slot
from arena_assets.providers.versions import VERSIONS


@dg.multi_asset(
    name=SCENE,
    specs=specs(SCENE, VERSIONS[SCENE]),
    partitions_def=ARENAS,
    pool=Pool.RENDER,
    op_tags=FIRST,
    retry_policy=RETRY,
)
def arena_scene(
    context: dg.AssetExecutionContext, studio: StudioResource
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    with told_plainly():
        arena = studio.studio.arena(arena_id_of(context.partition_key))
    metadata = read_manifest(context, metadata_slot())
    recipe = studio.studio.makers.stage.recipe(arena.outline, metadata)
    yield from make_slots(context, studio, {scene_slot(): recipe})
