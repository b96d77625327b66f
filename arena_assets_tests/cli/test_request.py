"""``arena request``: loose input, one sentence when it is wrong, never asked twice."""

from __future__ import annotations

import pytest

from arena_assets.store.database import Database
from arena_assets.store.plans import list_plans
from arena_assets_tests.cli.conftest import Arena


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--count", "0"), "Ask for 1 to 100 arenas"),
        (("--count", "many"), "The count 'many' cannot be used"),
        (("--theme", "moon base"), "Choose one of: ancient_temple"),
        (("--color", "pink"), "Choose one of: CRIMSON"),
        (("--project", "No Good"), "lower-case letters"),
        (("--priority", "11"), "priority from -10 to 10"),
        (("--brief", "x" * 501), "at most 500 characters"),
    ],
)
def test_wrong_input_is_one_sentence_and_exit_code_2(
    arena: Arena, words: tuple[str, ...], says: str
) -> None:
    answer = arena("request", *words)
    assert answer.code == 2
    assert says in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_an_error_as_json_has_its_four_parts(arena: Arena) -> None:
    answer = arena("request", "--count", "101", "--json")
    assert answer.code == 2
    assert set(answer.data["error"]) == {"code", "what", "next_step", "money"}
    assert answer.data["error"]["code"] == "usage"
    assert answer.err == ""


def test_a_request_is_kept_and_says_what_will_make_it(arena: Arena, db: Database) -> None:
    answer = arena("request", "-n", "3", "--theme", "Crystal Cavern", "--color", "azure", "--json")
    assert answer.code == 0
    assert answer.data["server"] is None
    assert answer.data["started"] == []
    assert [each["arena"] for each in answer.data["arenas"]] == [
        "arena-000001",
        "arena-000002",
        "arena-000003",
    ]
    assert {each["theme"] for each in answer.data["arenas"]} == {"crystal_cavern"}
    assert "'arena serve' will make it" in answer.err
    assert len(list_plans(db)) == 3


def test_the_same_key_places_one_request(arena: Arena, db: Database) -> None:
    first = arena("request", "--key", "order-7", "--json")
    again = arena("request", "--key", "order-7", "--json")
    assert first.data["fresh"] is True
    assert again.data["fresh"] is False
    assert again.data["request_id"] == first.data["request_id"]
    assert len(list_plans(db)) == 1


def test_the_same_key_for_another_request_is_refused(arena: Arena) -> None:
    arena("request", "--key", "order-7")
    answer = arena("request", "--key", "order-7", "--count", "2")
    assert answer.code == 3
    assert "already placed another request" in answer.err
