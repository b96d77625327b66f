"""``arena_row``: the published arena, written last, from checked files only."""

import dagster as dg

from arena_assets.defs.naming import spec
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import RETRY, Pool
from arena_assets.defs.studio import StudioResource, read_manifest, result, told_plainly
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.slots import ROW, UPSTREAM, row_slot
from arena_assets.providers.versions import VERSIONS


@dg.multi_asset(
    name=ROW,
    specs=[spec(row_slot(), VERSIONS[ROW])],
    partitions_def=ARENAS,
    pool=Pool.RELEASE,
    retry_policy=RETRY,
)
def arena_row(context: dg.AssetExecutionContext, studio: StudioResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    from arena_assets.export.publish import publish_arena

    arena_id = arena_id_of(context.partition_key)
    manifests = {slot: read_manifest(context, slot) for slot in UPSTREAM[row_slot()]}
    with told_plainly():
        studio.studio.begin_work(arena_id, context.run.run_id)
        row = publish_arena(studio.studio, arena_id, manifests)
    return result(row_slot(), row, reused=False)
