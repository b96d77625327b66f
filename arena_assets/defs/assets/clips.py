"""``clips``: twelve five-second camera moves, one asset key each, made in one step."""

from collections.abc import Iterator

import dagster as dg

from arena_assets.defs.naming import ordered, specs
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import RETRY, Pool
from arena_assets.defs.studio import StudioResource, make_slots, read_manifest, told_plainly
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.slots import CLIPS, clip_slot, image_slot
from arena_assets.domain.views import VIEWS
from arena_assets.providers.versions import VERSIONS


@dg.multi_asset(
    name=CLIPS,
    specs=specs(CLIPS, VERSIONS[CLIPS]),
    can_subset=True,
    partitions_def=ARENAS,
    pool=Pool.ENCODE,
    retry_policy=RETRY,
)
def clips(
    context: dg.AssetExecutionContext, studio: StudioResource
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    with told_plainly():
        arena = studio.studio.arena(arena_id_of(context.partition_key))
    chosen = set(ordered(context.selected_asset_keys))
    maker = studio.studio.makers.clips
    recipes = {
        clip_slot(view.number): maker.recipe(
            arena.outline, view, read_manifest(context, image_slot(view.number))
        )
        for view in VIEWS
        if clip_slot(view.number) in chosen
    }
    yield from make_slots(context, studio, recipes, width=maker.at_once)
