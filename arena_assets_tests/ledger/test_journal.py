"""One turn at a time, and nothing that may have been paid for is sent twice."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from decimal import Decimal

import pytest

from arena_assets.errors import Busy, NotFound, Refused
from arena_assets.ledger import journal as journal_module
from arena_assets.ledger.journal import Journal, Outcome, Turn
from arena_assets.ledger.owner import owner_id
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.work import WorkState, get_work, list_work
from arena_assets_tests.racing import killed, race

KEY = "a" * 64
FREE, PAID = 0.0, 0.25
ELSEWHERE = "elsewhere:1:1"


@pytest.fixture
def journal(db: Database) -> Journal:
    return Journal(db)


def _begin(
    journal: Journal, ceiling: float = FREE, *, owner: str | None = None, lease: float = 60
) -> Turn:
    return journal.begin(
        KEY,
        "arena-000001/image_set/view_03",
        "picture",
        "embedded",
        ceiling,
        owner or owner_id(),
        lease,
    )


def _state(db: Database) -> WorkState:
    work = get_work(db, KEY)
    assert work is not None
    return work.state


@pytest.mark.parametrize("ceiling", [FREE, PAID])
def test_done_work_is_replayed(db: Database, journal: Journal, ceiling: float) -> None:
    turn = _begin(journal, ceiling)
    assert turn.outcome is Outcome.GO
    assert _begin(journal, ceiling).outcome is Outcome.BUSY
    journal.sent(turn)
    assert journal.done(turn, 0.2)
    assert _begin(journal, ceiling).outcome is Outcome.REPLAY
    work = get_work(db, KEY)
    assert work is not None
    assert work.price_usd == Decimal("0.2")
    assert not journal.failed(turn, "too late")
    assert _state(db) is WorkState.DONE


def test_failed_work_may_begin_anew(journal: Journal) -> None:
    first = _begin(journal, PAID)
    journal.sent(first)
    assert journal.failed(first, "429: too many requests")
    second = _begin(journal, PAID)
    assert (second.outcome, second.attempt, second.work.error) == (Outcome.GO, 2, None)


@pytest.mark.parametrize("ceiling", [FREE, PAID])
def test_of_eight_processes_at_once_one_goes(
    db: Database, journal: Journal, ceiling: float
) -> None:
    def work(_number: int) -> str:
        turn = _begin(journal, ceiling)
        if turn.outcome is Outcome.GO:
            journal.sent(turn)
            journal.done(turn, 0.1)
        return turn.outcome.value

    outcomes = race(8, work)
    assert outcomes.count("go") == 1
    assert set(outcomes) <= {"go", "busy", "replay"}
    assert _state(db) is WorkState.DONE


@pytest.mark.parametrize("ceiling", [FREE, PAID])
def test_eight_processes_that_meet_an_abandoned_intent_take_it_over_once(
    db: Database, journal: Journal, ceiling: float
) -> None:
    _begin(journal, ceiling, owner=ELSEWHERE, lease=-1)
    everyone = multiprocessing.get_context("fork").Barrier(8)

    def begin(_number: int) -> str:
        outcome = _begin(journal, ceiling).outcome.value
        everyone.wait(30)  # a holder that ends early would be found dead and taken over in turn
        return outcome

    assert sorted(race(8, begin)) == ["busy"] * 7 + ["go"]


def test_a_paid_call_whose_sender_was_killed_is_parked_for_ever(
    db: Database, journal: Journal
) -> None:
    killed(lambda: journal.sent(_begin(journal, PAID)))
    assert [_begin(journal, PAID).outcome for _ in range(3)] == [Outcome.UNKNOWN] * 3
    (parked,) = list_work(db, [WorkState.UNKNOWN])
    assert parked.key == KEY
    assert parked.error == "its sender ended without an answer"


def test_a_paid_call_that_was_never_sent_goes_on_at_once(journal: Journal) -> None:
    killed(lambda: _begin(journal, PAID, lease=3600))
    assert _begin(journal, PAID).outcome is Outcome.GO


@pytest.mark.parametrize("sent", [False, True])
def test_free_work_of_a_killed_process_goes_on_at_once(journal: Journal, sent: bool) -> None:
    def begin() -> None:
        turn = _begin(journal, FREE, lease=3600)
        if sent:
            journal.sent(turn)

    killed(begin)
    assert _begin(journal, FREE).outcome is Outcome.GO


def test_another_host_is_believed_until_its_lease_ends(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begin(journal, PAID, owner=ELSEWHERE)
    assert _begin(journal, PAID).outcome is Outcome.BUSY
    now = utc_now()
    monkeypatch.setattr(journal_module, "utc_now", lambda: now + timedelta(seconds=61))
    assert _begin(journal, PAID).outcome is Outcome.GO


def test_a_lease_that_ends_after_sending_parks_paid_work_and_a_late_answer_settles_it(
    db: Database, journal: Journal
) -> None:
    turn = _begin(journal, PAID, owner=ELSEWHERE, lease=-1)
    journal.sent(turn)
    assert _begin(journal, PAID).outcome is Outcome.UNKNOWN
    assert journal.done(turn, 0.24)
    assert _begin(journal, PAID).outcome is Outcome.REPLAY
    assert list_work(db, [WorkState.UNKNOWN]) == []


def test_whoever_lost_the_turn_may_not_send_or_record(db: Database, journal: Journal) -> None:
    slow = _begin(journal, PAID, owner=ELSEWHERE, lease=-1)
    quick = _begin(journal, PAID)
    assert quick.outcome is Outcome.GO
    with pytest.raises(Busy, match="taken over"):
        journal.sent(slow)
    assert not journal.renew(slow, 60)
    assert not journal.failed(slow, "gave up")
    journal.sent(quick)
    assert not journal.done(slow, 0.1)
    assert _state(db) is WorkState.SENT


def test_the_same_owner_does_not_pass_its_old_turn_off_as_its_new_one(journal: Journal) -> None:
    old = _begin(journal, PAID, lease=-1)
    new = _begin(journal, PAID)
    assert (old.work.owner, old.attempt, new.attempt) == (new.work.owner, 1, 2)
    with pytest.raises(Busy):
        journal.sent(old)
    journal.sent(new)


def test_a_call_is_sent_at_most_once_per_turn(journal: Journal) -> None:
    turn = _begin(journal, PAID)
    journal.sent(turn)
    with pytest.raises(Busy):
        journal.sent(turn)


def test_paid_work_is_not_done_before_it_was_sent(db: Database, journal: Journal) -> None:
    turn = _begin(journal, PAID)
    assert not journal.done(turn, 0.1)
    assert not journal.unknown(turn, "no answer")
    assert _state(db) is WorkState.INTENT


def test_an_outcome_nobody_knows_is_parked_until_it_is_settled(
    db: Database, journal: Journal
) -> None:
    turn = _begin(journal, PAID)
    journal.sent(turn)
    assert journal.unknown(turn, "read timeout after 60 s")
    assert _begin(journal, PAID).outcome is Outcome.UNKNOWN
    assert list_work(db, [WorkState.UNKNOWN])[0].error == "read timeout after 60 s"
    assert journal.failed(turn, "the provider says it was never billed")
    assert _begin(journal, PAID).outcome is Outcome.GO


def test_a_renewed_lease_keeps_others_away(journal: Journal) -> None:
    turn = _begin(journal, FREE, owner=ELSEWHERE, lease=-1)
    assert journal.renew(turn, 60)
    assert _begin(journal, FREE).outcome is Outcome.BUSY


def test_free_work_whose_bytes_were_lost_is_reopened_and_paid_work_is_not(
    journal: Journal,
) -> None:
    journal.done(_begin(journal, FREE))
    journal.reopen(KEY, "its bytes are missing")
    again = _begin(journal, PAID)
    assert again.outcome is Outcome.GO
    with pytest.raises(Refused, match="arena redo"):
        journal.reopen(KEY, "its bytes are missing")
    with pytest.raises(NotFound):
        journal.reopen("b" * 64, "never was")


def test_a_price_ceiling_is_kept_to_the_microdollar_and_rounded_up(journal: Journal) -> None:
    assert _begin(journal, 0.0000001).work.price_ceiling_usd == Decimal("0.000001")
    assert _begin(journal, FREE).work.paid
