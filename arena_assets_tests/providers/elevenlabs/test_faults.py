"""ElevenLabs misbehaving: what is known, what is parked, and that a key is never seen anywhere."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from arena_assets.errors import (
    ArenaError,
    Busy,
    ContentFault,
    OutcomeUnknown,
    Refused,
    Transient,
    UsageFault,
)
from arena_assets.providers.elevenlabs.wire import read_subscription
from arena_assets_tests.counting import Counted
from arena_assets_tests.doubles.elevenlabs import ElevenDouble, encoded, pad
from arena_assets_tests.doubles.loopback import Fault, Said
from arena_assets_tests.providers.contract import COMMON, Case, name_of, prove
from arena_assets_tests.providers.elevenlabs.conftest import KEY, Desk


def _named(status: int, name: str, error: type[ArenaError]) -> Case:
    return Case(name, Fault("status", status, {"status": name}), error, "no", "resends")


CASES = (
    *COMMON,
    _named(401, "quota_exceeded", Refused),
    _named(401, "missing_permissions", Refused),
    _named(429, "too_many_concurrent_requests", Busy),
    _named(429, "system_busy", Transient),
    _named(422, "validation_error", ContentFault),
    Case(
        "words in place of sound",
        lambda _: Said(200, b'{"detail": "queued"}', "audio/mpeg"),
        OutcomeUnknown,
        "unknown",
        "parked",
    ),
)


@pytest.fixture(autouse=True)
def _unmastered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after the call is tested elsewhere."""
    monkeypatch.setattr("arena_assets.score.finish.finish", _nothing)
    monkeypatch.setattr("arena_assets.inspect.sound_files.check_files", lambda *_: ({}, ()))


def _nothing(*_: object) -> dict[str, object]:
    return {}


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
    counted("elevenlabs faults", 1)


def _with_sound(samples: np.ndarray[Any, np.dtype[np.float32]]) -> Callable[[Said], Said]:
    return lambda right: Said(200, encoded(samples, 48_000, "mp3"), "audio/mpeg", right.headers)


USELESS: dict[str, tuple[object, str]] = {
    "cut": (Fault("cut"), "of the 8 s asked for"),
    "wrong_size": (Fault("wrong_size"), "of the 8 s asked for"),
    "too short": (_with_sound(pad(7.9, 48_000)), "of the 8 s asked for"),
    "too long": (_with_sound(pad(10, 48_000)), "where 8 s were asked for"),
    "silent": (_with_sound(np.zeros((8 * 48_000, 2), np.float32)), "is silent"),
    "half silent": (
        _with_sound(np.concatenate([pad(5, 48_000), np.zeros((3 * 48_000, 2), np.float32)])),
        "is silent for 3",
    ),
    "noise of a frame": (lambda _: Said(200, b"\xff\xfb" + bytes(4000), "audio/mpeg"), "cannot be"),
}


@pytest.mark.parametrize("name", USELESS)
def test_a_paid_answer_that_is_useless_is_kept_accounted_and_never_bought_again(
    name: str, desk: Desk, counted: Counted
) -> None:
    behaviour, said = USELESS[name]
    desk.double.next(behaviour)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(ContentFault, match=said) as caught:
            desk.run()
        assert caught.value.money == "yes"
    assert desk.double.submitted == desk.book.paid == 1
    assert [path.stat().st_size > 0 for path in desk.book.folder.iterdir()] == [True]
    desk.run(desk.recipe(take=2))
    assert desk.book.paid == 2
    counted("elevenlabs faults", 1)


def test_nothing_listening_means_nothing_was_sent(desk: Desk) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(Transient, match="could not be reached") as caught:
            desk.run(desk.recipe(base_url=address))
    assert caught.value.money == "no"
    assert not desk.book.rows


def test_more_at_once_than_the_account_may_are_told_to_wait(desk: Desk) -> None:
    desk.double.at_once = 0
    with pytest.raises(Busy, match="enough of ours") as caught:
        desk.run()
    assert caught.value.retry_after == 3.0
    desk.double.at_once = 1
    desk.run()
    assert desk.book.paid == 1


@pytest.mark.parametrize("kind", ["html", "drop", "status", "empty"])
def test_asking_for_the_account_is_free_and_never_unknown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(desk.double, "is_submit", lambda _: True)
    desk.double.next(Fault(kind, 500))
    with pytest.raises(Transient) as caught:
        read_subscription(desk.options())
    assert caught.value.money == "no"
    assert read_subscription(desk.options()).credits_left == 40_000


def test_the_account_is_told(desk: Desk) -> None:
    found = read_subscription(desk.options())
    assert (found.tier, found.credits_limit) == ("creator", 100_000)
    desk.double.credits_left = -5
    assert read_subscription(desk.options()).credits_left == 0
    assert desk.double.submitted == 0


def test_the_key_is_seen_nowhere(
    desk: Desk, double: ElevenDouble, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even when the service quotes it in an error, with every log turned on."""
    caplog.set_level(logging.DEBUG)
    double.next(
        Fault("status", 400, {"message": f"who is {KEY}?"}),
        Fault("drop"),
        Fault("status", 500, {"message": KEY}),
        Fault("status", 400, {"status": f"bad {KEY}", "message": KEY}),
    )
    seen = [repr(desk.options()), str(desk.options()), repr(desk.recipe())]
    for take in (1, 2, 3, 4):
        with pytest.raises(ArenaError) as caught:
            desk.run(desk.recipe(take=take))
        seen.append("".join(traceback.format_exception(caught.value)))
        seen.append(repr(caught.value) + repr(caught.value.__reduce__()))
    double.key = "another"
    for ask in (lambda: desk.run(desk.recipe(take=5)), lambda: read_subscription(desk.options())):
        with pytest.raises(Refused, match="ARENA_ELEVENLABS_API_KEY") as refused:
            ask()
        seen.append("".join(traceback.format_exception(refused.value)))
    double.key = KEY
    run = desk.run(desk.recipe(take=6))
    seen += [repr(run.produced), *run.said]
    seen += [caplog.text, desk.book.stored_text(), repr(desk.book)]
    assert desk.book.paid == 1
    assert "httpcore" in caplog.text
    for text in seen:
        assert KEY not in text
        assert KEY[3:] not in text


@pytest.mark.parametrize("key", ["", "two words", "new\nline", "schlüssel", '"quoted "'])
def test_a_key_that_no_header_can_carry_is_refused_without_being_quoted(
    desk: Desk, key: str
) -> None:
    with pytest.raises(UsageFault, match="ARENA_ELEVENLABS_API_KEY") as caught:
        desk.options(api_key=SecretStr(key))
    assert not key or key not in str(caught.value)


def test_an_address_or_format_that_cannot_be_used_is_refused(desk: Desk) -> None:
    with pytest.raises(UsageFault, match="ARENA_ELEVENLABS_URL"):
        desk.options(base_url="http://api.example.com")
    with pytest.raises(UsageFault, match="no format for tracks"):
        desk.options(output_format="ulaw_8000")
