"""One database behind two dialects: migrations, transactions, and failures that say what to do."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from arena_assets.errors import DatabaseUnavailable, DiskFull, FolderUnwritable, UsageFault
from arena_assets.store import database, game_tables
from arena_assets.store.base import Base, usd
from arena_assets.store.database import Database
from arena_assets.store.migrate import VERSION_TABLE
from arena_assets.store.tables import EventRow, ProjectRow
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import place


def _project(slug: str, at: datetime) -> ProjectRow:
    return ProjectRow(slug=slug, next_pair=0, created_at=at)


def test_migrations_from_empty_end_at_the_models(db: Database) -> None:
    assert game_tables.GameArenaRow.__tablename__ in Base.metadata.tables
    with db.engine.connect() as connection:
        options = {"compare_type": True, "version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(db: Database) -> None:
    place(db)
    db.migrate()
    report = db.check()
    assert (report.dialect, report.revision) == (db.dialect, "0006")


def test_processes_that_migrate_at_once_all_find_one_whole_database(db_url: str) -> None:
    def migrate(_number: int) -> str | None:
        mine = Database(db_url)
        mine.migrate()
        return mine.check().revision

    assert race(6, migrate) == ["0006"] * 6


def test_a_database_of_a_newer_version_is_refused_and_left_alone(db: Database) -> None:
    with db.write() as session:
        session.execute(text("UPDATE arena_alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailable, match=r"newer version.*Upgrade arena-assets"):
        db.migrate()
    with pytest.raises(DatabaseUnavailable, match="not those of this version"):
        db.check()


def test_a_block_that_fails_leaves_nothing_behind(db: Database) -> None:
    def fail() -> None:
        with db.write() as session:
            session.add(_project("lost", datetime.now(UTC)))
            session.flush()
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
    with db.read() as session:
        assert session.scalars(select(ProjectRow)).all() == []


def test_a_reader_sees_one_moment(db: Database) -> None:
    count = select(ProjectRow.slug)
    with db.read() as session:
        assert session.scalars(count).all() == []
        with db.write() as writer:
            writer.add(_project("new", datetime.now(UTC)))
        assert session.scalars(count).all() == []
    with db.read() as session:
        assert session.scalars(count).all() == ["new"]


def test_times_come_back_aware_in_utc(db: Database) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with db.write() as session:
        session.add(_project("timed", at))
    with db.read() as session:
        stored = session.scalars(select(ProjectRow.created_at)).one()
    assert stored == at
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_not_stored(db: Database) -> None:
    def store() -> None:
        with db.write() as session:
            session.add(_project("naive", datetime(2026, 1, 1)))

    with pytest.raises(StatementError, match="without a zone"):
        store()


def test_prices_are_exact_and_never_understated() -> None:
    assert usd(0.1) + usd(0.2) == Decimal("0.3")
    assert usd(0.0000001) == Decimal("0.000001")
    assert usd(3) == Decimal(3)


def test_events_cannot_be_rewritten(db: Database) -> None:
    place(db)

    def rewrite() -> None:
        with db.write() as session:
            session.execute(text("UPDATE events SET kind = 'forged'"))

    with pytest.raises(DBAPIError, match="append-only"):
        rewrite()
    with db.read() as session:
        assert "forged" not in session.scalars(select(EventRow.kind)).all()


def test_a_forked_child_and_its_parent_both_keep_working(db: Database) -> None:
    place(db)
    made = race(3, lambda _number: place(db)[0])
    assert sorted([*made, *place(db)]) == [2, 3, 4, 5]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_way_to_write_a_postgres_url_uses_one_driver(scheme: str) -> None:
    assert Database(f"{scheme}://u@h/d").url.drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["mysql://h/d", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_databases_are_refused_with_what_to_use(url: str) -> None:
    with pytest.raises(UsageFault, match="postgresql://"):
        Database(url)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    nobody = Database("postgresql://arena:hunter2@127.0.0.1:1/arena")
    with pytest.raises(DatabaseUnavailable, match="ARENA_DATABASE_URL") as caught:
        nobody.check()
    assert "127.0.0.1:1" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_missing_file_or_table_says_how_to_make_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    with pytest.raises(DatabaseUnavailable, match="arena list"):
        Database(url).check()
    with pytest.raises(DatabaseUnavailable, match="arena list"):
        place(Database(url))


def _place_many(db: Database) -> None:
    for _ in range(50):
        place(db, 100)


def _sqlite(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path / 'arena.db'}")
    made.migrate()
    return made


def test_a_full_disk_says_so_and_keeps_what_was_there(tmp_path: Path) -> None:
    db = _sqlite(tmp_path)
    place(db)
    db.dispose()

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to the present size

    event.listen(db.engine, "connect", fill)
    with pytest.raises(DiskFull, match="Free some space"):
        _place_many(db)
    event.remove(db.engine, "connect", fill)
    db.dispose()
    with db.read() as session:
        assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
        assert session.scalars(text("SELECT id FROM arena_plans WHERE id = 1")).all() == [1]


def test_a_read_only_database_says_so(tmp_path: Path) -> None:
    db = _sqlite(tmp_path)
    db.dispose()
    event.listen(db.engine, "connect", lambda opened, _: opened.execute("PRAGMA query_only = ON"))
    with pytest.raises(FolderUnwritable, match="read-only"):
        place(db)


def test_a_lock_that_is_never_let_go_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0)
    db = _sqlite(tmp_path)
    holder = sqlite3.connect(tmp_path / "arena.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="locked"):
        place(db)
    holder.close()
    assert place(db) == (1,)


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "arena.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseUnavailable, match="no database"):
        Database(f"sqlite:///{tmp_path / 'arena.db'}").migrate()


def test_sqlite_survives_power_cuts_and_checks_references(tmp_path: Path) -> None:
    with _sqlite(tmp_path).read() as session:
        pragma = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    assert pragma == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}
