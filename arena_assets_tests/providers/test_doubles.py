"""The doubles themselves: they hold to a concurrency limit and count what they are sent."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import httpx
import pytest

from arena_assets_tests.doubles.claude import ClaudeDouble, request_problem
from arena_assets_tests.doubles.elevenlabs import ElevenDouble
from arena_assets_tests.doubles.loopback import Fault


def test_more_submits_at_once_than_allowed_are_turned_away() -> None:
    line = Barrier(8)
    with ElevenDouble(latency_seconds=0.3, at_once=3) as double:

        def submit(number: int) -> int:
            line.wait(20)
            body = {"prompt": str(number), "model_id": "music_v2_5"}
            return httpx.post(f"{double.url}/v1/music", json=body, timeout=20).status_code

        with ThreadPoolExecutor(8) as pool:
            statuses = Counter(pool.map(submit, range(8)))
    assert double.most_at_once <= 3
    assert statuses[429] == 8 - double.submitted
    assert double.submitted >= 3


def test_equal_submits_are_counted_together() -> None:
    with ElevenDouble() as double:
        for words in ("a", "b", "a"):
            httpx.post(f"{double.url}/v1/music", json={"prompt": words}, timeout=20)
        assert sorted(double.submits.values()) == [1, 2]


def test_an_ordered_fault_meets_the_next_submit_only() -> None:
    with ElevenDouble("key") as double:
        double.next(Fault("status", 503), None)
        codes = [httpx.post(f"{double.url}/v1/music", json={}).status_code for _ in range(3)]
        assert codes == [503, 401, 401]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"temperature": 0.5}, "temperature"),
        ({"tool_choice": {"type": "any"}}, "forced tools"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "begin and end"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"output_config": {"effort": "utmost"}}, "effort"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": "string",
          "maxLength": 3}}}}, "maxLength"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object",
          "properties": {}}}}}, "additionalProperties"),
        ({"colour": "red"}, "unknown fields"),
    ],
)  # fmt: skip
def test_the_double_of_claude_refuses_what_the_service_would(
    change: dict[str, object], said: str
) -> None:
    right: dict[str, object] = {
        "model": "claude-sonnet-5-5",
        "max_tokens": 10,
        "messages": [{"role": "user", "content": "x"}],
        "output_config": {"format": {"type": "json_schema", "schema": {"type": "string"}}},
    }
    assert request_problem(dict(right)) == ""
    assert said in request_problem({**right, **change})


def test_a_double_ends_with_requests_still_hanging() -> None:
    with ClaudeDouble() as double, ThreadPoolExecutor(1) as pool:
        double.next(Fault("hang"))
        waiting = pool.submit(httpx.post, f"{double.url}/v1/messages", json={}, timeout=30)
        while not double.submitted:
            with suppress(TimeoutError):
                waiting.result(0.05)
                pytest.fail("it answered")
        double.__exit__()
        with pytest.raises(httpx.HTTPError):
            waiting.result(30)
