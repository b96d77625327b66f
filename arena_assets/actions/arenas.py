"""What is done with an arena as a whole: resume, cancel, publish, unpublish, fetch its pack."""

from __future__ import annotations

from collections.abc import Sequence

from arena_assets.actions.handover import stop_runs
from arena_assets.domain.identity import partition_key
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import Slot, pack_slot
from arena_assets.errors import Refused
from arena_assets.export.published import PublishedTree
from arena_assets.settings import Settings
from arena_assets.store import results
from arena_assets.store.audit import record, recorded
from arena_assets.store.database import Database, together
from arena_assets.store.game import Publication, unpublish_rows
from arena_assets.store.launches import want_launch
from arena_assets.store.plan_states import IN_FLIGHT, PlanState
from arena_assets.store.plans import Plan, get_plan, lock_plans, mark_cancelled, set_withheld
from arena_assets.workshop.review import unapproved


def resume(db: Database, arena_ids: Sequence[int]) -> dict[int, int]:
    """Let arenas go on where they stopped; arena → launch. Raises :class:`Refused`, before any is
    touched, when one of them is in flight."""
    launches = {}
    with db.together():
        lock_plans(db, arena_ids)
        plans = {arena_id: get_plan(db, arena_id) for arena_id in arena_ids}
        for plan in plans.values():
            _require_stopped(plan)
        for arena_id, plan in sorted(plans.items()):
            record(db, "arena.resume", plan.partition, project=plan.project, was=plan.state.value)
            launches[arena_id] = want_launch(db, arena_id, "resume")
    return {arena_id: launches[arena_id] for arena_id in arena_ids}


def cancel(settings: Settings, db: Database, arena_ids: Sequence[int]) -> tuple[list[Plan], int]:
    """Stop arenas for good; what they are now, and how many runs were told to stop."""
    marked, at_work = mark_stopped(db, arena_ids)
    return marked, stop_runs(settings, at_work)


@together
def mark_stopped(db: Database, arena_ids: Sequence[int]) -> tuple[list[Plan], list[str]]:
    """The part of it in the database: what the arenas are now, and the runs to be stopped."""
    lock_plans(db, arena_ids)
    before = {arena_id: get_plan(db, arena_id) for arena_id in arena_ids}
    for arena_id, plan in sorted(before.items()):
        record(db, "arena.cancel", plan.partition, project=plan.project, was=plan.state.value)
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
    return marked, at_work


@together
def publish(db: Database, arena_id: int) -> int:
    """Let an arena that is made and was kept back be published by its next run; the launch's
    number.

    Raises :class:`Refused` when it is not made, or published already; in a reviewed project also,
    with the list, while approvals are missing.
    """
    lock_plans(db, [arena_id])
    plan = get_plan(db, arena_id)
    _require_made(plan)
    waiting = unapproved(db, plan)
    if waiting:
        raise Refused(
            f"{plan.partition} is not published, as {len(waiting)} items wait for an approval: "
            + ", ".join(map(str, waiting[:5]))
            + (" …" if len(waiting) > 5 else ""),
            "Approve them, and it is published by itself",
        )
    record(db, "arena.publish", plan.partition, project=plan.project, was=plan.state.value)
    set_withheld(db, arena_id, False)
    return want_launch(db, arena_id, "publish")


def unpublish(settings: Settings, db: Database, arena_id: int) -> Publication:
    """Take an arena out of the game, its rows first, then its folder; it stays kept back until
    :func:`publish`. Raises :class:`Refused` when it is not published."""
    gone = withhold(db, arena_id)
    if gone is None:
        raise not_published(arena_id)
    remove_folder(settings, gone)
    return gone


@together
def withhold(db: Database, arena_id: int) -> Publication | None:
    """The part of it in the database; None when there was nothing to take out."""
    plan = get_plan(db, arena_id)
    set_withheld(db, arena_id, True)
    gone = unpublish_rows(db, arena_id)
    what, data = ("arena.withhold", {}) if gone is None else ("arena.unpublish", {"was": gone.root})
    record(db, what, plan.partition, project=plan.project, **data)
    return gone


def remove_folder(settings: Settings, gone: Publication) -> None:
    """The part of it on disk; a crash before it leaves a folder that housekeeping sweeps."""
    PublishedTree(settings.published_dir).remove(gone.root)


def not_published(arena_id: int) -> Refused:
    partition = partition_key(arena_id)
    return Refused(
        f"{partition} is not published; it is kept back from now on",
        f"Once it is made, 'arena publish {partition}' publishes it",
    )


def take_pack(db: Database, plan: Plan, *, goes_on: bool = False) -> SlotManifest:
    """:func:`pack_of` for who takes it away, which the audit log keeps.

    With ``goes_on`` it is a later part of a download: whose newest line names this very pack gets
    no second one.
    """
    manifest = pack_of(db, plan)
    sha256 = manifest.file("zip").sha256
    if not (goes_on and recorded(db, "pack.export", plan.partition, sha256=sha256)):
        record(db, "pack.export", plan.partition, project=plan.project, sha256=sha256)
    return manifest


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


def _require_made(plan: Plan) -> None:
    """Publishing starts no work that is still to be done: that may cost money, and is a resume."""
    if plan.state is PlanState.MADE:
        return
    where = plan.partition
    if plan.state is PlanState.PUBLISHED:
        raise Refused(f"{where} is published already", f"'arena unpublish {where}' takes it out")
    coming = plan.state in IN_FLIGHT | {PlanState.PLANNED}
    raise Refused(
        f"{where} is {plan.state} and cannot be published yet",
        f"Follow it with 'arena watch {where}', and publish it once it is made"
        if coming
        else f"Let it go on with 'arena resume {where}'",
    )
