"""What is done with an arena as a whole: resume, cancel, publish, unpublish, fetch its pack."""

from __future__ import annotations

from collections.abc import Sequence

from arena_assets.actions.handover import stop_runs
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import Slot, pack_slot
from arena_assets.errors import Refused
from arena_assets.export.publish import take_out
from arena_assets.settings import Settings
from arena_assets.store import results
from arena_assets.store.database import Database
from arena_assets.store.game import Publication
from arena_assets.store.launches import want_launch
from arena_assets.store.plan_states import IN_FLIGHT, PlanState
from arena_assets.store.plans import Plan, get_plan, mark_cancelled, set_withheld
from arena_assets.workshop.review import unapproved


def resume(db: Database, arena_ids: Sequence[int]) -> dict[int, int]:
    """Let arenas go on where they stopped; arena → launch. Raises :class:`Refused`, before any is
    touched, when one of them is in flight."""
    for arena_id in arena_ids:
        _require_stopped(get_plan(db, arena_id))
    return {arena_id: want_launch(db, arena_id, "resume") for arena_id in arena_ids}


def cancel(settings: Settings, db: Database, arena_ids: Sequence[int]) -> tuple[list[Plan], int]:
    """Stop arenas for good; what they are now, and how many runs were told to stop."""
    before = {arena_id: get_plan(db, arena_id) for arena_id in arena_ids}
    for arena_id in before:
        mark_cancelled(db, arena_id)
    # Read again: a run may have begun between the first look and the mark.
    marked = [get_plan(db, arena_id) for arena_id in before]
    at_work = [
        plan.run_id
        for plan in marked
        if plan.run_id is not None
        and (
            before[plan.arena_id].state in IN_FLIGHT | {PlanState.CANCELLED}
            or plan.run_id != before[plan.arena_id].run_id
        )
    ]
    return marked, stop_runs(settings, at_work)


def publish(db: Database, arena_id: int) -> int:
    """Let an arena that was kept back be published by its next run; the launch's number.

    In a reviewed project raises :class:`Refused`, with the list, while approvals are missing.
    """
    plan = get_plan(db, arena_id)
    waiting = unapproved(db, plan)
    if waiting:
        raise Refused(
            f"{plan.partition} is not published, as {len(waiting)} items wait for an approval: "
            + ", ".join(map(str, waiting[:5]))
            + (" …" if len(waiting) > 5 else ""),
            "Approve them, and it is published by itself",
        )
    set_withheld(db, arena_id, False)
    return want_launch(db, arena_id, "publish")


def unpublish(settings: Settings, db: Database, arena_id: int) -> Publication:
    """Take an arena out of the game; see :func:`~arena_assets.export.publish.take_out`."""
    return take_out(settings.published_dir, db, arena_id)


def pack_of(db: Database, plan: Plan) -> SlotManifest:
    """The engine pack of an arena; raises :class:`Refused` when it has none to give away."""
    waiting = unapproved(db, plan)
    if waiting:
        raise Refused(
            f"{plan.partition} has no pack to give away: {len(waiting)} of its items wait for an "
            "approval",
            "Approve them first",
        )
    manifest = results.latest(db, Slot(plan.arena_id, pack_slot()))
    if manifest is None:
        raise Refused(
            f"{plan.partition} has no engine pack yet (it is {plan.state})",
            f"Follow it with 'arena watch {plan.partition}', or let it go on with 'arena resume'",
        )
    return manifest


def _require_stopped(plan: Plan) -> None:
    if plan.state in IN_FLIGHT:
        raise Refused(
            f"{plan.partition} is {plan.state} already",
            f"Follow it with 'arena watch {plan.partition}'; if nothing works on it, "
            f"'arena cancel {plan.partition}' first",
        )
