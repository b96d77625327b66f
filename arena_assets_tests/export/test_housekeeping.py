"""Housekeeping forgets what is past its time, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from arena_assets.export.housekeeping import keep_house
from arena_assets.store.base import utc_now
from arena_assets.store.once import get_act, keep_act
from arena_assets.store.review_tables import OnceRow
from arena_assets_tests.arenas import open_hall


def test_an_act_is_answered_alike_for_a_week(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = open_hall(tmp_path / "data", monkeypatch)
    db = hall.studio.db
    for key, days in (("old", 8), ("young", 6)):
        keep_act(db, "user:1", key, "POST /api/v1/approvals", "0" * 64, 200, [])
        with db.write() as session:
            session.execute(
                update(OnceRow)
                .where(OnceRow.key == key)
                .values(at=utc_now() - timedelta(days=days))
            )
    try:
        assert keep_house(hall.studio).old_acts == 1
        assert get_act(db, "user:1", "old") is None
        assert get_act(db, "user:1", "young") is not None
    finally:
        hall.studio.close()
        hall.instance.dispose()
