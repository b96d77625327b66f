"""Several acts, one transaction: all of it is there or nothing is, whoever dies when."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arena_assets.errors import Refused
from arena_assets.store import audit, once
from arena_assets.store.audit import Actor
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.review_tables import OnceRow
from arena_assets.store.tables import ProjectRow
from arena_assets.store.versions import ensure_project
from arena_assets_tests.racing import killed, race

_WAIT = timedelta(seconds=20)


def _add(db: Database, slug: str) -> None:
    with db.write() as session:
        session.add(ProjectRow(slug=slug, next_pair=0, created_at=utc_now()))


def _slugs(db: Database) -> list[str]:
    with db.read() as session:
        return _read(session)


def _read(session: Session) -> list[str]:
    return list(session.scalars(select(ProjectRow.slug).order_by(ProjectRow.id)))


def test_writes_within_are_seen_within_and_kept_together(db: Database) -> None:
    seen: list[list[str]] = []
    elsewhere = Database(str(db.url.render_as_string(hide_password=False)))
    with db.together():
        _add(db, "one")
        with db.together():
            _add(db, "two")
        seen.append(_slugs(db))
        # Another connection sees nothing of it before the end.
        seen.append(_slugs(elsewhere))
    elsewhere.dispose()
    assert seen == [["one", "two"], []]
    assert _slugs(db) == ["one", "two"]


def test_what_fails_alone_is_undone_alone_and_what_fails_whole_wholly(db: Database) -> None:
    with db.together():
        _add(db, "kept")
        with pytest.raises(Refused):
            _fail(db)
    assert _slugs(db) == ["kept"]
    with pytest.raises(Refused):
        _fail_together(db)
    assert _slugs(db) == ["kept"]


def _fail(db: Database) -> None:
    with db.write() as session:
        session.add(ProjectRow(slug="undone", next_pair=0, created_at=utc_now()))
        session.flush()
        raise Refused("no", "no")


def _fail_together(db: Database) -> None:
    with db.together():
        _add(db, "gone")
        raise Refused("no", "no")


def test_another_thread_has_transactions_of_its_own(db: Database) -> None:
    found: list[list[str]] = []
    with db.together():
        _add(db, "one")
        other = Thread(target=lambda: found.append(_slugs(db)))
        other.start()
        other.join()
    assert found == [[]]


def test_a_process_killed_in_between_leaves_nothing_and_the_key_free(db: Database) -> None:
    def half() -> None:
        with db.together():
            assert once.claim_act(db, "mira", "key", "POST /x", "body", _WAIT) is None
            _add(db, "half")
            audit.note(db, Actor("mira", "here"), "project.make", "half")
            once.end_act(db, "mira", "key", 200, {"done": True})
            os.kill(os.getpid(), signal.SIGKILL)

    killed(half)
    assert _slugs(db) == []
    assert audit.entries(db) == []
    assert once.get_act(db, "mira", "key") is None
    with db.together():
        assert once.claim_act(db, "mira", "key", "POST /x", "body", _WAIT) is None


def test_of_processes_with_one_key_one_acts_and_the_others_hear_of_it(db: Database) -> None:
    db.dispose()

    def submit(number: int) -> int:
        mine = Database(str(db.url.render_as_string(hide_password=False)))
        with mine.together():
            found = once.claim_act(mine, "mira", "key", "POST /x", "body", _WAIT)
            if found is None:
                _add(mine, f"by-{number}")
                once.end_act(mine, "mira", "key", 200, number)
                return number
        assert isinstance(found.answer, int)
        return found.answer

    answers = race(6, submit)
    assert len(set(answers)) == 1
    assert _slugs(db) == [f"by-{answers[0]}"]


@pytest.mark.postgres
def test_who_would_not_wait_any_longer_is_told_that_it_is_at_work(postgres_server: str) -> None:
    from arena_assets_tests.postgres import fresh_database

    with fresh_database(postgres_server) as url:
        db = Database(url)
        db.migrate()
        refused: list[Refused] = []

        def second() -> None:
            with pytest.raises(Refused, match="still at work") as told, db.together():
                once.claim_act(db, "mira", "key", "POST /x", "body", timedelta(milliseconds=50))
            refused.append(told.value)

        with db.together():
            once.claim_act(db, "mira", "key", "POST /x", "body", _WAIT)
            other = Thread(target=second)
            other.start()
            other.join()
        assert [each.http_status for each in refused] == [409]
        db.dispose()


def test_a_key_that_an_earlier_version_never_ended_is_taken_over(db: Database) -> None:
    with db.write() as session:
        session.add(OnceRow(who="mira", key="key", route="r", body="b", at=utc_now()))
    with db.together():
        assert once.claim_act(db, "mira", "key", "POST /x", "body", _WAIT) is None
        once.end_act(db, "mira", "key", 200, None)
    found = once.get_act(db, "mira", "key")
    assert found is not None
    assert (found.route, found.status, found.answer) == ("POST /x", 200, None)


def test_nothing_but_known_actions_is_noted_and_only_of_people(db: Database) -> None:
    ensure_project(db, "by-nobody")
    assert audit.entries(db) == []
    with audit.acting(Actor("mira (token 3)", "10.0.0.1", 1)) as trail:
        ensure_project(db, "cards")
    assert trail.lines == 1
    with pytest.raises(LookupError, match="ACTIONS"):
        audit.note(db, Actor("mira", "here"), "user.invented")
    audit.note(db, Actor("Mirabel", "here"), "user.add", "otto")
    assert [each.who for each in audit.entries(db, who="MIRA")] == ["mira (token 3)"]
    assert [each.target for each in audit.entries(db, action="project.")] == ["cards"]
    assert [each.target for each in audit.entries(db, on="ot")] == ["otto"]
    assert [each.action for each in audit.entries(db, project="cards")] == ["project.make"]
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(ProjectRow)) == 2
