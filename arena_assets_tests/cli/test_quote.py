"""``arena quote``, and what ``arena request`` does with caps and quotes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from arena_assets.domain.services import Services
from arena_assets.ledger import quoting
from arena_assets.store.database import Database
from arena_assets.store.plans import list_plans
from arena_assets_tests.cli.conftest import Arena

ASKED = ("--count", "3", "--theme", "Crystal Cavern", "--brief", "it's cold")


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Callable[[Services], None]:
    def chosen(services: Services) -> None:
        monkeypatch.setattr(quoting, "services_of", lambda _: services)

    chosen(Services(lore="claude", music="elevenlabs"))
    return chosen


def test_embedded_work_is_quoted_at_exactly_nothing_and_says_so(arena: Arena) -> None:
    answer = arena("quote", "-n", "3", "--json")
    assert answer.code == 0
    assert answer.data["embedded"] is True
    assert answer.data["usd"] == {"low": "0.00", "expected": "0.00", "high": "0.00"}
    assert "It costs $0.00: all is made on this machine." in answer.err


def test_a_quote_shows_each_stage_and_their_sum(
    arena: Arena, services: Callable[[Services], None]
) -> None:
    data = arena("quote", *ASKED, "--json").data
    for point, total in data["usd"].items():
        assert sum(Decimal(each["usd"][point]) for each in data["stages"]) == Decimal(total)
    answer = arena("quote", *ASKED)
    *rows, token = answer.out.strip().splitlines()
    assert any(row.split()[:3] == ["music", "elevenlabs", "4.46"] for row in rows)
    assert any(row.split()[:3] == ["lore", "claude", "0.03"] for row in rows)
    total_row = next(row for row in rows if row.startswith("total"))
    assert total_row.split()[1:4] == list(data["usd"].values())
    assert token.count(".") == 1
    assert "--theme crystal_cavern --brief 'it'\"'\"'s cold' --quote TOKEN" in answer.err


def test_a_quote_writes_nothing_but_its_key(arena: Arena, db: Database) -> None:
    arena("quote", "-n", "5")
    assert list_plans(db) == []


def test_a_request_is_placed_at_its_quote(
    arena: Arena, db: Database, services: Callable[[Services], None]
) -> None:
    token = arena("quote", *ASKED, "--json").data["token"]
    answer = arena("request", *ASKED, "--quote", token, "--cap", "$5", "--json")
    assert answer.code == 0
    assert answer.data["expected"]["usd"]["expected"] == "4.54"
    assert "It is expected to cost $4.54" in answer.err
    assert len(list_plans(db)) == 3
    budgets = arena("budget", "--request", "1", "--json").data["budgets"]
    assert [Decimal(each["cap_usd"]) for each in budgets if each["cap_usd"]] == [5]


def test_a_request_without_a_quote_says_what_to_expect(
    arena: Arena, services: Callable[[Services], None]
) -> None:
    answer = arena("request", "--count", "2")
    assert "It is expected to cost $3.03 ($2.99 to " in answer.err
    assert "once it has begun" in answer.err
    again = arena("request", "--key", "a", "--json")
    assert again.data["expected"]["usd"]["expected"] == "1.53"
    assert arena("request", "--key", "a", "--json").data["expected"] is None


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--quote", "nonsense"), 2, "no quote of this installation"),
        (("--quote", "TOKEN", "--count", "4"), 3, "for another request"),
        (("--quote", "TOKEN", "--cap", "2"), 3, "At about $1.52 an arena, $2.00 pays for 1"),
        (("--cap", "much"), 2, "no amount of dollars"),
        (("--cap", "-1"), 2, "no amount of dollars"),
        (("--cap", "0.0000001"), 2, "Give the cap in dollars"),
    ],
)
def test_what_does_not_hold_is_refused_and_nothing_is_placed(
    arena: Arena,
    db: Database,
    services: Callable[[Services], None],
    words: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    token = arena("quote", *ASKED, "--json").data["token"]
    answer = arena("request", *ASKED, *(token if word == "TOKEN" else word for word in words))
    assert answer.code == code
    assert says in answer.err
    assert list_plans(db) == []


def test_a_model_without_a_price_is_no_bargain(
    arena: Arena, db: Database, services: Callable[[Services], None]
) -> None:
    services(Services(lore="claude", claude_model="claude-tomorrow"))
    for command in ("quote", "request"):
        answer = arena(command)
        assert answer.code == 2
        assert "There is no price for 'claude-tomorrow'" in answer.err
    assert list_plans(db) == []
