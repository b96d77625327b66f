"""An approved item never changes without a new decision; choosing an old take back is free."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from arena_assets.actions import arenas, review
from arena_assets.actions.blind import compare_takes, find_side
from arena_assets.actions.redo import made_from, preview_redo, rebuilt_by, redo
from arena_assets.domain.rules import Publishing, Rules
from arena_assets.domain.slots import (
    MADE,
    Slot,
    clip_slot,
    image_slot,
    metadata_slot,
    pack_slot,
    row_slot,
    scene_slot,
    track_slot,
    video_slot,
)
from arena_assets.errors import ArenaError, NotFound, Refused, UsageFault
from arena_assets.export.published import PublishedTree, StagedTree
from arena_assets.store import decisions, game, plans, results, takes
from arena_assets.store.plan_states import PlanState
from arena_assets.store.versions import VersionKind, save_version
from arena_assets.workshop.review import follow_decisions, waiting_for_review
from arena_assets.workshop.stale import arenas_to_renew
from arena_assets_tests.arenas import Hall
from arena_assets_tests.racing import race

ANN = "ann"


def reviewed(hall: Hall) -> None:
    rules = Rules(publishing=Publishing.REVIEWED).model_dump(mode="json")
    save_version(hall.studio.db, "hall", VersionKind.RULES, rules, ANN)


def hashes(hall: Hall, arena_id: int) -> dict[str, str]:
    kept = results.for_arena(hall.studio.db, arena_id)
    return {
        str(slot): each.content_hash
        for slot, each in kept.items()
        if slot not in (row_slot(), pack_slot())
    }


def test_a_redo_above_an_approved_item_is_refused_with_the_list(hall: Hall, finished: int) -> None:
    arena_id, db = finished, hall.studio.db
    pinned = [clip_slot(3), video_slot("intro")]
    for slot in pinned:
        review.approve(db, Slot(arena_id, slot), who=ANN)
    preview = preview_redo(hall.settings, db, arena_id, [image_slot(3)])
    assert list(preview.pinned) == pinned
    with pytest.raises(Refused, match=r"clips/clip_03, final_videos/intro"):
        redo(db, arena_id, [image_slot(3)], who=ANN)
    assert takes.takes_of(db, arena_id) == {}
    assert plans.get_plan(db, arena_id).state is PlanState.PUBLISHED


def test_what_is_approved_stays_whatever_runs_around_it(hall: Hall, finished: int) -> None:
    arena_id, db = finished, hall.studio.db
    slot = Slot(arena_id, clip_slot(3))
    review.approve(db, slot, who=ANN)
    before = hashes(hall, arena_id)
    # Past every action: as the Dagster UI or older code would change what is above it.
    takes.set_take(db, Slot(arena_id, image_slot(3)), 2)
    takes.set_take(db, slot, 2)
    hall.run(arena_id)
    after = hashes(hall, arena_id)
    assert after["image_set/view_03"] != before["image_set/view_03"]
    assert after["clips/clip_03"] == before["clips/clip_03"]


def test_the_same_act_may_take_an_approval_back(hall: Hall, finished: int) -> None:
    arena_id, db = finished, hall.studio.db
    review.approve(db, Slot(arena_id, clip_slot(3)), who=ANN)
    before = hashes(hall, arena_id)
    done = redo(db, arena_id, [image_slot(3)], who="bob", unpin=True)
    assert done.unpinned == (clip_slot(3),)
    hall.run(arena_id)
    after = hashes(hall, arena_id)
    changed = {slot for slot in before if before[slot] != after[slot]}
    assert changed == {str(each) for each in rebuilt_by([image_slot(3)])} & set(before)
    told = [(each.verdict, each.who) for each in decisions.decisions_of(db, arena_id)]
    assert told == [("approve", ANN), ("unpin", "bob")]


def test_rejecting_makes_the_next_take_by_the_wish_and_nothing_else(
    hall: Hall, finished: int
) -> None:
    arena_id, db = finished, hall.studio.db
    slot, before = Slot(arena_id, image_slot(5)), hashes(hall, arena_id)
    found = review.reject(db, slot, "too dark", who=ANN, wish="brighter sky")
    assert found.next_take == 2
    assert plans.get_plan(db, arena_id).state is PlanState.PUBLISHED
    assert follow_decisions(db) == [arena_id]
    assert follow_decisions(db) == []
    assert plans.get_plan(db, arena_id).state is PlanState.PLANNED
    outline = hall.studio.arena(arena_id).outline
    assert outline.wishes == {(image_slot(5), 2): "brighter sky"}
    hall.run(arena_id)
    after = hashes(hall, arena_id)
    changed = {slot for slot in before if before[slot] != after[slot]}
    assert changed == {str(each) for each in found.rebuilt} & set(before)


def test_an_older_take_comes_back_for_free_and_only_what_is_below_is_assembled(
    hall: Hall, finished: int
) -> None:
    arena_id, db = finished, hall.studio.db
    slot, first = Slot(arena_id, image_slot(4)), hashes(hall, arena_id)
    redo(db, arena_id, [image_slot(4)], who=ANN)
    hall.run(arena_id)
    assert hashes(hall, arena_id) != first
    review.choose(db, slot, 1, who=ANN)
    assert follow_decisions(db) == [arena_id]
    since = hall.last_event()
    hall.run(arena_id)
    assert hashes(hall, arena_id) == first
    assert not [name for name in hall.made_since(since) if name.startswith(("image", "music"))]
    assert decisions.pin_of(db, slot) is not None
    assert takes.next_take(db, slot) == 3, "a redo after going back is no take that was there"


def test_decisions_are_kept_for_ever(hall: Hall, finished: int) -> None:
    arena_id, db = finished, hall.studio.db
    review.approve(db, Slot(arena_id, scene_slot()), who=ANN)
    for statement in ("UPDATE decisions SET who = 'eve'", "DELETE FROM decisions"):
        with (
            pytest.raises((DatabaseError, ArenaError), match="append-only"),
            db.write() as session,
        ):
            session.execute(text(statement))


def test_a_reviewed_project_publishes_when_the_last_item_is_approved(
    hall: Hall, finished: int
) -> None:
    arena_id, db = finished, hall.studio.db
    arenas.unpublish(hall.settings, db, arena_id)
    reviewed(hall)
    plans.set_withheld(db, arena_id, False)
    hall.run(arena_id)
    plan = plans.get_plan(db, arena_id)
    assert plan.state is PlanState.MADE
    assert plan.reason == "waits for review: 23 items to approve"
    assert waiting_for_review(db, [plan]) == {arena_id}
    assert game.publication(db, arena_id) is None
    assert arenas_to_renew(db, limit=10) == [], "no night runs what waits for a person"
    *most, last = [Slot(arena_id, slot) for slot in Rules(publishing="reviewed").awaited]
    assert not [each for each in review.approve_many(db, most, who=ANN) if each.refused]
    assert follow_decisions(db) == []
    review.approve(db, last, who=ANN)
    assert follow_decisions(db) == [arena_id]
    hall.run(arena_id)
    assert plans.get_plan(db, arena_id).state is PlanState.PUBLISHED
    assert game.publication(db, arena_id) is not None


def test_a_new_take_of_a_published_arena_waits_while_the_game_keeps_the_old(
    hall: Hall, finished: int
) -> None:
    arena_id, db = finished, hall.studio.db
    reviewed(hall)
    review.approve_made(db, arena_id, who=ANN)
    before = game.publication(db, arena_id)
    redo(db, arena_id, [track_slot("main")], who=ANN, unpin=True)
    hall.run(arena_id)
    assert plans.get_plan(db, arena_id).state is PlanState.MADE
    assert game.publication(db, arena_id) == before
    # Going back to automatic publishing publishes what waits.
    rules = Rules().model_dump(mode="json")
    save_version(db, "hall", VersionKind.RULES, rules, ANN)
    assert arena_id in follow_decisions(db)


def _publish_meanwhile(
    hall: Hall, arena_id: int, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]
) -> None:
    """Let a run publish, and a person act when its files are copied and its rows not written."""
    copy = PublishedTree.stage

    def copied(*given: Any) -> StagedTree:
        staged = copy(*given)
        act()
        return staged

    monkeypatch.setattr(PublishedTree, "stage", copied)
    hall.run(arena_id, only=[row_slot()])
    row = results.latest(hall.studio.db, Slot(arena_id, row_slot()))
    assert row is not None
    assert row.measurements["published"] is False


@pytest.mark.parametrize("again", [False, True], ids=["unpublished", "and wanted again"])
def test_unpublishing_while_a_run_publishes_is_not_lost(
    hall: Hall, finished: int, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    arena_id, db = finished, hall.studio.db

    def act() -> None:
        arenas.unpublish(hall.settings, db, arena_id)
        if again:
            plans.set_withheld(db, arena_id, False)

    with monkeypatch.context() as patch:
        _publish_meanwhile(hall, arena_id, patch, act)
    assert (game.game_arena(db, arena_id), game.publication(db, arena_id)) == (None, None)
    plan = plans.get_plan(db, arena_id)
    assert plan.withheld is not again
    arenas.publish(db, arena_id)
    hall.run(arena_id)
    there = game.publication(db, arena_id)
    assert there is not None
    assert (hall.settings.published_dir / there.root).is_dir()


def test_an_approval_taken_back_while_a_run_publishes_keeps_the_game_as_it_is(
    hall: Hall, finished: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena_id, db = finished, hall.studio.db
    slot = Slot(arena_id, image_slot(3))
    before = game.publication(db, arena_id)
    redo(db, arena_id, [track_slot("main")], who=ANN)
    hall.run(arena_id, only=[track_slot("main"), video_slot("main")])
    reviewed(hall)
    review.approve_made(db, arena_id, who=ANN)
    with monkeypatch.context() as patch:
        _publish_meanwhile(hall, arena_id, patch, lambda: review.unpin(db, slot, "", who="bob"))
    assert game.publication(db, arena_id) == before
    assert plans.get_plan(db, arena_id).state is PlanState.MADE


def test_what_was_not_seen_or_is_not_there_is_not_approved(hall: Hall, finished: int) -> None:
    arena_id, db = finished, hall.studio.db
    slot = Slot(arena_id, image_slot(1))
    with pytest.raises(Refused, match="changed since"):
        review.approve(db, slot, who=ANN, key="0" * 64)
    with pytest.raises(Refused, match="changed since"):
        review.reject(db, slot, "too dark", who=ANN, key="0" * 64)
    with pytest.raises(Refused, match="not decided upon"):
        review.approve(db, Slot(arena_id, row_slot()), who=ANN)
    with pytest.raises(UsageFault, match="needs a reason"):
        review.reject(db, slot, "  ", who=ANN)
    with pytest.raises(NotFound, match="no take 7"):
        review.choose(db, slot, 7, who=ANN)
    redo(db, arena_id, [metadata_slot()], who=ANN)
    with pytest.raises(Refused, match="about to be made anew"):
        review.approve(db, slot, who=ANN)
    assert decisions.decisions_of(db, arena_id) == []


def test_all_that_is_open_is_approved_and_what_is_rejected_stays_so(
    hall: Hall, finished: int
) -> None:
    arena_id, db = finished, hall.studio.db
    dark, renewed = Slot(arena_id, image_slot(1)), Slot(arena_id, image_slot(2))
    for slot in (dark, renewed):
        review.reject(db, slot, "too dark", who=ANN, again=False)
    made = results.latest(db, renewed)
    assert made is not None
    results.keep(db, renewed, made.model_copy(update={"key": "2" * 64}))
    found = review.approve_made(db, arena_id, who="bob")
    assert [each for each in found if each.refused] == []
    left = {slot for slot in MADE if slot not in decisions.pins_of(db, arena_id)}
    assert dark.where in left
    assert renewed.where not in left, "other bytes than those that were rejected are open again"
    assert left <= {dark.where} | set(made_from(renewed.where))


def test_a_blind_pair_hides_which_take_is_which(hall: Hall, finished: int) -> None:
    arena_id, db = finished, hall.studio.db
    redo(db, arena_id, [image_slot(2)], who=ANN)
    hall.run(arena_id)
    slot = Slot(arena_id, image_slot(2))

    def order(who: str, named: tuple[int, int] | None = (1, 2)) -> list[int]:
        found = compare_takes(db, slot, named, who=who, secret=b"x" * 32)
        return [each.candidate for each in found.blind.sides]

    firsts = {order(f"person {number}")[0] for number in range(40)}
    assert firsts == {1, 2}, "the order differs between people"
    again = [order("person 0"), order("person 0", (2, 1)), order("person 0", None)]
    assert again[1:] == again[:2], "and stays the same for one of them"


def test_a_side_is_found_by_its_token_for_its_person_alone(hall: Hall, finished: int) -> None:
    arena_id, db, key = finished, hall.studio.db, b"x" * 32
    redo(db, arena_id, [image_slot(2)], who=ANN)
    hall.run(arena_id)
    slot = Slot(arena_id, image_slot(2))
    pair = compare_takes(db, slot, None, who=ANN, secret=key)
    for side in pair.blind.sides:
        assert find_side(db, slot, side.token, who=ANN, secret=key)[1] == side
        with pytest.raises(NotFound):
            find_side(db, slot, side.token, who="ben", secret=key)
        with pytest.raises(NotFound):
            find_side(db, Slot(arena_id, image_slot(1)), side.token, who=ANN, secret=key)


def test_what_cannot_be_compared_blind_is_refused(hall: Hall, finished: int) -> None:
    arena_id, db = finished, hall.studio.db
    for slot, why in ((image_slot(2), "no two takes"), (metadata_slot(), "compared blind")):
        with pytest.raises(Refused, match=why):
            compare_takes(db, Slot(arena_id, slot), None, who=ANN, secret=b"x" * 32)


def test_approving_and_redoing_at_once_never_changes_what_is_approved(
    hall: Hall, finished: int
) -> None:
    arena_id, db = finished, hall.studio.db

    def act(number: int) -> str:
        try:
            if number % 2:
                redo(db, arena_id, [image_slot(3)], who=ANN)
                return "redone"
            review.approve(db, Slot(arena_id, clip_slot(3)), who=ANN)
        except Refused:
            return "refused"
        return "approved"

    outcomes = race(8, act)
    pinned = clip_slot(3) in decisions.pins_of(db, arena_id)
    assert pinned == ("approved" in outcomes)
    if pinned and takes.takes_of(db, arena_id):
        pytest.fail(f"an approved clip is about to change: {outcomes}")
