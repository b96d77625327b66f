"""Several servers as one: who gets a job, who is passed over, where a lost one is looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from arena_assets.errors import Outage, Refused
from arena_assets.providers.comfyui.checkup import checkup
from arena_assets.providers.comfyui.fleet import beside
from arena_assets.providers.comfyui.options import Patience
from arena_assets.providers.comfyui.shelf import chosen, templates
from arena_assets.providers.comfyui.warm import Warmth
from arena_assets.providers.comfyui.wire import Queue, Waiting
from arena_assets_tests.doubles.comfyui import ComfyDouble, Pace
from arena_assets_tests.doubles.comfyui.nodes import MODELS
from arena_assets_tests.providers.comfyui.bench import Bench
from arena_assets_tests.providers.comfyui.desk import Crash
from arena_assets_tests.providers.comfyui.rigs import until

Doubles = tuple[ComfyDouble, ComfyDouble]
NO_CONTROL = {**MODELS, "ControlNetLoader.control_net_name": ()}


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Doubles]:
    pace = Pace(node=0.02)
    with (
        ComfyDouble(tmp_path / "one", pace=pace) as one,
        ComfyDouble(tmp_path / "other", pace=pace) as other,
    ):
        yield one, other


@pytest.fixture
def bench(two: Doubles, bench_for: Callable[..., Bench]) -> Bench:
    return bench_for(*(each.url for each in two))


def test_twelve_jobs_at_once_fill_both_queues_evenly(bench: Bench, two: Doubles) -> None:
    with ThreadPoolExecutor(12) as pool:
        work = [pool.submit(partial(bench.order, "slow", seed)) for seed in range(12)]
        for each in work:
            each.result(60)
    counts = [len(each.gpu.ran) for each in two]
    assert sum(counts) == 12
    assert min(counts) >= 4


def test_which_server_does_a_job_shows_in_no_key(
    bench: Bench, two: Doubles, bench_for: Callable[..., Bench]
) -> None:
    bench.order("plain", 1)
    alone = bench_for(two[1].url)
    alone.order("plain", 1)
    assert bench.ledger.calls[-1].key == alone.ledger.calls[-1].key


def test_a_server_that_is_down_is_passed_over(bench: Bench, two: Doubles) -> None:
    two[0].stop()
    assert bench.order("plain", 2).status == 200
    assert len(two[1].gpu.ran) == 1
    two[0].start()


def test_a_server_that_dies_with_our_job_is_left_for_the_other(
    two: Doubles, bench_for: Callable[..., Bench]
) -> None:
    brisk = Patience(1, 1, 5, 60, absence=0.1, poll=0.02)
    bench = bench_for(*(each.url for each in two), patience=brisk)
    desk = bench.desk()
    hit: list[ComfyDouble] = []

    def heed(_fraction: float, note: str) -> None:
        if "ImageBlur" in note and not hit:
            hit.append(next(each for each in two if each.gpu.running))
            hit[0].stop()

    desk.heed = heed
    with pytest.raises(Outage):
        bench.order("slow", 3, desk)
    assert bench.order("slow", 3).status == 200
    hit[0].start()


def test_a_running_job_is_attached_to_where_it_is(bench: Bench, two: Doubles) -> None:
    desk = bench.desk()

    def die(_fraction: float, note: str) -> None:
        if "ImageBlur" in note:
            raise Crash

    desk.heed = die
    with pytest.raises(Crash):
        bench.order("slow", 4, desk)
    assert bench.order("slow", 4).status == 200
    assert sorted(len(each.gpu.ran) for each in two) == [0, 1]


def test_a_server_that_cannot_tell_stops_the_recovery(
    two: Doubles, bench_for: Callable[..., Bench]
) -> None:
    bench = bench_for(two[0].url, patience=Patience(1, 0.3, 5, 60, 5, poll=0.02))
    bench.order("plain", 5)
    bench.ledger.answers.clear()
    bench.ledger.states[bench.ledger.calls[-1].key] = "sent"
    two[0].faults.add("GET /history", "hang")
    with pytest.raises(Outage, match="does not answer"):
        bench.order("plain", 5)
    assert bench.order("plain", 5).status == 200
    assert len(bench.ledger.sends) == 1


def test_the_scene_guides_where_a_server_has_the_models(
    tmp_path: Path, bench_for: Callable[..., Bench]
) -> None:
    with (
        ComfyDouble(tmp_path / "bare", models=NO_CONTROL) as bare,
        ComfyDouble(tmp_path / "full") as full,
    ):
        wished = chosen(("sdxl_scene", "sdxl_text"), None, "picture")
        able = bench_for(bare.url, full.url).fleet.able(wished)
        assert able.template.name == "sdxl_scene"
        assert [each.label for each in able.servers] == [full.url.removeprefix("http://")]
        assert bench_for(bare.url).fleet.able(wished).template.name == "sdxl_text"


def test_a_fleet_without_the_models_says_what_to_install(
    tmp_path: Path, bench_for: Callable[..., Bench]
) -> None:
    with ComfyDouble(tmp_path / "bare", models=NO_CONTROL) as bare:
        bench = bench_for(bare.url)
        wanted = "controlnet-depth-sdxl-1.0.safetensors in models/controlnet"
        with pytest.raises(Refused, match=wanted) as caught:
            bench.fleet.able(chosen(("sdxl_scene",), None, "picture"))
        assert "Install" in caught.value.next_step
        assert bare.requests.count("POST /prompt") == 0


def test_a_model_that_is_installed_meanwhile_is_seen(
    tmp_path: Path, bench_for: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arena_assets.providers.comfyui.fleet._FRESH_SECONDS", 0.0)
    with ComfyDouble(tmp_path / "bare", models=NO_CONTROL) as bare:
        bench = bench_for(bare.url)
        wished = chosen(("sdxl_scene",), None, "picture")
        with pytest.raises(Refused):
            bench.fleet.able(wished)
        bare.models.update(MODELS)
        assert bench.fleet.able(wished).template.name == "sdxl_scene"


def test_settings_choose_other_weights(tmp_path: Path, bench_for: Callable[..., Bench]) -> None:
    mine = {**MODELS, "CheckpointLoaderSimple.ckpt_name": ("mine.safetensors",)}
    with ComfyDouble(tmp_path / "mine", models=mine) as double:
        bench = bench_for(double.url, models={"sdxl_text.model": "mine.safetensors"})
        able = bench.fleet.able(chosen(("sdxl_text",), None, "picture"))
        assert able.models == {"model": "mine.safetensors"}


def test_an_idle_server_is_warmed_once_and_keeps_no_file(
    two: Doubles, bench_for: Callable[..., Bench]
) -> None:
    bench = bench_for(two[0].url)
    able = bench.fleet.able([templates(None)["sdxl_scene"]])
    warmth = Warmth()
    for _ in range(3):
        warmth.warm(bench.fleet, able)
    until(lambda: len(two[0].gpu.ran) == 1 and two[0].gpu.running is None)
    assert two[0].requests.count("POST /prompt") == 1
    assert list((two[0].folder / "output").rglob("*.png")) == []
    (record,) = two[0].gpu.history.values()
    assert record["status"]["completed"]


def test_a_warm_up_that_fails_is_no_matter(two: Doubles, bench_for: Callable[..., Bench]) -> None:
    bench = bench_for(two[0].url)
    able = bench.fleet.able([templates(None)["sdxl_text"]])
    two[0].faults.add("POST /prompt", "status:500")
    Warmth().warm(bench.fleet, able)
    assert two[0].faults.met == ["POST /prompt status:500"]


def test_jobs_of_one_workflow_stand_together() -> None:
    def queue(*jobs: tuple[float, str]) -> Queue:
        return Queue((), tuple(Waiting(f"id{n}", n, workflow) for n, workflow in jobs))

    assert beside(queue((3, "a"), (4, "b")), "a") == 3
    assert beside(queue((3, "a"), (4, "b")), "c") is None
    assert beside(queue(*((n, "a") for n in range(30))), "a") is None


def test_a_checkup_tells_each_server_apart(tmp_path: Path, bench_for: Callable[..., Bench]) -> None:
    with ComfyDouble(tmp_path / "bare", models=NO_CONTROL) as bare:
        bench = bench_for(bare.url, "http://127.0.0.1:9")
        here, gone = checkup(bench.fleet, chosen(("sdxl_scene", "sdxl_text"), None, "picture"))
    assert (here.version, here.device, here.vram_free_gb, here.queue) == ("0.3.75", "double", 20, 0)
    assert [name for name, _ in here.lacks] == ["sdxl_scene"]
    assert here.fault is None
    assert gone.fault is not None
    assert gone.server == "127.0.0.1:9"


def test_jobs_that_wait_together_share_a_reading_of_the_queue(two: Doubles, bench: Bench) -> None:
    server = bench.fleet.servers[0]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: server.queue(3600.0), range(12)))
    assert two[0].requests.count("GET /queue") == 1
    server.queue()
    assert two[0].requests.count("GET /queue") == 2
