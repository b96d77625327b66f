"""Every fault a server or the network is known for: one answer, whole, or an error that says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from PIL import Image

from arena_assets.errors import (
    ArenaError,
    Busy,
    Cancelled,
    ContentFault,
    EnvironmentFault,
    Outage,
    Refused,
    Transient,
    UsageFault,
    WorkFault,
)
from arena_assets.providers.comfyui.faults import plain
from arena_assets.providers.comfyui.options import ComfyServer, Patience
from arena_assets_tests.counting import Counted
from arena_assets_tests.doubles.comfyui import ComfyDouble
from arena_assets_tests.providers.comfyui.bench import SIZE, Bench
from arena_assets_tests.providers.comfyui.rigs import DoubleRig, until

BRISK = Patience(connect=1, answer=0.4, fetch=1.0, job=60, absence=10, poll=0.02)


@pytest.fixture
def bench(double: ComfyDouble, bench_for: Callable[..., Bench]) -> Bench:
    return bench_for(double.url, patience=BRISK)


def _is_whole(bench: Bench, double: ComfyDouble, template: str = "plain", seed: int = 1) -> None:
    answer = bench.order(template, seed)
    with Image.open(answer.body) as image:
        image.load()
        assert image.size == SIZE
    assert double.gpu.ran.count(bench.prompt_id()) == 1


@pytest.mark.parametrize("kind", ["accept-hang", "accept-500", "accept-html"])
def test_a_prompt_that_arrived_without_an_answer_is_not_queued_twice(
    bench: Bench, double: ComfyDouble, kind: str, counted: Counted
) -> None:
    double.faults.add("POST /prompt", kind)
    _is_whole(bench, double)
    assert double.faults.met == [f"POST /prompt {kind}"]
    assert double.requests.count("POST /prompt") == 1
    counted("comfyui faults", 1)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("status:429", Busy),
        ("status:500", Transient),
        ("status:503", Outage),
        ("status:502", Outage),
        ("status:401", Refused),
        ("status:404", Refused),
        ("html", Outage),
        ("hang", Outage),
        ("reset", Transient),
    ],
)
def test_a_prompt_that_did_not_arrive_is_an_error_and_can_be_sent_again(
    bench: Bench, double: ComfyDouble, kind: str, error: type[ArenaError], counted: Counted
) -> None:
    double.faults.add("POST /prompt", kind)
    with pytest.raises(error) as caught:
        bench.order("plain", 2)
    assert caught.value.money == "no"
    assert bench.ledger.answers == {}
    _is_whole(bench, double, seed=2)
    counted("comfyui faults", 1)


@pytest.mark.parametrize(
    "kind",
    ["cut", "drip", "html", "empty", "masked", "status:500", "status:503", "hang", "reset"],
)
def test_a_picture_that_does_not_come_whole_is_asked_for_again(
    bench: Bench, double: ComfyDouble, kind: str, counted: Counted
) -> None:
    # Three questions after left-over files come before the picture itself.
    desk, planned = bench.desk(), threading.Event()

    def heed(_fraction: float, _note: str) -> None:
        if not planned.is_set():
            planned.set()
            double.faults.add("GET /view", kind)

    desk.heed = heed
    answer = bench.order("plain", 3, desk)
    with Image.open(answer.body) as image:
        image.load()
        assert image.size == SIZE
    assert double.gpu.ran == [bench.prompt_id()]
    assert double.faults.met == [f"GET /view {kind}"]
    counted("comfyui faults", 1)


def test_a_picture_is_known_by_its_bytes_and_not_by_what_it_is_called(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    double.faults.add("GET /view", "wrong-mime", times=1000)
    _is_whole(bench, double, "plain", 24)
    assert "GET /view wrong-mime" in double.faults.met
    counted("comfyui faults", 1)


def test_a_picture_that_never_comes_whole_is_no_answer(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    double.faults.add("GET /view", "html", times=1000)
    with pytest.raises(Transient):
        bench.order("plain", 4)
    assert bench.ledger.answers == {}
    counted("comfyui faults", 1)


@pytest.mark.parametrize("route", ["GET /history", "GET /queue"])
@pytest.mark.parametrize("kind", ["status:500", "status:503", "html", "hang", "cut", "reset"])
def test_polling_bears_a_server_that_falters(
    bench: Bench, double: ComfyDouble, route: str, kind: str, counted: Counted
) -> None:
    desk = bench.desk()
    planned = threading.Event()

    def heed(_fraction: float, note: str) -> None:
        if double.url.removeprefix("http://") in note and not planned.is_set():
            planned.set()
            double.faults.add(route, kind)

    desk.heed = heed
    answer = bench.order("slow", 5, desk)
    with Image.open(answer.body) as image:
        assert image.size == SIZE
    assert double.gpu.ran == [bench.prompt_id()]
    assert double.faults.met == [f"{route} {kind}"]
    counted("comfyui faults", 1)


def test_half_accepted_graphs_count_as_failures(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    double.faults.add("node_errors", "partly")
    with pytest.raises(ContentFault, match="half of it runs"):
        bench.order("slow", 6)
    until(lambda: double.gpu.running is None)
    assert double.gpu.pending == []
    counted("comfyui faults", 1)


def test_progress_out_of_order_never_goes_back(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    double.sockets.shuffled = True
    desk = bench.desk()
    bench.order("slow", 7, desk)
    fractions = [fraction for fraction, _ in desk.said]
    assert fractions == sorted(fractions)
    assert double.sockets.told > 10
    counted("comfyui faults", 1)


def test_work_goes_on_without_the_websocket(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    double.faults.add("WS /ws", "refused", times=1000)
    _is_whole(bench, double, "slow", 8)
    counted("comfyui losses that never count as done", 1)


def test_a_cut_websocket_is_opened_again(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    desk = bench.desk()
    desk.heed = lambda fraction, _note: double.sockets.drop_all() if fraction > 0.1 else None
    answer = bench.order("slow", 9, desk)
    assert answer.status == 200
    assert double.gpu.ran == [bench.prompt_id()]
    counted("comfyui losses that never count as done", 1)


def test_a_queue_that_is_lost_is_noticed_and_the_job_queued_again(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    blocker = bench.desk()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(partial(bench.order, "slow", 10, blocker))
        until(lambda: double.gpu.running is not None)
        second = pool.submit(partial(bench.order, "slow", 11))
        until(lambda: len(double.gpu.pending) == 1)
        double.gpu.lose_queue()
        assert {first.result(30).status, second.result(30).status} == {200}
    assert double.requests.count("POST /prompt") == 3
    assert len(double.gpu.ran) == 2
    counted("comfyui losses that never count as done", 1)


class _Forgetful(dict[str, object]):
    """A history that somebody clears the moment it is written."""

    def __setitem__(self, key: str, value: object) -> None: ...


def test_a_lost_history_does_not_cost_the_picture(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    double.gpu.history = _Forgetful()
    answer = bench.order("plain", 12)
    assert answer.status == 200
    assert double.requests.count("POST /prompt") == 1
    assert "x-comfyui-seconds" not in answer.headers
    counted("comfyui losses that never count as done", 1)


def test_half_a_file_left_by_a_killed_server_is_never_an_answer(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    whole = bench.order("plain", 13).body.read_bytes()
    (path,) = DoubleRig(double).outputs()
    path.write_bytes(path.read_bytes()[:900])
    bench.ledger.answers.clear()
    bench.ledger.states[bench.ledger.calls[-1].key] = "sent"
    double.restart()
    again = bench.order("plain", 13)
    with Image.open(again.body) as image:
        image.load()
        assert image.size == SIZE
    assert len(whole) > 900
    assert [each.name for each in DoubleRig(double).outputs()] == [
        f"{bench.prompt_id()}-2_00001_.png",
        f"{bench.prompt_id()}_00001_.png",
    ]
    counted("comfyui losses that never count as done", 1)


def test_a_server_that_stays_away_is_an_outage(
    double: ComfyDouble, bench_for: Callable[..., Bench], counted: Counted
) -> None:
    bench = bench_for(double.url, patience=Patience(1, 0.4, 1, 60, absence=0.2, poll=0.02))
    desk = bench.desk()
    desk.heed = lambda _fraction, note: double.stop() if "ImageBlur" in note else None
    with pytest.raises(Outage) as caught:
        bench.order("slow", 14, desk)
    assert caught.value.money == "no"
    assert bench.ledger.answers == {}
    double.start()
    counted("comfyui losses that never count as done", 1)


def test_nobody_at_the_address_is_an_outage_and_nothing_is_sent(
    bench_for: Callable[..., Bench],
) -> None:
    bench = bench_for("http://127.0.0.1:9")
    with pytest.raises(Outage, match=r"127\.0\.0\.1:9"):
        bench.order("plain", 15)
    assert bench.ledger.sends == []


@pytest.mark.parametrize(
    ("kind", "message", "error"),
    [
        ("torch.OutOfMemoryError", "Allocation on device", Transient),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied", ContentFault),
    ],
)
def test_a_failed_job_says_where_and_can_be_repeated(
    bench: Bench,
    double: ComfyDouble,
    kind: str,
    message: str,
    error: type[ArenaError],
    counted: Counted,
) -> None:
    double.gpu.fail_with.append((kind, message))
    with pytest.raises(error, match="Words") as caught:
        bench.order("plain", 16)
    assert caught.value.money == "no"
    if error is Transient:
        assert "POST /free" in double.requests
    assert bench.order("plain", 16).status == 200
    counted("comfyui faults", 1)


def test_a_job_somebody_stopped_on_the_server_is_not_done(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    desk = bench.desk()
    desk.heed = lambda _fraction, note: double.gpu.interrupt(None) if "ImageBlur" in note else None
    with pytest.raises(WorkFault, match="stopped") as caught:
        bench.order("slow", 17, desk)
    assert not isinstance(caught.value, (Transient, Outage))
    assert bench.ledger.answers == {}
    counted("comfyui losses that never count as done", 1)


def test_a_job_that_runs_too_long_is_taken_off_the_server(
    double: ComfyDouble, bench_for: Callable[..., Bench]
) -> None:
    bench = bench_for(double.url, patience=Patience(1, 1, 1, job=0.1, absence=5, poll=0.02))
    with pytest.raises(WorkFault, match="has run"):
        bench.order("slow", 18)
    until(lambda: double.gpu.running is None)
    messages = double.gpu.history[bench.prompt_id()]["status"]["messages"]
    assert messages[-1][0] == "execution_interrupted"


@pytest.mark.parametrize(
    ("token", "server"),
    [
        ("Bearer open-sesame", {"bearer": "open-sesame"}),
        ("Basic YWRhOmxvdmVsYWNl", {"user": "ada", "password": "lovelace"}),
    ],
)
def test_credentials_are_sent_and_never_shown(
    double: ComfyDouble, bench_for: Callable[..., Bench], token: str, server: dict[str, str]
) -> None:
    double.token = token
    told = ComfyServer(double.url, **server)
    assert bench_for(servers=(told,)).order("plain", 19).status == 200
    assert not any(secret in repr(told) for secret in ("sesame", "lovelace"))
    with pytest.raises(Refused, match="401"):
        bench_for(double.url).order("plain", 20)


def test_a_server_that_ignores_our_id_is_refused(
    bench: Bench, double: ComfyDouble, counted: Counted
) -> None:
    double.own_ids = True
    with pytest.raises(EnvironmentFault, match="id from its client"):
        bench.order("slow", 21)
    until(lambda: double.gpu.running is None and not double.gpu.pending)
    counted("comfyui faults", 1)


def test_a_server_that_would_stop_anybodys_job_is_not_asked_to(
    bench: Bench, double: ComfyDouble
) -> None:
    double.version = "0.3.44"
    desk = bench.desk()
    desk.heed = lambda _fraction, note: desk.cancelled.set() if "ImageBlur" in note else None
    with pytest.raises(Cancelled):
        bench.order("slow", 22, desk)
    assert "POST /interrupt" not in double.requests
    until(lambda: double.gpu.running is None)
    assert double.gpu.history[bench.prompt_id()]["status"]["completed"]


@pytest.mark.parametrize("url", ["", "gpu:8188", "ftp://gpu", "http://", "http://[::", "file:///x"])
def test_an_address_that_is_none_is_refused_at_once(
    bench_for: Callable[..., Bench], url: str
) -> None:
    with pytest.raises(UsageFault, match="address"):
        bench_for(url)


@pytest.mark.parametrize("words", ["\x1b[2J\r\nfine", "safe\u202egnp.exe", "x" * 9999])
def test_what_a_server_says_is_shown_as_one_plain_line(words: str) -> None:
    said = plain(words)
    assert said.isprintable()
    assert len(said) <= 241


def test_a_server_that_takes_jobs_and_does_none_is_an_outage(
    double: ComfyDouble, bench_for: Callable[..., Bench], counted: Counted
) -> None:
    double.gpu.kill()
    bench = bench_for(double.url, patience=Patience(1, 1, 1, 60, absence=0.1, poll=0.02))
    with pytest.raises(Outage, match="does none"):
        bench.order("plain", 23)
    double.restart()
    assert bench.order("plain", 23).status == 200
    counted("comfyui faults", 1)
