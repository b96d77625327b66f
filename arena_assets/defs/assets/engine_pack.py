"""``engine_pack``: one archive with the Godot and web layouts of the published arena."""

from collections.abc import Iterator

import dagster as dg

from arena_assets.defs.naming import spec
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import RETRY, Pool
from arena_assets.defs.studio import StudioResource, make_slots, read_manifest, told_plainly
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.slots import PACK, pack_slot, row_slot, scene_slot
from arena_assets.providers.versions import VERSIONS


@dg.multi_asset(
    name=PACK,
    specs=[spec(pack_slot(), VERSIONS[PACK])],
    partitions_def=ARENAS,
    pool=Pool.RELEASE,
    retry_policy=RETRY,
)
def engine_pack(
    context: dg.AssetExecutionContext, studio: StudioResource
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    from arena_assets.export.packing import pack_recipe

    with told_plainly():
        arena = studio.studio.arena(arena_id_of(context.partition_key))
    scene, row = (read_manifest(context, slot()) for slot in (scene_slot, row_slot))
    recipe = pack_recipe(arena.plan, studio.studio.blobs, row, scene)
    yield from make_slots(context, studio, {pack_slot(): recipe}, begins=False)
