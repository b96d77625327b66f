"""Jobs: make an arena; look after the house."""

import dagster as dg

from arena_assets.defs.pools import Pool
from arena_assets.defs.studio import StudioResource, told_plainly

RUN_TAGS = {
    # A run that failed goes on from the assets that failed.
    "dagster/retry_strategy": "FROM_ASSET_FAILURE",
}

ARENA_JOB = dg.define_asset_job(
    "make_arena",
    selection=dg.AssetSelection.all(),
    description="Everything of one arena, from its lore to its engine pack. What is there is kept.",
    tags=RUN_TAGS,
)


@dg.op(description="Remove temporary files, orphan blobs and old events", pool=Pool.RELEASE)
def sweep(context: dg.OpExecutionContext, studio: StudioResource) -> None:
    from arena_assets.export.housekeeping import keep_house

    with told_plainly():
        report = keep_house(studio.studio)
    for line in report.lines():
        context.log.info(line)
    context.add_output_metadata(report.counts())


@dg.job(description="Housekeeping: temporary files, orphan blobs and folders, retention")
def housekeeping() -> None:
    sweep()
