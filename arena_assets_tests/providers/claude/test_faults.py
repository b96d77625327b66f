"""Claude misbehaving: what is known, what is parked, and that a key is never seen anywhere."""

from __future__ import annotations

import copy
import json
import logging
import socket
import traceback
from typing import Any

import pytest

from arena_assets.errors import ArenaError, Busy, ContentFault, Transient
from arena_assets_tests.counting import Counted
from arena_assets_tests.doubles.claude import ClaudeDouble, changed
from arena_assets_tests.doubles.loopback import Fault, Said
from arena_assets_tests.providers.claude.conftest import KEY, OUTLINE, Desk
from arena_assets_tests.providers.contract import COMMON, Case, name_of, prove


def _spoiled(name: str, behaviour: object) -> Case:
    return Case(name, behaviour, ContentFault, "yes", "spoiled")  # type: ignore[arg-type]


def _other_json(_: Said) -> Said:
    return Said(200, b'{"type": "ping"}')


def _no_usage(right: Said) -> Said:
    message = json.loads(right.body)
    del message["usage"]
    return Said(200, json.dumps(message).encode())


CASES = (
    *COMMON,
    _spoiled("cut", Fault("cut")),
    _spoiled("wrong_size", Fault("wrong_size")),
    _spoiled("no reason for stopping", changed(lambda lore: lore, stop=None)),
    _spoiled("another JSON", _other_json),
    _spoiled("no usage", _no_usage),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_after_a_fault_a_later_run_succeeds_and_pays_once(
    case: Case, desk: Desk, counted: Counted
) -> None:
    short: dict[str, Any] = {"hang": {"read_seconds": 0.8}, "drip": {"total_seconds": 0.15}}

    def run(take: int) -> None:
        """Impatient only with the fault, so that a busy machine is none."""
        given = {} if desk.double.submitted else short.get(case.name, {})
        desk.run(desk.recipe(take=take, **given))

    prove(case, desk.double, desk.book, run)
    counted("claude faults", 1)


def test_nothing_listening_means_nothing_was_sent(desk: Desk) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Transient, match="could not be reached") as caught:
            desk.run(desk.recipe(base_url=address))
    assert caught.value.money == "no"
    assert not desk.book.rows
    desk.run()
    assert desk.book.paid == 1


def test_more_at_once_than_allowed_are_told_to_wait(desk: Desk) -> None:
    desk.double.at_once = 0
    with pytest.raises(ArenaError, match="takes no more") as caught:
        desk.run()
    assert getattr(caught.value, "retry_after", None) == 7.0
    desk.double.at_once = 1
    desk.run()
    assert desk.book.paid == 1


def test_a_fault_survives_the_way_between_processes(desk: Desk) -> None:
    desk.double.next(Fault("status", 429, headers={"retry-after": "11"}))
    with pytest.raises(ArenaError) as caught:
        desk.run()
    again = copy.copy(caught.value)
    assert again is not caught.value
    assert (str(again), again.money) == (str(caught.value), "no")
    assert isinstance(again, Busy)
    assert again.retry_after == 11.0


def test_the_key_is_seen_nowhere(
    desk: Desk, double: ClaudeDouble, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even when the service quotes it in an error, with every log turned on."""
    caplog.set_level(logging.DEBUG)
    double.next(
        Fault("status", 400, said={"message": f"who is {KEY}?"}),
        Fault("drop"),
        Fault("status", 500, said={"message": KEY}),
    )
    seen = [repr(desk.options()), str(desk.options()), repr(desk.recipe())]
    for take in (1, 2, 3):
        with pytest.raises(ArenaError) as caught:
            desk.run(desk.recipe(OUTLINE, take=take))
        seen.append("".join(traceback.format_exception(caught.value)))
        seen.append(repr(caught.value) + repr(vars(caught.value)))
        seen.append(repr(caught.value.__reduce__()))
    double.key = "another"
    with pytest.raises(ArenaError, match="ARENA_CLAUDE_API_KEY") as refused:
        desk.run(desk.recipe(take=4))
    seen.append("".join(traceback.format_exception(refused.value)))
    double.key = KEY
    run = desk.run(desk.recipe(take=5))
    seen += [run.produced.files["metadata"].read_text(), repr(run.produced), *run.said]
    seen += [caplog.text, desk.book.stored_text(), repr(desk.book)]
    assert desk.book.paid == 1
    assert "httpcore2" in caplog.text
    for text in seen:
        assert KEY not in text
        assert KEY[7:] not in text


def test_headers_are_kept_without_key_and_cookies(desk: Desk) -> None:
    echo = {"x-echo": f"Bearer {KEY}", "set-cookie": "session=1", "request-id": "req_9"}
    desk.double.next(lambda right: Said(200, right.body, headers=echo))
    desk.run()
    (row,) = desk.book.rows.values()
    assert row.headers["request-id"] == "req_9"
    assert row.headers["x-echo"] == "Bearer ***"
    assert "set-cookie" not in row.headers
