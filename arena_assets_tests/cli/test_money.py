"""Money on the command line: caps, the ledger and its exports, parked calls and their settling."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import JsonValue

from arena_assets.domain.calls import Call
from arena_assets.ledger.answers import Whole
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.store import audit
from arena_assets.store.calls import Purpose, insert_call
from arena_assets.store.database import Database
from arena_assets_tests.cli.conftest import Arena
from arena_assets_tests.parked import parked
from arena_assets_tests.store.samples import place

FOR = Purpose("cards", 1, 1, "music_tracks/main")


def _call(number: int) -> Call:
    body: dict[str, JsonValue] = {"model_id": "music_v2", "number": number}
    return Call("elevenlabs", "elevenlabs", "/v1/music", body, 1, Decimal("0.30"))


@pytest.fixture
def history(db: Database) -> tuple[Call, Call]:
    """A settled call and a parked one."""
    place(db)
    journal, done, lost = CallJournal(db), _call(1), _call(2)
    row = journal.sent(journal.begin(done, FOR).row)
    journal.done(row, Whole(Path("x"), 200, {}, 1, "0" * 64), Decimal("0.24"), None)
    row = journal.sent(journal.begin(lost, FOR).row)
    journal.park(row, "read timeout after 60 s")
    return done, lost


def test_a_cap_is_set_shown_and_taken_away(arena: Arena) -> None:
    arena("budget", "--project", "cards", "--total", "20", "--monthly", "$7.50")
    arena("budget", "--monthly", "50")
    shown = arena("budget", "--json").data["budgets"]
    caps = {(each["scope"], each["subject"]): each["cap_usd"] for each in shown}
    assert caps == {
        ("month", ""): "50.000000",
        ("project", "cards"): "20.000000",
        ("project_month", "cards"): "7.500000",
    }
    arena("budget", "--project", "cards", "--total", "none")
    found = arena("budget", "--project", "cards")
    assert "$7.50" in found.out
    assert "$20.00" not in found.out


def test_the_cap_of_a_request(arena: Arena, db: Database) -> None:
    place(db)
    assert arena("budget", "--request", "1", "--total", "3").code == 0
    shown = arena("budget", "--request", "1", "--json").data["budgets"]
    assert [each["left_usd"] for each in shown if each["scope"] == "request"] == ["3.000000"]
    assert arena("budget", "--request", "9", "--total", "3").code == 2


def test_the_cap_that_a_request_was_placed_with_is_taken_away(arena: Arena, db: Database) -> None:
    arena("request", "--cap", "5")
    find = ("budget", "--request", "1", "--json")

    def cap(*more: str) -> Decimal | None:
        shown = arena(*find, *more).data["budgets"]
        (found,) = [each["cap_usd"] for each in shown if each["scope"] == "request"]
        return None if found is None else Decimal(found)

    assert cap() == 5
    assert cap("--total", "none") is None
    assert cap() is None
    (change,) = [each for each in audit.entries(db) if each.action == "budget.set"]
    assert (change.data["was"], change.data["cap_usd"]) == ("5", None)
    assert cap("--total", "7") == 7


@pytest.mark.parametrize(
    "words",
    [
        ["--total", "5"],
        ["--monthly", "much"],
        ["--monthly", "-1"],
        ["--project", "No Such"],
        ["--request", "1", "--monthly", "5"],
    ],
)
def test_a_cap_that_makes_no_sense_is_refused(arena: Arena, db: Database, words: list[str]) -> None:
    place(db)
    assert arena("budget", *words).code == 2


def test_the_ledger_adds_up_and_is_exported(
    arena: Arena, history: tuple[Call, Call], tmp_path: Path
) -> None:
    shown = arena("ledger")
    assert "music_v2" in shown.out
    assert "$0.24 spent, $0.30 reserved" in shown.out
    data = arena("ledger", "1", "--csv", str(tmp_path / "ledger.csv"), "--json").data
    assert (data["spent_usd"], data["reserved_usd"]) == ("0.240000", "0.300000")
    with (tmp_path / "ledger.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["reserve", "settle", "reserve"]
    assert sum(Decimal(row["spent_usd"]) for row in rows) == Decimal(data["spent_usd"])
    assert rows[0]["slot"] == "music_tracks/main"
    assert arena("ledger", "2", "--json").data["entries"] == []


def test_a_parked_call_is_listed_with_why_and_settled(
    arena: Arena, history: tuple[Call, Call]
) -> None:
    lost = history[1].key
    shown = arena("calls", "--parked")
    assert lost[:16] in shown.out
    assert "read timeout after 60 s" in shown.out
    assert history[0].key[:16] not in shown.out
    settled = arena("settle", lost[:10], "--charged", "0.25")
    assert settled.code == 0
    assert "arena redo arena-000001 music_tracks/main" in settled.err
    assert arena("ledger", "--json").data["spent_usd"] == "0.490000"
    assert arena("calls", "--parked", "--json").data["count"] == 0
    again = arena("settle", lost[:10], "--not-charged")
    assert again.code == 3
    assert arena("settle", lost[:10], "--refunded", "0.25").code == 0
    assert arena("ledger", "--json").data["spent_usd"] == "0.240000"


def test_every_call_is_listed_and_counted_however_many_there_are(
    arena: Arena, db: Database
) -> None:
    one = parked(db, "cards")
    with db.write() as session:
        for number in range(700):
            insert_call(session, replace(one, key=f"{number:064x}"))
    for words in (("calls",), ("calls", "--parked"), ("calls", "--project", "cards")):
        data = arena(*words, "--json").data
        assert (data["count"], len(data["calls"])) == (701, 701)
    found = arena("doctor", "--json").data
    assert "701 parked, $294.42 reserved" in str(found)


def test_a_call_that_was_not_charged_can_be_sent_again(
    arena: Arena, history: tuple[Call, Call]
) -> None:
    settled = arena("settle", history[1].key[:10], "--not-charged", "--json")
    assert settled.data["call"]["state"] == "failed"
    assert "arena resume arena-000001" in settled.err
    assert arena("ledger", "--json").data["reserved_usd"] == "0.000000"


@pytest.mark.parametrize(
    "words", [[], ["--not-charged", "--charged", "1"], ["--charged", "nothing"]]
)
def test_one_thing_is_said_about_a_call(
    arena: Arena, history: tuple[Call, Call], words: list[str]
) -> None:
    assert arena("settle", history[1].key[:10], *words).code == 2


def test_an_unknown_call_is_named(arena: Arena) -> None:
    answer = arena("settle", "abcdef99", "--not-charged")
    assert answer.code == 2
    assert "arena calls" in answer.err
