"""The sensor that sends lore in batches and lets arenas go on when their batch has ended."""

import dagster as dg

from arena_assets.errors import ArenaError

ECONOMY_SENSOR = "economy_batches"


@dg.sensor(
    name=ECONOMY_SENSOR,
    minimum_interval_seconds=20,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends the lore of arenas that chose economy to Claude in one batch, at half "
    "price, and lets them have their runs once it has ended.",
)
def economy_batches(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """It launches nothing: an arena that is released is the request sensor's."""
    from arena_assets.defs.launches import open_database
    from arena_assets.settings import settings
    from arena_assets.store.drafts import any_open

    with open_database() as db:
        if not any_open(db):
            return dg.SkipReason("No arena waits for a batch.")
        from arena_assets.workshop.economy import tend

        try:
            return dg.SkipReason(tend(settings(), db).sentence)
        except ArenaError as error:
            context.log.warning(str(error))
            return dg.SkipReason(str(error))
