"""Help with a brief by Claude: its diff, its price and its ledger; by rules without it."""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from pydantic import SecretStr

from arena_assets.actions.prompt_help import help_with
from arena_assets.domain.request import BRIEF_MAX
from arena_assets.domain.roles import Role
from arena_assets.errors import ArenaError, Busy, UsageFault
from arena_assets.ledger.places import Places
from arena_assets.settings import Settings
from arena_assets.store.calls import CallState, list_calls
from arena_assets.store.ledger_entries import entries
from arena_assets.store.versions import ensure_project
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.api import Door, open_door
from arena_assets_tests.doubles.claude import ClaudeDouble, changed
from arena_assets_tests.doubles.loopback import Fault, Said

_TEXT = "an old temple in the rain"
_BETTER = "an old temple of wet slate in the rain at dusk"
_KEY = "sk-ant-double"


@pytest.fixture
def double() -> Iterator[ClaudeDouble]:
    with ClaudeDouble(_KEY) as double:
        yield double


@pytest.fixture
def settings(hall: Hall, double: ClaudeDouble) -> Settings:
    ensure_project(hall.studio.db, "hall")
    told = {"claude_api_key": SecretStr(_KEY), "claude_url": double.url}
    return hall.settings.model_copy(update=told)


def _says(double: ClaudeDouble, brief: object) -> dict[str, int]:
    """Have it answer so; what it then says it used, once it has."""
    usage: dict[str, int] = {}

    def behave(right: Said) -> Said:
        found = changed(lambda _: {"brief": brief})(right)
        usage.update(
            (name, value)
            for name, value in json.loads(found.body)["usage"].items()
            if isinstance(value, int)
        )
        assert isinstance(found, Said)
        return found

    double.next(behave)
    return usage


def test_claudes_wording_comes_with_its_differences_price_and_ledger(
    hall: Hall, settings: Settings, double: ClaudeDouble
) -> None:
    usage = _says(double, f"  {_BETTER} ")
    told = help_with(settings, hall.studio.db, "hall", _TEXT, by="claude")
    assert told["suggestion"] == _BETTER
    assert told["diff"] == [
        {"kind": "same", "words": "an old temple"},
        {"kind": "new", "words": "of wet slate"},
        {"kind": "same", "words": "in the rain"},
        {"kind": "new", "words": "at dusk"},
    ]
    # claude-sonnet-5-5: $2 fresh, $10 out, $4 written to the cache for an hour, a million each
    price = (
        usage["input_tokens"] * Decimal(2)
        + usage["output_tokens"] * Decimal(10)
        + usage["cache_creation_input_tokens"] * Decimal(4)
    ) / 1_000_000
    assert price > 0
    assert Decimal(told["price_usd"]) == price
    (call,) = list_calls(hall.studio.db)
    assert (call.state, call.project, call.arena_id) == (CallState.DONE, "hall", None)
    assert call.price_usd == price
    reserve, settle = entries(hall.studio.db, project="hall")
    assert (reserve.kind, settle.kind) == ("reserve", "settle")
    assert reserve.reserved_usd == -settle.reserved_usd >= price
    assert settle.spent_usd == price


def test_the_same_question_is_answered_again_for_free(
    hall: Hall, settings: Settings, double: ClaudeDouble
) -> None:
    _says(double, _BETTER)
    first = help_with(settings, hall.studio.db, "hall", _TEXT, by="claude")
    lines = len(entries(hall.studio.db))
    again = help_with(settings, hall.studio.db, "hall", f" {_TEXT} ", by="claude")
    assert again["suggestion"] == first["suggestion"]
    assert Decimal(again["price_usd"]) == 0
    assert double.submitted == 1
    assert len(entries(hall.studio.db)) == lines


def test_the_same_question_at_the_same_moment_is_sent_once(
    hall: Hall, settings: Settings, double: ClaudeDouble
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slowly(right: Said) -> Said:
        asked.set()
        go_on.wait(30)
        found = changed(lambda _: {"brief": _BETTER})(right)
        assert isinstance(found, Said)
        return found

    double.next(slowly)

    def click() -> str:
        told = help_with(settings, hall.studio.db, "hall", _TEXT, by="claude")
        return str(told["suggestion"])

    with ThreadPoolExecutor(1) as others:
        first = others.submit(click)
        try:
            assert asked.wait(30)
            with pytest.raises(Busy, match="being made already") as busy:
                click()
            assert busy.value.money == "no"
        finally:
            go_on.set()
        assert first.result(30) == click() == _BETTER
    assert double.submitted == 1
    (call,) = list_calls(hall.studio.db)
    assert (call.state, call.reserved_usd, call.attempts) == (CallState.DONE, Decimal(0), 1)


def test_no_more_questions_are_in_work_than_the_setting_says(
    hall: Hall, settings: Settings, double: ClaudeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    _says(double, _BETTER)
    waits, take = threading.Event(), Places._take

    def look(self: Places, service: str, limit: int) -> int | None:
        taken = take(self, service, limit)
        if taken is None:
            waits.set()
        return taken

    monkeypatch.setattr(Places, "_take", look)
    one = settings.model_copy(update={"claude_at_once": 1})
    folder = settings.data_dir / "places"
    folder.mkdir(exist_ok=True)
    with (folder / "claude.0").open("w") as place, ThreadPoolExecutor(1) as others:
        fcntl.flock(place, fcntl.LOCK_EX)  # as a run does
        asked = others.submit(help_with, one, hall.studio.db, "hall", _TEXT, by="claude")
        assert waits.wait(30)
        assert double.submitted == 0
        fcntl.flock(place, fcntl.LOCK_UN)
        assert asked.result(30)["suggestion"] == _BETTER


@pytest.mark.parametrize(
    ("brief", "said"),
    [("x" * (BRIEF_MAX + 1), "too long"), ("  ", "empty"), (None, "empty or too long|no brief")],
)
def test_an_answer_of_no_use_is_charged_and_says_so(
    hall: Hall, settings: Settings, double: ClaudeDouble, brief: object, said: str
) -> None:
    _says(double, brief)
    if brief is None:
        double._behaviours.clear()
        double.next(changed(lambda _: "I would rather not."))
    with pytest.raises(ArenaError, match=said) as failed:
        help_with(settings, hall.studio.db, "hall", _TEXT, by="claude")
    assert failed.value.money == "yes"
    assert "embedded helper" in str(failed.value)
    assert sum(each.spent_usd for each in entries(hall.studio.db)) > 0


@pytest.mark.parametrize(
    ("fault", "money"), [(Fault("status", 529), "no"), (Fault("drop"), "unknown")]
)
def test_the_form_says_why_claude_did_not_help_and_falls_back_openly(
    hall: Hall, settings: Settings, double: ClaudeDouble, fault: Fault, money: str
) -> None:
    double.next(*[fault] * 5)
    with open_door(Hall(hall.studio, hall.instance)) as door:
        _give(door, settings)
        headers = {**door.token(Role.ADMIN), "accept": "text/html"}
        told = {"project": "hall", "brief": _TEXT, "by": "claude"}
        page = door.client.post("/requests/brief", data=told, headers=headers)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "what the embedded helper suggests instead" in page.text
    assert "<ins>" in page.text
    assert ("It cost nothing" in page.text) == (money == "no")
    assert ('see <a href="/calls">' in page.text) == (money == "unknown")
    spent = sum(each.spent_usd for each in entries(hall.studio.db))
    assert spent == 0
    parked = [each for each in list_calls(hall.studio.db) if each.state is CallState.UNKNOWN]
    assert len(parked) == (money == "unknown")


def test_the_embedded_helper_is_the_default_and_asks_nobody(
    hall: Hall, settings: Settings, double: ClaudeDouble
) -> None:
    with open_door(hall) as door:
        _give(door, settings)
        url = "/api/v1/projects/hall/prompt-help"
        told = door.client.post(url, json={"text": _TEXT}, headers=door.token(Role.VIEWER)).json()
        assert (told["by"], told["price_usd"]) == ("embedded", "0")
        paid = {"text": _TEXT, "by": "claude"}
        refused = door.client.post(url, json=paid, headers=door.token(Role.REVIEWER))
        assert refused.status_code == 403
    assert double.submitted == 0


def test_claude_that_is_not_set_up_is_said_before_anything_is_sent(hall: Hall) -> None:
    ensure_project(hall.studio.db, "hall")
    with pytest.raises(UsageFault, match="ARENA_CLAUDE_API_KEY"):
        help_with(hall.settings, hall.studio.db, "hall", _TEXT, by="claude")


def _give(door: Door, settings: Settings) -> None:
    """Let the console work with these settings."""
    object.__setattr__(door.app.state.desk, "settings", settings)
