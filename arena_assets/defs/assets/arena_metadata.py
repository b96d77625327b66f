"""``arena_metadata``: the lore and mechanics of one arena."""

from collections.abc import Iterator

import dagster as dg

from arena_assets.defs.naming import specs
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import RETRY, Pool
from arena_assets.defs.studio import StudioResource, make_slots, told_plainly
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.slots import METADATA, metadata_slot
from arena_assets.providers.versions import VERSIONS


@dg.multi_asset(
    name=METADATA,
    specs=specs(METADATA, VERSIONS[METADATA]),
    partitions_def=ARENAS,
    pool=Pool.LORE,
    retry_policy=RETRY,
)
def arena_metadata(
    context: dg.AssetExecutionContext, studio: StudioResource
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    with told_plainly():
        arena = studio.studio.arena(arena_id_of(context.partition_key))
        writer = studio.studio.lore_for(arena.plan.arena_id)
    recipe = writer.recipe(arena.outline, arena.taken_names(), arena.reserve)
    yield from make_slots(context, studio, {metadata_slot(): recipe})
