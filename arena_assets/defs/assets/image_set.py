"""``image_set``: twelve views of the place, one asset key each, made in one step."""

from collections.abc import Iterator

import dagster as dg

from arena_assets.defs.naming import ordered, specs
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import FIRST, RETRY, Pool
from arena_assets.defs.studio import StudioResource, make_slots, read_manifest, told_plainly
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.slots import IMAGES, image_slot, metadata_slot, scene_slot
from arena_assets.domain.views import VIEWS
from arena_assets.providers.versions import VERSIONS


@dg.multi_asset(
    name=IMAGES,
    specs=specs(IMAGES, VERSIONS[IMAGES]),
    can_subset=True,
    partitions_def=ARENAS,
    pool=Pool.RENDER,
    op_tags=FIRST,
    retry_policy=RETRY,
)
def image_set(
    context: dg.AssetExecutionContext, studio: StudioResource
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    with told_plainly():
        arena = studio.studio.arena(arena_id_of(context.partition_key))
    metadata, scene = (read_manifest(context, slot()) for slot in (metadata_slot, scene_slot))
    chosen = set(ordered(context.selected_asset_keys))
    maker = studio.studio.makers.pictures
    recipes = {
        image_slot(view.number): maker.recipe(arena.outline, view, metadata, scene)
        for view in VIEWS
        if image_slot(view.number) in chosen
    }
    yield from make_slots(context, studio, recipes, width=maker.at_once)
