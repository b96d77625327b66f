"""What the client relies on, of the double and of a real ComfyUI alike."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from PIL import Image

from arena_assets.errors import Cancelled, ContentFault, Refused
from arena_assets.inspect.video_probe import probe_video
from arena_assets.providers.comfyui.needs import missing
from arena_assets.providers.comfyui.server import Server
from arena_assets.providers.comfyui.shelf import PACKAGED, templates, templates_in
from arena_assets.providers.comfyui.template import Template
from arena_assets_tests.counting import Counted
from arena_assets_tests.providers.comfyui.bench import SIZE, Bench
from arena_assets_tests.providers.comfyui.desk import Crash
from arena_assets_tests.providers.comfyui.rigs import Rig, ask, queue_of, submit_foreign, until

_WIDE, _HIGH = 768, 432


def _server(bench: Bench) -> Server:
    return bench.fleet.servers[0]


def _slow_graph(bench: Bench, seed: int) -> dict[str, dict[str, Any]]:
    template: Template = templates(bench.fleet.options.templates)["slow"]
    values: dict[str, str | int | float] = {
        "positive": "",
        "seed": seed,
        "width": _WIDE,
        "height": _HIGH,
    }
    return template.fill(values, f"foreign/{seed}")


def test_a_picture_is_queued_drawn_and_fetched(bench: Bench) -> None:
    answer = bench.order("plain", 1001)
    with Image.open(answer.body) as image:
        assert image.size == SIZE
        assert image.format == "PNG"
    assert answer.headers["x-comfyui-prompt-id"] == bench.prompt_id()
    assert float(answer.headers["x-comfyui-seconds"]) >= 0
    assert _server(bench).record(bench.prompt_id())


def test_another_seed_gives_another_picture(bench: Bench) -> None:
    one, other = (bench.order("plain", seed).body.read_bytes() for seed in (1002, 1003))
    assert one != other


def test_an_answer_is_replayed_without_asking_the_server_again(bench: Bench, rig: Rig) -> None:
    first = bench.order("plain", 1004)
    files = rig.outputs()
    again = bench.order("plain", 1004)
    assert again.replayed
    assert again.body.read_bytes() == first.body.read_bytes()
    assert rig.outputs() == files


def test_a_guide_is_uploaded_and_used(bench: Bench) -> None:
    def made(tint: int) -> bytes:
        uploads = {
            "image": bench.picture(f"scene{tint}.png", tint),
            "depth": bench.picture("depth.png"),
        }
        return bench.order("guided", 1005, uploads=uploads).body.read_bytes()

    assert made(0) != made(40)


def test_an_upload_goes_by_the_name_the_server_gives_it(bench: Bench) -> None:
    server = _server(bench)
    one, other = bench.picture("one.png", 3), bench.picture("other.png", 90)
    first, second = server.upload(one, "same.png"), server.upload(other, "same.png")
    assert first != second
    assert server.upload(other, "same.png") in (first, second)


def test_a_video_is_made_and_fetched_whole(bench: Bench) -> None:
    uploads = {"image": bench.picture("still.png")}
    answer = bench.order("moving", 1006, uploads=uploads, width=320, height=192, frames=30)
    video = answer.body.with_suffix(".mp4")
    answer.body.rename(video)
    facts = probe_video(video)
    assert (facts.width, facts.height, facts.frames, facts.fps) == (320, 192, 30, 24)


def test_progress_comes_from_the_server(bench: Bench) -> None:
    desk = bench.desk()
    bench.order("slow", 1007, desk, width=_WIDE, height=_HIGH)
    fractions = [fraction for fraction, _ in desk.said]
    assert fractions == sorted(fractions)
    assert len({fraction for fraction in fractions if 0.1 < fraction < 0.95}) >= 3
    assert any("ImageBlur" in note for _, note in desk.said)


def test_a_node_that_is_not_there_is_named_before_anything_is_queued(
    bench: Bench, rig: Rig
) -> None:
    template = templates(bench.fleet.options.templates)["plain"]
    graph = {**template.graph, "blur": {**template.graph["blur"], "class_type": "GlowPro"}}
    with pytest.raises(Refused, match="GlowPro"):
        bench.fleet.able([Template(template.manifest, graph)])
    assert queue_of(rig) == ([], [])


def test_packaged_workflows_lack_nothing_but_weights(bench: Bench) -> None:
    facts = _server(bench).facts()
    for template in templates_in(PACKAGED).values():
        models = dict.fromkeys(bench.fleet.models(template), "no-such.safetensors")
        lacks = missing(template, models, facts)
        assert lacks, template.name
        assert all(each.startswith("the file no-such.safetensors in models/") for each in lacks)


def test_a_rejected_graph_is_explained_by_the_title_of_its_node(bench: Bench) -> None:
    graph = templates(bench.fleet.options.templates)["plain"].fill(
        {"positive": "", "seed": 1, "width": 64, "height": 64}, "x"
    )
    graph["sized"]["inputs"]["width"] = -5
    titles = {"sized": "My canvas"}
    with pytest.raises(ContentFault, match="My canvas") as caught:
        _server(bench).submit(graph, "0" * 36, workflow="", number=None, titles=titles)
    assert caught.value.money == "no"


def _cancel_when(bench: Bench, seed: int, ready: object) -> None:
    desk = bench.desk()
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(partial(bench.order, "slow", seed, desk, width=_WIDE, height=_HIGH))
        until(lambda: bench.ledger.calls and ready())  # type: ignore[operator]
        desk.cancelled.set()
        with pytest.raises(Cancelled):
            work.result(60)


def test_cancelling_stops_our_running_job_and_nobody_elses(bench: Bench, rig: Rig) -> None:
    _cancel_when(bench, 1008, lambda: bench.prompt_id() in queue_of(rig)[0])
    foreign = submit_foreign(rig, _slow_graph(bench, 1009))
    until(lambda: foreign in ask(rig, "GET", f"/history/{foreign}"))
    assert ask(rig, "GET", f"/history/{foreign}")[foreign]["status"]["completed"]
    assert not _server(bench).record(bench.prompt_id()).succeeded  # type: ignore[union-attr]


def test_cancelling_removes_our_waiting_job_and_leaves_what_runs(bench: Bench, rig: Rig) -> None:
    foreign = submit_foreign(rig, _slow_graph(bench, 1010))
    _cancel_when(bench, 1011, lambda: bench.prompt_id() in queue_of(rig)[1])
    running, waiting = queue_of(rig)
    assert waiting == []
    assert foreign in running or foreign in ask(rig, "GET", f"/history/{foreign}")
    until(lambda: foreign in ask(rig, "GET", f"/history/{foreign}"))
    assert ask(rig, "GET", f"/history/{foreign}")[foreign]["status"]["completed"]
    assert _server(bench).record(bench.prompt_id()) is None


def test_after_a_crash_of_ours_the_running_job_is_attached_to(bench: Bench, rig: Rig) -> None:
    desk = bench.desk()

    def die(fraction: float, note: str) -> None:
        if note.startswith("ImageBlur"):
            raise Crash

    desk.heed = die
    with pytest.raises(Crash):
        bench.order("slow", 1012, desk, width=_WIDE, height=_HIGH)
    assert bench.prompt_id() in queue_of(rig)[0]
    answer = bench.order("slow", 1012, width=_WIDE, height=_HIGH)
    assert len(bench.ledger.sends) == 1
    assert len(rig.outputs()) == len({path.name for path in rig.outputs()})
    assert [p.name for p in rig.outputs() if bench.prompt_id() in p.name] == [
        f"{bench.prompt_id()}_00001_.png"
    ]
    assert answer.headers["x-comfyui-prompt-id"] == bench.prompt_id()


def test_a_server_killed_amid_a_job_does_it_after_its_restart(
    bench: Bench, rig: Rig, counted: Counted
) -> None:
    desk = bench.desk()
    began = threading.Event()
    desk.heed = lambda _fraction, note: began.set() if note.startswith("ImageBlur") else None
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(partial(bench.order, "slow", 1013, desk, width=_WIDE, height=_HIGH))
        assert began.wait(60)
        rig.restart()
        answer = work.result(120)
    with Image.open(answer.body) as image:
        assert image.size == (768, 432)
    assert any("come back" in note for _, note in desk.said)
    counted("comfyui losses that never count as done", 1)


def test_a_finished_job_is_recovered_by_its_file_after_a_restart(
    bench: Bench, rig: Rig, counted: Counted
) -> None:
    first = bench.order("plain", 1014).body.read_bytes()
    key = bench.ledger.calls[-1].key
    bench.ledger.answers.clear()
    bench.ledger.states[key] = "sent"
    rig.restart()
    answer = bench.order("plain", 1014)
    assert answer.body.read_bytes() == first
    assert bench.ledger.sends == [key]
    assert "x-comfyui-seconds" not in answer.headers
    counted("comfyui losses that never count as done", 1)


def test_a_call_that_never_arrived_is_sent_after_asking(bench: Bench) -> None:
    bench.order("plain", 1015)
    call = bench.ledger.calls[-1]
    other = bench.fleet.servers[0]
    assert other.record(call.uuid)
    bench.ledger.answers.clear()
    bench.ledger.sends.clear()
    desk = bench.desk()
    desk.heed = _die_at_once
    with pytest.raises(Crash):
        bench.order("plain", 1016, desk)
    bench.ledger.states[bench.ledger.calls[-1].key] = "sent"
    bench.order("plain", 1016)
    assert bench.ledger.answers


def _die_at_once(fraction: float, note: str) -> None:
    raise Crash


def test_a_file_that_was_removed_is_made_again_though_the_server_remembers(
    bench: Bench, rig: Rig, counted: Counted
) -> None:
    first = bench.order("plain", 1017)
    before = first.body.read_bytes()
    for path in rig.outputs():
        path.unlink()
    bench.ledger.answers.clear()
    bench.ledger.states.clear()
    answer = bench.order("plain", 1017)
    with Image.open(answer.body) as now:
        assert now.size == SIZE
    assert len(before) > 0
    assert [path.name for path in rig.outputs()] == [f"{bench.prompt_id()}-2_00001_.png"]
    counted("comfyui losses that never count as done", 1)
