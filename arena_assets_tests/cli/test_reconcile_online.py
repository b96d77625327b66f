"""The ledger beside what services report when they are asked: by day, paged, without a key seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from arena_assets.domain.calls import Call
from arena_assets.ledger.answers import Whole
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.settings import settings
from arena_assets.store.calls import Purpose
from arena_assets.store.database import Database
from arena_assets_tests.cli.conftest import Arena
from arena_assets_tests.doubles.claude import ClaudeDouble
from arena_assets_tests.doubles.elevenlabs import ElevenDouble
from arena_assets_tests.doubles.loopback import Fault, Loopback, Said
from arena_assets_tests.store.samples import place

ADMIN_KEY = "sk-ant-admin-CANARY-7d20"
ELEVEN_KEY = "el-CANARY-41c9"


@pytest.fixture
def claude(monkeypatch: pytest.MonkeyPatch) -> Iterator[ClaudeDouble]:
    with ClaudeDouble("unused") as double:
        double.admin_key = ADMIN_KEY
        monkeypatch.setenv("ARENA_CLAUDE_URL", double.url)
        monkeypatch.setenv("ARENA_CLAUDE_ADMIN_KEY", ADMIN_KEY)
        settings.cache_clear()
        yield double


@pytest.fixture
def eleven(monkeypatch: pytest.MonkeyPatch) -> Iterator[ElevenDouble]:
    with ElevenDouble(ELEVEN_KEY) as double:
        monkeypatch.setenv("ARENA_ELEVENLABS_URL", double.url)
        monkeypatch.setenv("ARENA_ELEVENLABS_API_KEY", ELEVEN_KEY)
        settings.cache_clear()
        yield double


def _spend(db: Database, service: str, usd: str, headers: dict[str, Any]) -> date:
    """One call that was made and settled today, UTC."""
    place(db)
    journal = CallJournal(db)
    call = Call(service, service, "/v1/x", {"number": 1}, 1, Decimal("0.90"))
    row = journal.sent(journal.begin(call, Purpose("cards", 1, 1, "music_tracks/main")).row)
    journal.done(row, Whole(Path("x"), 200, headers, 1, "0" * 64), Decimal(usd), None)
    return datetime.now(UTC).date()


def test_claude_is_asked_page_by_page_and_agrees(
    arena: Arena, db: Database, claude: ClaudeDouble
) -> None:
    today = _spend(db, "claude", "0.24", {})
    claude.costs = {today: ("20.5", "3.5"), today - timedelta(days=4): ("12",)}
    found = arena("ledger", "--reconcile", "claude", "--days", "5", "--json").data
    assert [page.path for page in claude.asked] == ["/v1/organizations/cost_report"] * 3
    days = {day["day"]: day for day in found["days"]}
    assert len(days) == 5
    assert all(day["service"] == "claude" for day in days.values())
    assert days[today.isoformat()]["agrees"]
    # Used by others of the account: a difference, the only one.
    other = days[(today - timedelta(days=4)).isoformat()]
    assert Decimal(other["difference"]) == Decimal("0.12")
    assert [day["agrees"] for day in days.values()].count(False) == 1


def test_a_day_that_a_service_leaves_out_is_one_without_cost(
    arena: Arena, db: Database, claude: ClaudeDouble
) -> None:
    today = _spend(db, "claude", "0.24", {})
    claude.costs = {}
    found = arena("ledger", "--reconcile", "claude", "--json").data
    assert len(found["days"]) == 7
    differences = {day["day"]: Decimal(day["difference"]) for day in found["days"]}
    assert differences.pop(today.isoformat()) == Decimal("-0.24")
    assert set(differences.values()) == {Decimal(0)}


def test_elevenlabs_is_asked_and_compared_in_credits(
    arena: Arena, db: Database, eleven: ElevenDouble
) -> None:
    today = _spend(db, "elevenlabs", "0.69", {"character-cost": "1200"})
    eleven.used = {today: 1250.0}
    shown = arena("ledger", "--reconcile", "elevenlabs", "--days", "1")
    assert shown.code == 0
    assert "+50.0000" in shown.out
    assert "credits" in shown.out
    eleven.used = {today: 1200.0}
    assert arena("ledger", "--reconcile", "elevenlabs", "--json").data["agrees"] is True


def _no_pages(right: Said) -> Said:
    return Said(200, json.dumps({"data": "none"}).encode())


@pytest.mark.parametrize(
    ("behaviour", "code", "said"),
    [
        (Fault("status", 401), 3, "ARENA_CLAUDE_ADMIN_KEY"),
        (Fault("status", 429, headers={"retry-after": "9"}), None, "takes no more"),
        (Fault("status", 500), None, "could not be reached"),
        (Fault("html"), None, "no JSON"),
        (Fault("drop"), None, "could not be reached"),
        (Fault("truncated"), None, "could not be reached"),
        (Fault("redirect"), None, "ARENA_CLAUDE_URL"),
        (_no_pages, None, "cannot be read"),
    ],
)
def test_what_goes_wrong_is_said_without_the_key(
    behaviour: Any,
    code: int | None,
    said: str,
    arena: Arena,
    claude: ClaudeDouble,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claude, "is_submit", lambda _: True)
    claude.next(behaviour)
    found = arena("ledger", "--reconcile", "claude")
    assert found.code not in (0, 2)
    assert code is None or found.code == code
    assert said in " ".join(found.err.split())
    assert ADMIN_KEY not in found.out + found.err


@pytest.mark.parametrize("double", ["claude", "eleven"])
def test_a_key_that_the_service_quotes_is_blotted_out(
    double: str, arena: Arena, request: pytest.FixtureRequest
) -> None:
    service: Loopback = request.getfixturevalue(double)
    if isinstance(service, ClaudeDouble):
        service.admin_key = "another"
    elif isinstance(service, ElevenDouble):
        service.key = "another"
    name = "claude" if double == "claude" else "elevenlabs"
    found = arena("ledger", "--reconcile", name)
    assert found.code == 3
    assert "***" in found.err
    assert "CANARY" not in found.out + found.err


def test_without_a_key_the_setting_is_named(arena: Arena) -> None:
    found = arena("ledger", "--reconcile", "claude")
    assert found.code == 2
    assert "ARENA_CLAUDE_ADMIN_KEY" in found.err
    assert arena("ledger", "--reconcile", "elevenlabs").code == 2


def test_days_go_with_a_service_that_is_asked(arena: Arena, tmp_path: Path) -> None:
    assert arena("ledger", "--days", "3").code == 2
    assert arena("ledger", "--reconcile", str(tmp_path / "file.csv"), "--days", "3").code == 2
    assert arena("ledger", "--reconcile", "claude", "--days", "32").code == 2
