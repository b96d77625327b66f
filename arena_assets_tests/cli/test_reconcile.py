"""The ledger beside what services report: equal days, gaps, calls in doubt, files that are none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from arena_assets.domain.calls import Call
from arena_assets.domain.usage_report import CREDITS, Report
from arena_assets.ledger import call_journal
from arena_assets.ledger.answers import Whole
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.ledger.reconcile import reconcile
from arena_assets.store.calls import Purpose
from arena_assets.store.database import Database
from arena_assets_tests.cli.conftest import Arena
from arena_assets_tests.store.samples import place

FOR = Purpose("cards", 1, 1, "music_tracks/main")


@pytest.fixture
def today(db: Database) -> str:
    """A day on which Claude cost $0.24, and ElevenLabs $0.69 or 1,200 credits; one call of either
    is parked."""
    place(db)
    journal = CallJournal(db)
    for service, usd, headers in (
        ("claude", "0.24", {}),
        ("elevenlabs", "0.69", {"character-cost": "1200"}),
    ):
        for number in (1, 2):
            body: dict[str, Any] = {"number": number}
            call = Call(service, service, "/v1/x", body, 1, Decimal("0.90"))
            row = journal.sent(journal.begin(call, FOR).row)
            if number == 1:
                whole = Whole(Path("x"), 200, headers, 1, "0" * 64)
                journal.done(row, whole, Decimal(usd), None)
            else:
                journal.park(row, "read timeout after 60 s")
    return datetime.now(UTC).date().isoformat()


def _cost_report(day: str, *cents: str, **more: object) -> str:
    results = [{"amount": each, "currency": "USD"} for each in cents]
    return json.dumps({"data": [{"starting_at": f"{day}T00:00:00Z", "results": results}], **more})


def _compared(arena: Arena, folder: Path, text: str) -> Any:
    (folder / "report").write_text(text)
    return arena("ledger", "--reconcile", str(folder / "report"), "--json").data


def test_claudes_cost_report_agrees_to_the_cent(arena: Arena, tmp_path: Path, today: str) -> None:
    found = _compared(arena, tmp_path, _cost_report(today, "20.5", "3.5"))
    assert found["agrees"] is True
    (day,) = found["days"]
    assert (day["service"], day["day"]) == ("claude", today)
    assert Decimal(day["ours"]) == Decimal(day["theirs"]) == Decimal("0.24")
    assert [each["why"] for each in day["unmatched"]] == ["read timeout after 60 s"]


def test_a_gap_names_the_calls_in_doubt(arena: Arena, tmp_path: Path, today: str) -> None:
    lines = [f"{today},claude-sonnet-5-5,0.24", f"{today},claude-sonnet-5-5,0.31"]
    (tmp_path / "console.csv").write_text(
        "\n".join(["usage_date_utc,model,cost_usd", *lines, ""]), encoding="utf-8-sig"
    )
    shown = arena("ledger", "--reconcile", str(tmp_path / "console.csv"))
    assert "+0.3100" in shown.out
    parked = arena("calls", "--parked", "--json").data["calls"]
    (doubted,) = [each["key"] for each in parked if each["service"] == "claude"]
    assert doubted[:16] in shown.out
    assert "arena settle" in shown.err


def test_elevenlabs_is_compared_in_credits(arena: Arena, tmp_path: Path, today: str) -> None:
    moment = datetime.fromisoformat(today).replace(tzinfo=UTC)
    times = [int((moment - timedelta(days=each)).timestamp() * 1000) for each in (1, 0)]
    report = {"time": times, "usage": {"key one": [50, 1000.0], "key two": [0, 200]}}
    found = _compared(arena, tmp_path, json.dumps(report))
    assert found["unit"] == "credits"
    differences = {each["day"]: Decimal(each["difference"]) for each in found["days"]}
    assert differences == {(moment - timedelta(days=1)).date().isoformat(): 50, today: 0}


def test_credits_count_on_the_day_on_which_the_call_was_made_not_first_tried(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(db)
    journal = CallJournal(db)
    call = Call("elevenlabs", "elevenlabs", "/v1/music", {"number": 1}, 1, Decimal("0.90"))

    def on(day: int) -> None:
        moment = datetime(2026, 11, day, 12, tzinfo=UTC)
        monkeypatch.setattr(call_journal, "utc_now", lambda: moment)

    on(1)
    journal.failed(journal.sent(journal.begin(call, FOR).row), "402: the quota is spent")
    on(4)
    row = journal.sent(journal.begin(call, FOR).row)
    whole = Whole(Path("x"), 200, {"character-cost": "900"}, 1, "0" * 64)
    journal.done(row, whole, Decimal("0.69"), None)
    for first in (1, 3):  # the report of a week, and one of the last days alone
        days = {("elevenlabs", date(2026, 11, day)): Decimal(0) for day in range(first, 6)}
        days["elevenlabs", date(2026, 11, 4)] = Decimal(900)
        assert all(each.agrees for each in reconcile(db, Report(CREDITS, days)))


def test_a_plain_csv_names_any_service(arena: Arena, tmp_path: Path, today: str) -> None:
    text = f"service,day,usd\nelevenlabs,{today},0.69\nclaude,{today},0.20\n"
    found = _compared(arena, tmp_path, text)
    assert [(each["service"], each["agrees"]) for each in found["days"]] == [
        ("claude", False),
        ("elevenlabs", True),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no usage report"),
        ("a,b\n1,2\n", "The columns a, b"),
        ("service,day,usd\n", "no lines"),
        ("service,day,usd\nclaude,yesterday,1\n", "'yesterday' in line 2 is no day"),
        ("service,day,usd\nclaude,2026-11-24,much\n", "'much' in line 2 is no amount"),
        ("service,day,usd\nclaude,2026-11-24,NaN\n", "'NaN' in line 2 is no amount"),
        ("service,day,usd\n,2026-11-24,1\n", "no service in line 2"),
        ('{"data": [', "no whole JSON"),
        ("[1]", "no usage report that is known"),
        ('{"data": [{"starting_at": "2026-11-24"}]}', "no results in entry 1"),
        (_cost_report("2026-11-24", "1", has_more=True), "has_more"),
        (_cost_report("2026-11-24", "1").replace("USD", "EUR"), "not USD"),
        ('{"time": [1], "usage": {"All": [1, 2]}}', "do not fit together"),
        ('{"time": [1e30], "usage": {"All": [1]}}', "no time in milliseconds"),
    ],
)
def test_a_file_that_is_no_report_says_why(
    text: str, said: str, arena: Arena, tmp_path: Path
) -> None:
    (tmp_path / "report").write_text(text)
    found = arena("ledger", "--reconcile", str(tmp_path / "report"))
    assert found.code == 2
    assert said in " ".join(found.err.split())


def test_a_missing_file_and_a_narrowed_report_are_refused(arena: Arena, tmp_path: Path) -> None:
    assert arena("ledger", "--reconcile", str(tmp_path / "none")).code == 2
    assert arena("ledger", "--reconcile", "no\0name").code == 2
    assert arena("ledger", "--project", "cards", "--reconcile", str(tmp_path / "none")).code == 2
