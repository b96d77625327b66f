"""Slots, takes, decisions and redos."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from arena_assets.actions import redo as redoing
from arena_assets.actions import review
from arena_assets.actions.blind import REASON, Takes, compare_takes
from arena_assets.actions.handover import awaited
from arena_assets.actions.quotes import usd_data
from arena_assets.console.api.v1.reach import (
    ArenaId,
    At,
    Once,
    Reader,
    Reviewer,
    SlotText,
    Spender,
    in_order,
    plan_for,
    slot_for,
)
from arena_assets.console.api.v1.shapes import (
    DecisionOut,
    Given,
    Items,
    Redo,
    SlotOut,
    SlotsAsked,
    Verdict,
)
from arena_assets.console.auth.principal import Principal
from arena_assets.console.blind_media import side_url
from arena_assets.console.desk import Desk
from arena_assets.console.paying import may_pay, price_of_choosing, price_of_remaking
from arena_assets.domain.identity import partition_key
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import UPSTREAM, Slot, SlotName, parse_slot, row_slot
from arena_assets.errors import ArenaError, UsageFault
from arena_assets.ledger.quoting import signing_key
from arena_assets.store import results, takes
from arena_assets.store.decisions import Decision, decisions_of, standing, wishes_of
from arena_assets.workshop.freshness import fresh_slots

router = APIRouter(tags=["review"])


class RedoAsked(Given):
    slots: SlotsAsked


class PairChosen(Given):
    slot: str
    takes: tuple[int, int]
    which: str
    unpin: bool = False


@router.get("/arenas/{arena}/slots", summary="Every slot: what it holds, and what was decided")
def read_slots(at: At, reader: Reader, arena: ArenaId) -> list[SlotOut]:
    plan = plan_for(at, reader, arena)
    kept = results.for_arena(at.db, plan.arena_id)
    later = takes.takes_of(at.db, plan.arena_id)
    fresh = fresh_slots(kept, later)
    decided = standing(at.db, plan.arena_id)
    return [
        _slot(slot, later.get(slot, 1), kept.get(slot), slot in fresh, decided.get(slot))
        for slot in UPSTREAM
    ]


@router.get("/arenas/{arena}/takes", summary="Every take of a slot that was made")
def read_takes(at: At, reader: Reader, arena: ArenaId, slot: SlotText) -> list[dict[str, Any]]:
    where = slot_for(at, reader, arena, slot)
    current = takes.current_take(at.db, where)
    wishes = wishes_of(at.db, where.arena_id)
    return [
        {
            "take": take,
            "current": take == current,
            "wish": wishes.get((where.where, take)),
            **_content(manifest),
        }
        for take, manifest in review.takes_made(at.db, where).items()
    ]


@router.get("/arenas/{arena}/decisions", summary="What people decided, oldest first")
def read_decisions(at: At, reader: Reader, arena: ArenaId) -> list[DecisionOut]:
    plan = plan_for(at, reader, arena)
    return [DecisionOut.of(each) for each in decisions_of(at.db, plan.arena_id)]


@router.post("/arenas/{arena}/decisions", summary="Approve, reject, choose a take, or take back")
def decide(at: At, reviewer: Reviewer, arena: ArenaId, verdict: Verdict, acts: Once) -> Response:
    """A rejection with `again` has the next take made; where that can cost money, the right to
    spend is needed too. What follows is launched within seconds."""
    slot = slot_for(at, reviewer, arena, verdict.slot)
    return acts.once(reviewer, verdict, lambda: _decide(at, reviewer, slot, verdict))


@router.post("/arenas/{arena}/approvals", summary="Approve all of an arena that is made and open")
def approve_arena(at: At, reviewer: Reviewer, arena: ArenaId, acts: Once) -> Response:
    """Open is what nobody has decided about as it is now: what is rejected stays so."""
    plan = plan_for(at, reviewer, arena)
    return acts.once(
        reviewer,
        None,
        lambda: _outcomes(review.approve_made(at.db, plan.arena_id, who=reviewer.name)),
    )


@router.post("/approvals", summary="Approve many items, each by itself")
def approve_items(at: At, reviewer: Reviewer, items: Items, acts: Once) -> Response:
    return acts.once(reviewer, items, lambda: _approve_each(at, reviewer, items))


@router.get("/arenas/{arena}/pair", summary="Two takes without their numbers, for a blind choice")
def read_pair(
    at: At,
    reviewer: Reviewer,
    arena: ArenaId,
    slot: SlotText,
    take: Annotated[list[int], Query(min_length=2, max_length=2)],
) -> dict[str, Any]:
    """The addresses tell nothing, nor do their headers and lengths; a person keeps their order."""
    where = slot_for(at, reviewer, arena, slot)
    pair = _pair(at, reviewer, where, (take[0], take[1]))
    return {each.letter.lower(): {"url": side_url(where, each.token)} for each in pair.blind.sides}


@router.post("/arenas/{arena}/pair", summary="Choose 'a' or 'b' of a blind pair")
def choose_of_pair(
    at: At, reviewer: Reviewer, arena: ArenaId, chosen: PairChosen, acts: Once
) -> Response:
    """Refused, with the list, when approved items would change, unless `unpin`."""
    where = slot_for(at, reviewer, arena, chosen.slot)
    pair = _pair(at, reviewer, where, chosen.takes)
    take = pair.blind.lettered(chosen.which).candidate

    def act() -> dict[str, Any]:
        may_pay(reviewer, price_of_choosing(at, where.where))
        review.choose(at.db, where, take, who=reviewer.name, reason=REASON, unpin=chosen.unpin)
        return {"slot": str(where.where), "take": take}

    return acts.once(reviewer, chosen, act)


@router.post("/arenas/{arena}/redo/preview", summary="What a redo would rebuild, and its price")
def preview_redo(at: At, reader: Reader, arena: ArenaId, asked: RedoAsked) -> dict[str, Any]:
    plan = plan_for(at, reader, arena)
    chosen = redoing.chosen_slots(asked.slots)
    found = redoing.preview_redo(at.settings, at.db, plan.arena_id, chosen)
    return {
        "arena": plan.partition,
        "slots": in_order(found.chosen),
        "rebuilt": in_order(found.rebuilt),
        "approved_in_the_way": in_order(found.pinned),
        "usd": usd_data(found.usd),
        "usd_of_the_slots_alone": usd_data(found.least),
        "wishes_followed": {str(slot): said for slot, said in found.follows.items()},
    }


@router.post("/arenas/{arena}/redo", summary="Make slots again as their next take")
def redo(at: At, spender: Spender, arena: ArenaId, asked: Redo, acts: Once) -> Response:
    """Refused, with the list, when approved items would change, unless `unpin`."""
    plan = plan_for(at, spender, arena)

    def act() -> dict[str, Any]:
        done = redoing.redo(
            at.db,
            plan.arena_id,
            redoing.chosen_slots(asked.slots),
            who=spender.name,
            wishes={parse_slot(slot): wish for slot, wish in asked.wishes.items()},
            unpin=asked.unpin,
        )
        return {
            "arena": plan.partition,
            "takes": {str(slot): take for slot, take in done.takes.items()},
            "rebuilt": in_order(done.rebuilt),
            "unpinned": in_order(done.unpinned),
            "launch": done.launch,
            "words": awaited(at.settings).sentence,
        }

    return acts.once(spender, asked, act, then=acts.hand_over)


def _approve_each(at: Desk, reviewer: Principal, items: Items) -> list[dict[str, Any]]:
    found: list[dict[str, Any] | None] = []
    slots: list[Slot] = []
    for item in items.items:
        try:
            slots.append(slot_for(at, reviewer, item.arena, item.slot))
            found.append(None)
        except ArenaError as error:
            found.append({"arena": item.arena, "slot": item.slot, "refused": str(error)})
    done = iter(_outcomes(review.approve_many(at.db, slots, who=reviewer.name)))
    return [next(done) if each is None else each for each in found]


def _decide(at: Desk, reviewer: Principal, slot: Slot, told: Verdict) -> dict[str, Any]:
    """The decision's answer: the verdict, the take it is about, and what will be made anew."""
    answer: dict[str, Any] = {"slot": str(slot.where), "verdict": told.verdict, "rebuilt": []}
    match told.verdict:
        case "approve":
            done = review.approve(at.db, slot, who=reviewer.name, key=told.key)
            answer |= {"take": done.take, "key": done.key}
        case "reject":
            if told.again:
                may_pay(reviewer, price_of_remaking(at, slot.where))
            rejected = review.reject(
                at.db,
                slot,
                told.reason,
                who=reviewer.name,
                key=told.key,
                again=told.again,
                wish=told.wish,
                unpin=told.unpin,
            )
            answer |= {"take": rejected.next_take, "rebuilt": in_order(rejected.rebuilt)}
        case "choose":
            if told.take is None:
                raise UsageFault("No take is named", 'Say which: {"take": 1}')
            may_pay(reviewer, price_of_choosing(at, slot.where))
            chosen = review.choose(
                at.db, slot, told.take, who=reviewer.name, reason=told.reason, unpin=told.unpin
            )
            answer |= {"take": chosen.take, "key": chosen.key}
        case "unpin":
            review.unpin(at.db, slot, told.reason, who=reviewer.name)
    return answer


def _pair(at: Desk, reviewer: Principal, slot: Slot, wanted: tuple[int, int]) -> Takes:
    secret = signing_key(at.settings.data_dir)
    return compare_takes(at.db, slot, wanted, who=reviewer.owner, secret=secret)


def _outcomes(found: list[review.Outcome]) -> list[dict[str, Any]]:
    return [
        {"arena": partition_key(each.arena_id), "slot": str(each.slot), "refused": each.refused}
        for each in found
    ]


def _files(manifest: SlotManifest) -> dict[str, Any]:
    return {role: ref.model_dump(mode="json") for role, ref in manifest.files.items()}


def _content(manifest: SlotManifest) -> dict[str, Any]:
    return {
        "key": manifest.key,
        "files": _files(manifest),
        "measurements": dict(manifest.measurements),
        "passed": manifest.passed,
        "provider": manifest.provenance.provider,
        "fallback": manifest.provenance.fallback,
        "seconds": manifest.seconds,
        "price_usd": f"{manifest.price_usd:.6f}",
    }


def _slot(
    slot: SlotName,
    take: int,
    manifest: SlotManifest | None,
    fresh: bool,
    decision: Decision | None,
) -> SlotOut:
    nothing: dict[str, Any] = dict.fromkeys(("key", "passed", "provider", "seconds", "price_usd"))
    content = (
        {**nothing, "files": {}, "measurements": {}, "fallback": False}
        if manifest is None
        else _content(manifest)
    )
    return SlotOut(
        slot=str(slot),
        take=1 if slot == row_slot() else take,
        made=manifest is not None,
        fresh=fresh,
        approved=decision is not None and decision.pins,
        decision=None if decision is None else DecisionOut.of(decision),
        **content,
    )
