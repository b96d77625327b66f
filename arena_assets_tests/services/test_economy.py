"""Economy: lore in one batch at half price, for arenas that wait; also after a kill."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from arena_assets.actions.redo import redo
from arena_assets.actions.tracking import Tracker
from arena_assets.cli.main import app
from arena_assets.domain.request import parse_request
from arena_assets.domain.slots import metadata_slot
from arena_assets.domain.style import Style
from arena_assets.errors import ArenaError, Outage, OutcomeUnknown, UsageFault
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.ledger.quoting import Counter
from arena_assets.providers.claude.batches import Batches
from arena_assets.settings import settings
from arena_assets.store import plans, results
from arena_assets.store.base import utc_now
from arena_assets.store.batch_books import batch_books
from arena_assets.store.calls import CallState, list_calls
from arena_assets.store.drafts import DraftState, draft_of, drafts
from arena_assets.store.launches import claim_launches, wanted
from arena_assets.store.ledger_entries import totals, unbalanced
from arena_assets.store.plan_states import PlanState
from arena_assets.store.versions import VersionKind, ensure_project, save_version
from arena_assets.workshop import economy
from arena_assets.workshop.economy import tend
from arena_assets.workshop.studio import Studio
from arena_assets_tests.arenas import Hall
from arena_assets_tests.doubles.loopback import Asked, Fault, Said
from arena_assets_tests.services.town import Town

_LORE = [metadata_slot()]
_LATER = timedelta(minutes=11)


def _show(arena_id: int) -> str:
    result = CliRunner().invoke(app, ["show", str(arena_id)], env={"COLUMNS": "200"})
    return " ".join(result.stdout.split())


def _written(hall: Hall, arenas: tuple[int, ...]) -> Decimal:
    """Let released arenas have their runs; what their lore cost together."""
    for arena_id in arenas:
        hall.run(arena_id, only=_LORE)
        assert metadata_slot() in results.for_arena(hall.studio.db, arena_id)
    assert unbalanced(hall.studio.db) == []
    spent = [t for each in arenas for t in totals(hall.studio.db, arena_id=each)]
    assert {t.reserved_usd for t in spent} == {Decimal(0)}
    assert {t.endpoint for t in spent} == {"/v1/messages/batches"}
    return sum((t.spent_usd for t in spent), Decimal(0))


def test_waiting_arenas_share_a_batch_and_run_when_it_ends(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude")
    town.claude.batches_end = False
    db, arenas = hall.studio.db, hall.request(3, economy=True)
    (plain,) = hall.request(1)
    assert [each for each, _ in wanted(db)] == [plain]
    assert "waits for the next batch" in _show(1)

    first = tend(hall.settings, db)
    assert (first.sent, first.released, first.waiting) == (3, 0, 3)
    assert town.claude.submitted == 1
    assert len(town.claude.batches["msgbatch_0001"]) == 3
    assert "waits for Claude's batch msgbatch_0001" in _show(1)
    (watched,) = Tracker(db, arenas[:1]).arenas.values()
    assert "batch msgbatch_0001" in watched.at_work[metadata_slot()].note
    assert tend(hall.settings, db).waiting == 3
    assert [launch.arena_id for launch in claim_launches(db, 9, 60)] == [plain]

    town.claude.end_batches()
    assert tend(hall.settings, db).released == 3
    assert "batch" not in _show(1)
    assert [launch.arena_id for launch in claim_launches(db, 9, 60)] == list(arenas)
    assert _written(hall, arenas) > 0
    assert town.claude.submitted == 1
    hall.run(plain, only=_LORE)
    direct = totals(db, arena_id=plain)[0].spent_usd
    assert sum(t.spent_usd for t in totals(db, arena_id=arenas[2])) < Decimal("0.7") * direct


def test_a_style_and_a_wish_are_in_the_batch_and_its_lines_are_the_runs_own(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude")
    db = hall.studio.db
    ensure_project(db, "hall")
    style = Style(mood=("solemn",), materials=("basalt",)).model_dump(mode="json")
    save_version(db, "hall", VersionKind.STYLE, style, "ann")
    arenas = hall.request(3, economy=True)
    wish = {metadata_slot(): "a drowned bell"}
    redo(db, arenas[0], list(wish), who="ann", wishes=wish)

    assert tend(hall.settings, db).sent == len(arenas)
    assert tend(hall.settings, db).released == len(arenas)
    sent = [json.dumps(request["params"]) for request in town.claude.batches["msgbatch_0001"]]
    assert all("basalt" in each for each in sent)
    assert ["drowned bell" in each for each in sent] == [True, False, False]
    assert _written(hall, arenas) > 0
    assert len(town.claude.batches) == 1
    assert {call.state for call in list_calls(db)} == {CallState.DONE}


def _kill_before(place: object, name: str) -> Callable[..., None]:
    def die(*_given: object, **_more: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, die)
    return die


@pytest.mark.parametrize(
    ("place", "name", "made"),
    [
        (economy, "mark_sent", 0),
        (Batches, "submit", 0),
        (economy, "mark_in_batch", 1),
        (CallJournal, "park", 1),
    ],
    ids=["before it is noted", "before it is sent", "before its id is kept", "before it is parked"],
)
def test_a_kill_around_the_submit_makes_no_second_batch(
    place: object, name: str, made: int, hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude")
    db, arenas = hall.studio.db, hall.request(2, economy=True)

    def runner() -> None:
        db.engine.dispose(close=False)
        _kill_before(place, name)
        tend(hall.settings, db)

    process = multiprocessing.get_context("fork").Process(target=runner)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert len(town.claude.batches) == made
    assert not claim_launches(db, 9, 60)

    town.claude.created_at = utc_now().isoformat()
    for minutes in (0, 11, 11, 11):
        tend(hall.settings, db, utc_now() + timedelta(minutes=minutes))
    assert not drafts(db, DraftState.WANTED, DraftState.SENT, DraftState.IN_BATCH)
    assert len(town.claude.batches) == 1
    assert _written(hall, arenas) > 0
    assert len(town.claude.batches) == 1


def test_a_lost_answer_is_found_by_its_keys(hall_for: Callable[..., Hall], town: Town) -> None:
    hall = hall_for("LORE=claude")
    db, arenas = hall.studio.db, hall.request(2, economy=True)
    town.claude.created_at = utc_now().isoformat()
    town.claude.next(Fault("truncated"))
    with pytest.raises(ArenaError):
        tend(hall.settings, db)
    assert len(list_calls(db, states=[CallState.UNKNOWN])) == 2
    assert len(town.claude.batches) == 1
    tend(hall.settings, db, utc_now() + _LATER)
    tend(hall.settings, db, utc_now() + _LATER)
    assert len(town.claude.batches) == 1
    assert _written(hall, arenas) > 0


def test_what_never_arrived_is_sent_once_by_another_model_too(
    hall_for: Callable[..., Hall], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call that is given up is the one that was sent, not the one that would be by now."""
    hall = hall_for("LORE=claude")
    db, arenas = hall.studio.db, hall.request(2, economy=True)
    town.claude.created_at = utc_now().isoformat()
    town.claude.next(Fault("drop"))
    with pytest.raises(OutcomeUnknown):
        tend(hall.settings, db)
    assert not town.claude.batches

    monkeypatch.setenv("ARENA_CLAUDE_MODEL", "claude-haiku-5-5")
    settings.cache_clear()
    assert tend(settings(), db, utc_now() + _LATER).sent == len(arenas)
    assert {(call.model, call.state) for call in list_calls(db)} == {
        ("claude-sonnet-5-5", CallState.FAILED),
        ("claude-haiku-5-5", CallState.UNKNOWN),
    }
    assert not drafts(db, DraftState.WANTED, DraftState.SENT)
    hall.studio.close()
    hall.studio = Studio.open(settings())
    assert tend(settings(), db).released == len(arenas)
    assert _written(hall, arenas) > 0
    assert len(town.claude.batches) == 1


def test_a_batch_that_is_gone_keeps_no_other_arena_waiting(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude")
    db = hall.studio.db
    town.claude.batches_end = False
    town.claude.created_at = utc_now().isoformat()
    arenas: list[int] = []
    for _ in range(2):
        arenas += hall.request(1, economy=True)
        tend(hall.settings, db)
    (request,) = town.claude.batches.pop("msgbatch_0001")
    town.claude.batches["msgbatch_another"] = [{**request, "custom_id": "another"}]
    town.claude.end_batches()
    arenas += hall.request(1, economy=True)
    done = tend(hall.settings, db)
    assert (done.sent, done.released, done.waiting) == (1, 2, 1)
    town.claude.end_batches()
    assert tend(hall.settings, db).released == 1
    town.claude.batches_end = True
    assert _written(hall, tuple(arenas)) > 0, "its run asked again, as no batch held its call"
    assert {call.state for call in list_calls(db)} == {CallState.DONE}


def test_a_batch_that_cannot_be_asked_for_is_told_when_all_else_is_done(
    hall_for: Callable[..., Hall], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = hall_for("LORE=claude")
    db = hall.studio.db
    town.claude.batches_end = False
    for _ in range(2):
        hall.request(1, economy=True)
        tend(hall.settings, db)
    town.claude.end_batches()
    hall.request(1, economy=True)
    answer = town.claude.answer

    def stumbles(asked: Asked) -> Said:
        broken = asked.path.endswith("msgbatch_0001")
        return Said(500, town.claude.refuse(500, {})) if broken else answer(asked)

    monkeypatch.setattr(town.claude, "answer", stumbles)
    with pytest.raises(OutcomeUnknown, match="500"):
        tend(hall.settings, db)
    told = {draft.arena_id: draft.state for draft in drafts(db, *DraftState)}
    assert told == {1: DraftState.IN_BATCH, 2: DraftState.RELEASED, 3: DraftState.IN_BATCH}


def test_a_service_that_is_down_costs_nothing_and_is_asked_again(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude")
    db, (arena_id,) = hall.studio.db, hall.request(1, economy=True)
    town.claude.next(*[Fault("status", 529)] * 6)
    for _ in range(5):
        with pytest.raises(ArenaError):
            tend(hall.settings, db)
        assert {each.reserved_usd for each in list_calls(db)} == {Decimal(0)}
    with pytest.raises(Outage, match="claude has been failing"):
        tend(hall.settings, db)
    draft = draft_of(db, arena_id)
    assert draft is not None
    assert draft.state is DraftState.WANTED


def test_a_cap_without_room_is_said_by_the_arenas_own_run(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    hall = hall_for("LORE=claude")
    (arena_id,) = hall.request(1, economy=True, cap_usd="0.0001")
    assert tend(hall.settings, hall.studio.db).released == 1
    hall.run(arena_id, only=_LORE, fails=True)
    assert town.claude.submitted == 0
    assert plans.get_plan(hall.studio.db, arena_id).state is not PlanState.PUBLISHED


def test_a_repair_does_not_wait_for_another_batch(
    hall_for: Callable[..., Hall], town: Town
) -> None:
    """It is one ordinary call more, at full price, and none of the batch's account."""
    hall = hall_for("LORE=claude")
    db = hall.studio.db
    first, second = arenas = hall.request(2, economy=True)
    tend(hall.settings, db)
    town.claude.spoil_line("msgbatch_0001", lambda lore: {**lore, "difficulty_rating": 9})
    town.claude.batches_end = False
    assert tend(hall.settings, db).released == len(arenas)
    for arena_id in arenas:
        hall.run(arena_id, only=_LORE)
    by_endpoint = {t.endpoint: t for t in totals(db)}
    assert {each: t.calls for each, t in by_endpoint.items()} == {
        "/v1/messages/batches": 2,
        "/v1/messages": 1,
    }
    repaired = [each for each in arenas if len(totals(db, arena_id=each)) == 2]
    assert len(repaired) == 1
    (book,) = batch_books(db)
    assert (book.calls, book.open, book.held_usd) == (2, 0, Decimal(0))
    assert book.spent_usd == by_endpoint["/v1/messages/batches"].spent_usd
    assert book.reserved_usd > book.spent_usd > 0
    (own,) = batch_books(db, arena_id=first)
    (other,) = batch_books(db, arena_id=second)
    assert own.spent_usd + other.spent_usd == book.spent_usd
    said = CliRunner().invoke(app, ["ledger"], env={"COLUMNS": "200"}).stdout
    assert book.batch_id in said
    assert batch_books(db, project="another") == []


def test_economy_halves_the_lore_of_a_quote(hall_for: Callable[..., Hall]) -> None:
    hall = hall_for("LORE=claude")
    counter = Counter.open(hall.settings, hall.studio.db)
    full, half = (
        counter.quote(parse_request(project="p", count=100, economy=each)) for each in (False, True)
    )
    assert half.usd.expected == pytest.approx(full.usd.expected / 2, abs=Decimal("0.02"))
    # The high counts a repair for every arena, which is an ordinary call in either case.
    assert full.usd.high / 2 < half.usd.high < full.usd.high
    assert half.seconds.expected > full.seconds.expected


def test_without_claude_there_is_no_economy(hall_for: Callable[..., Hall]) -> None:
    hall = hall_for("LORE=claude")
    arenas = hall.request(2, economy=True)
    plain = settings().model_copy(update={"lore": "embedded"})
    with pytest.raises(UsageFault, match="Claude is not chosen"):
        Counter.open(plain, hall.studio.db).quote(parse_request(project="p", economy=True))
    assert tend(plain, hall.studio.db).released == len(arenas)
