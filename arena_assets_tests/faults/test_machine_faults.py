"""The machine itself misbehaves: a busy database, a clock that jumps, a disk that fills."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from arena_assets.console.thumbnails import thumbnail
from arena_assets.domain.roles import Role
from arena_assets.errors import DatabaseUnavailable, DiskFull, FolderUnwritable
from arena_assets.store import base, database
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets.store.launches import claim_launches
from arena_assets.store.plans import list_plans
from arena_assets.store.sessions import open_session, session_user
from arena_assets.store.users import add_user
from arena_assets_tests.counting import Counted
from arena_assets_tests.store.samples import place

HOUR = timedelta(hours=1)


def _sqlite(folder: Path) -> Database:
    made = Database(f"sqlite:///{folder / 'arena.db'}")
    made.migrate()
    return made


def test_a_busy_database_is_waited_for_and_nothing_is_lost(
    tmp_path: Path, counted: Counted
) -> None:
    """Writers wait while another program holds the database, then all of them have written."""
    db = _sqlite(tmp_path)
    holder = sqlite3.connect(tmp_path / "arena.db", isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    begun = threading.Barrier(5)
    written: list[tuple[int, ...]] = []

    def write() -> None:
        begun.wait()
        written.append(place(db))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for each in writers:
        each.start()
    begun.wait()
    assert written == []
    holder.execute("COMMIT")
    holder.close()
    for each in writers:
        each.join(60)
    assert sorted(arena for (arena,) in written) == [1, 2, 3, 4]
    counted("machine faults: a busy database is waited for", 1)


def test_a_database_that_stays_locked_says_so_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: Counted
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0)
    db = _sqlite(tmp_path)
    place(db)
    holder = sqlite3.connect(tmp_path / "arena.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match=r"keeps the database .* locked"):
        place(db)
    assert len(list_plans(db)) == 1
    holder.execute("ROLLBACK")
    holder.close()
    assert place(db) == (2,)
    counted("machine faults: a database that stays locked", 1)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_an_hour_launches_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, counted: Counted
) -> None:
    """What was launched and confirmed stays launched; what was only claimed is claimed again."""
    db = _sqlite(tmp_path)
    place(db, 2)
    first = claim_launches(db, 1, 7_200)
    assert [each.arena_id for each in first] == [1]
    later = base.utc_now() + hours * HOUR
    monkeypatch.setattr("arena_assets.store.launches.utc_now", lambda: later)
    assert [each.arena_id for each in claim_launches(db, 2, 7_200)] == [2]
    counted("machine faults: the clock jumps an hour, launches", 1)


@pytest.mark.parametrize(("hours", "holds"), [(-1, True), (1, False)])
def test_a_clock_that_jumps_an_hour_opens_no_session_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, holds: bool, counted: Counted
) -> None:
    """Forwards a session of half an hour ends; back it does not, and ends for good once over."""
    db = _sqlite(tmp_path)
    user = add_user(db, "ann", Role.VIEWER, None)
    held = open_session(db, user.user_id, "here", HOUR / 2)
    now = base.utc_now()
    monkeypatch.setattr(base, "utc_now", lambda: now + hours * HOUR)
    assert (session_user(db, held, 10 * HOUR) is not None) is holds
    counted("machine faults: the clock jumps an hour, sessions", 1)


@pytest.mark.parametrize(
    ("code", "error"),
    [(28, DiskFull), (122, DiskFull), (13, FolderUnwritable), (30, FolderUnwritable)],
)
def test_a_folder_that_takes_no_thumbnail_says_so_and_keeps_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception],
    counted: Counted,
) -> None:  # fmt: skip
    from PIL import Image

    picture = tmp_path / "picture.png"
    Image.new("RGB", (640, 360), "teal").save(picture)
    store = BlobStore(tmp_path / "blobs")
    ref = store.put_file(picture, "image/png")

    def refuse(_image: Image.Image, path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b"RIFF half")
        raise OSError(code, "no")

    monkeypatch.setattr(Image.Image, "save", refuse)
    with pytest.raises(error):
        thumbnail(tmp_path / "small", store.path(ref), ref.sha256, 320)
    assert not [each for each in (tmp_path / "small").rglob("*") if each.is_file()]
    monkeypatch.undo()
    assert thumbnail(tmp_path / "small", store.path(ref), ref.sha256, 320).is_file()
    counted("machine faults: a full or closed folder of thumbnails", 1)
