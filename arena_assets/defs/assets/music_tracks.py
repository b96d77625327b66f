"""``music_tracks``: five tracks on one theme, one asset key each."""

from collections.abc import Iterator

import dagster as dg

from arena_assets.defs.naming import ordered, specs
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import RETRY, Pool
from arena_assets.defs.studio import StudioResource, make_slots, read_manifest, told_plainly
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.slots import MUSIC, metadata_slot, track_slot
from arena_assets.providers.versions import VERSIONS


@dg.multi_asset(
    name=MUSIC,
    specs=specs(MUSIC, VERSIONS[MUSIC]),
    can_subset=True,
    partitions_def=ARENAS,
    pool=Pool.COMPOSE,
    retry_policy=RETRY,
)
def music_tracks(
    context: dg.AssetExecutionContext, studio: StudioResource
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    with told_plainly():
        arena = studio.studio.arena(arena_id_of(context.partition_key))
    chosen = set(ordered(context.selected_asset_keys))
    metadata = read_manifest(context, metadata_slot())
    maker = studio.studio.makers.composer
    recipes = {
        track_slot(each.slot): studio.studio.track_recipe(arena, each, metadata)
        for each in SEQUENCES
        if track_slot(each.slot) in chosen
    }
    yield from make_slots(context, studio, recipes, width=maker.at_once)
