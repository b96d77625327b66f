"""One turn at a time at the work of a key, and none for whoever was taken over."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta

import pytest

from arena_assets.ledger import journal as journal_module
from arena_assets.ledger.journal import Journal, Outcome, Turn
from arena_assets.ledger.owner import owner_id
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.work import WorkState, current_work
from arena_assets_tests.racing import killed, race

KEY = "a" * 64
ELSEWHERE = "elsewhere:1:1"


@pytest.fixture
def journal(db: Database) -> Journal:
    return Journal(db)


def _begin(journal: Journal, *, owner: str | None = None, lease: float = 60) -> Turn:
    return journal.begin(
        KEY, "arena-000001/image_set/view_03", "picture", "embedded", owner or owner_id(), lease
    )


def _state(db: Database) -> WorkState:
    with db.read() as session:
        work = current_work(session, KEY)
    assert work is not None
    return work.state


def test_done_work_is_replayed(db: Database, journal: Journal) -> None:
    turn = _begin(journal)
    assert turn.outcome is Outcome.GO
    assert _begin(journal).outcome is Outcome.BUSY
    assert journal.done(turn)
    assert _begin(journal).outcome is Outcome.REPLAY
    assert not journal.failed(turn, "too late")
    assert _state(db) is WorkState.DONE


def test_failed_work_may_begin_anew(journal: Journal) -> None:
    assert journal.failed(_begin(journal), "it is blank")
    second = _begin(journal)
    assert (second.outcome, second.work.attempts, second.work.error) == (Outcome.GO, 2, None)


def test_of_eight_processes_at_once_one_goes(db: Database, journal: Journal) -> None:
    def work(_number: int) -> str:
        turn = _begin(journal)
        if turn.outcome is Outcome.GO:
            journal.done(turn)
        return turn.outcome.value

    outcomes = race(8, work)
    assert outcomes.count("go") == 1
    assert set(outcomes) <= {"go", "busy", "replay"}
    assert _state(db) is WorkState.DONE


def test_eight_processes_that_meet_abandoned_work_take_it_over_once(journal: Journal) -> None:
    _begin(journal, owner=ELSEWHERE, lease=-1)
    everyone = multiprocessing.get_context("fork").Barrier(8)

    def begin(_number: int) -> str:
        outcome = _begin(journal).outcome.value
        everyone.wait(30)  # a holder that ends early would be found dead and taken over in turn
        return outcome

    assert sorted(race(8, begin)) == ["busy"] * 7 + ["go"]


def test_work_of_a_killed_process_goes_on_at_once(journal: Journal) -> None:
    killed(lambda: _begin(journal, lease=3600))
    assert _begin(journal).outcome is Outcome.GO


def test_another_host_is_believed_until_its_lease_ends(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begin(journal, owner=ELSEWHERE)
    assert _begin(journal).outcome is Outcome.BUSY
    now = utc_now()
    monkeypatch.setattr(journal_module, "utc_now", lambda: now + timedelta(seconds=61))
    assert _begin(journal).outcome is Outcome.GO


def test_whoever_lost_the_turn_may_not_record(db: Database, journal: Journal) -> None:
    slow = _begin(journal, owner=ELSEWHERE, lease=-1)
    quick = _begin(journal)
    assert quick.outcome is Outcome.GO
    assert not journal.renew(slow, 60)
    assert not journal.failed(slow, "gave up")
    assert not journal.done(slow)
    assert _state(db) is WorkState.INTENT


def test_the_same_owner_does_not_pass_its_old_turn_off_as_its_new_one(journal: Journal) -> None:
    old = _begin(journal, lease=-1)
    new = _begin(journal)
    assert (old.work.owner, old.work.attempts, new.work.attempts) == (new.work.owner, 1, 2)
    assert not journal.done(old)
    assert journal.done(new)


def test_a_renewed_lease_keeps_others_away(journal: Journal) -> None:
    turn = _begin(journal, owner=ELSEWHERE, lease=-1)
    assert journal.renew(turn, 60)
    assert _begin(journal).outcome is Outcome.BUSY


def test_work_whose_bytes_were_lost_is_done_again(journal: Journal) -> None:
    turn = _begin(journal)
    journal.reopen(KEY, "its bytes are missing")
    assert journal.done(turn), "what is not done is not reopened"
    journal.reopen(KEY, "its bytes are missing")
    assert _begin(journal).outcome is Outcome.GO
