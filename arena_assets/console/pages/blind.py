"""Blind comparison: two takes or two mixes side by side, told apart only after the choice."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from arena_assets.actions.blind import REASON, Takes, compare_takes, find_side
from arena_assets.actions.handover import hand_over
from arena_assets.actions.mixing import MixingRoom
from arena_assets.actions.redo import preview_choice
from arena_assets.actions.review import choose
from arena_assets.console.auth.principal import Principal
from arena_assets.console.blind_media import blind_mixes, mix_url, side_url
from arena_assets.console.desk import Desk
from arena_assets.console.pages.shared import (
    Here,
    Remake,
    Reviewer,
    Text,
    go,
    link,
    plan_for,
    show,
    slot_named,
)
from arena_assets.console.pages.slot_view import slot_path, title_of
from arena_assets.console.paying import may_pay, price_of_choosing
from arena_assets.domain.slots import IMAGES, MUSIC, Slot
from arena_assets.errors import Refused
from arena_assets.ledger.quoting import signing_key
from arena_assets.store.decisions import Decision, Verdict, standing
from arena_assets.workshop.mixes import TrackDesk, numbered

router = APIRouter(include_in_schema=False)
_TakeNumbers = Annotated[list[int] | None, Query(max_length=2)]


@router.get("/arenas/{arena}/blind/{asset}/{name}")
def compare(
    request: Request,
    here: Here,
    who: Reviewer,
    arena: str,
    asset: str,
    name: str,
    take: _TakeNumbers = None,
    told: bool = False,
) -> Response:
    """Two takes of a slot; the newest two that differ unless two are named.

    ``told`` tells which is which, once this person has chosen between the two.
    """
    plan = plan_for(here, who, arena)
    where = slot_named(asset, name)
    wanted = (take[0], take[1]) if take and len(take) == 2 else None
    secret = signing_key(here.settings.data_dir)
    slot = Slot(plan.arena_id, where)
    takes = compare_takes(here.db, slot, wanted, who=who.owner, secret=secret)
    chosen = _chosen(here, who, slot, takes) if told else None
    preview = preview_choice(here.settings, here.db, slot)
    return show(
        request,
        here,
        who,
        "blind.html",
        place="arenas",
        project=plan.project,
        plan=plan,
        where=where,
        title=title_of(where),
        page=slot_path(plan.partition, where),
        post=request.url.path,
        kind="track" if asset == MUSIC else "picture" if asset == IMAGES else "video",
        sides=[(each, side_url(slot, each.token)) for each in takes.blind.sides],
        chosen=chosen,
        manifests=takes.manifests,
        numbers=takes.numbers,
        price=preview.usd,
        below=len(preview.rebuilt),
        pinned=[title_of(each) for each in preview.pinned],
    )


@router.post("/arenas/{arena}/blind/{asset}/{name}")
def choose_side(
    request: Request,
    here: Here,
    who: Reviewer,
    arena: str,
    asset: str,
    name: str,
    side: Text,
    told: Remake,
) -> Response:
    """Let the take of that side count, and tell which is which."""
    plan = plan_for(here, who, arena)
    where = slot_named(asset, name)
    slot = Slot(plan.arena_id, where)
    secret = signing_key(here.settings.data_dir)
    takes, found = find_side(here.db, slot, side, who=who.owner, secret=secret)
    may_pay(who, price_of_choosing(here, where))
    choose(here.db, slot, found.candidate, who=who.name, reason=REASON, unpin=told.unpin)
    low, high = takes.numbers
    return go(f"{request.url.path}?take={low}&take={high}&told=true", request)


@router.get("/arenas/{arena}/mixes/{track}")
def compare_mixes(
    request: Request,
    here: Here,
    who: Reviewer,
    arena: str,
    track: str,
    pair: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """A pair of the track's last tournament: the first that this person has not judged.

    A pair they have judged is shown with what its sides are.
    """
    plan = plan_for(here, who, arena)
    desk = TrackDesk(here.db, here.blobs, plan.arena_id, track)
    _, held = desk.tournament()
    choices = desk.choices_of(who.name)
    pairs = blind_mixes(here, desk)
    judged = {number: choices.get(each.candidates) for number, each in enumerate(pairs, start=1)}
    if not judged:
        raise Refused(f"The tournament for {track} left one mix alone", "Hold another one")
    open_pairs = [number for number, better in judged.items() if better is None]
    number = pair or (open_pairs[0] if open_pairs else len(pairs))
    found = numbered(pairs, number)
    after = [each for each in open_pairs if each != number]
    address = f"/arenas/{plan.partition}/mixes/{track}"
    return show(
        request,
        here,
        who,
        "blind_mixes.html",
        place="arenas",
        project=plan.project,
        plan=plan,
        track=track,
        page=slot_path(plan.partition, desk.slot.where),
        post=address,
        number=number,
        count=len(pairs),
        sides=[(each, mix_url(desk.slot, each.token)) for each in found.sides],
        better=judged.get(number),
        candidates=held.candidates,
        winner=desk.winner(),
        next=link(address, pair=after[0]) if after else None,
    )


@router.post("/arenas/{arena}/mixes/{track}")
def vote(
    request: Request,
    here: Here,
    who: Reviewer,
    arena: str,
    track: str,
    pair: Annotated[int, Form(ge=1)],
    side: Text,
) -> Response:
    """Keep the choice; where another mix wins by it, that is the track's next take, unless the
    track is approved."""
    plan = plan_for(here, who, arena)
    desk = MixingRoom(here.settings, here.db, here.blobs, plan.arena_id, track, who.name).desk()
    found = numbered(blind_mixes(here, desk), pair)
    better = found.side(side)
    voted = desk.vote(better.candidate, found.other(better).candidate, who.name)
    if voted.take is not None:
        hand_over(here.settings, here.db)
    return go(link(f"/arenas/{plan.partition}/mixes/{track}", pair=pair), request)


def _chosen(here: Desk, who: Principal, slot: Slot, takes: Takes) -> Decision | None:
    """This person's blind choice between the two, while it stands."""
    found = standing(here.db, slot.arena_id).get(slot.where)
    if found is None or found.verdict is not Verdict.CHOOSE or found.who != who.name:
        return None
    return found if found.reason == REASON and found.take in takes.numbers else None
