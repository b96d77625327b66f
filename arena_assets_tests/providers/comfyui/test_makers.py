"""ComfyUI's makers: what they ask for, what they hand on, what they never hand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.palette import ManaColor, Pair, Theme
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.views import VIEWS, View
from arena_assets.errors import ContentFault
from arena_assets.inspect.video_probe import probe_video
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.comfyui.clips import ComfyClips
from arena_assets.providers.comfyui.files import sha256_of
from arena_assets.providers.comfyui.options import ComfyOptions
from arena_assets.providers.comfyui.pictures import ComfyPictures
from arena_assets.providers.embedded.film import Delivery
from arena_assets.providers.embedded.place import EmbeddedPictures
from arena_assets.video.depth import load_depth, save_depth
from arena_assets_tests.counting import Counted
from arena_assets_tests.doubles.comfyui import ComfyDouble
from arena_assets_tests.providers.comfyui.bench import SIZE, Bench
from arena_assets_tests.providers.comfyui.rigs import RealRig
from arena_assets_tests.scene.places import spec
from arena_assets_tests.stand_in import metadata

OUTLINE = Outline(41, Pair(ManaColor.AZURE, Theme.ANCIENT_TEMPLE), "")


@dataclass(frozen=True)
class FakeStage:
    """A stage whose views are one bright box before a far wall, under a sky."""

    at_once: int = 1

    def recipe(
        self, outline: Outline, view: View, metadata: SlotManifest, scene: SlotManifest
    ) -> RecipeFor:
        def work(context: WorkContext) -> Produced:
            context.progress(1.0, "rendered")
            files = {role: context.workdir / f"{role}.png" for role in ("picture", "depth", "mask")}
            height, width = SIZE[1], SIZE[0]
            rgb = np.full((height, width, 3), (90, 110, 140), np.uint8)
            rgb[:40], rgb[80:200, 100:260] = (150, 180, 230), (230, 200, 120)
            rgb[..., 0] += np.uint8(view.number)
            depth = np.full((height, width), 30.0, np.float32)
            depth[:40], depth[80:200, 100:260] = np.inf, 4.0
            Image.fromarray(rgb).save(files["picture"])
            save_depth(files["depth"], depth)
            Image.fromarray((depth < 10).astype(np.uint8)).save(files["mask"])
            return Produced(files)

        return lambda take: Recipe("image_set", "1", {}, {"variation": take}, "x", "x", work)


def _manifest(slot: str, **files: Path) -> SlotManifest:
    refs = {
        role: FileRef(
            sha256=sha256_of(path), size=path.stat().st_size, media_type="x/x", suffix=path.suffix
        )
        for role, path in files.items()
    }
    made = Provenance(recipe="r", version="1", provider="p", model="m", inputs={}, params={})
    return SlotManifest(slot=slot, take=1, key="0" * 64, files=refs, provenance=made, seconds=1.0)


@dataclass
class Studio:
    """An arena's words and scene on files, and a maker of its pictures."""

    bench: Bench
    maker: ComfyPictures
    words: Path
    scene: Path

    def recipe(self, view: View, take: int = 1) -> Recipe:
        manifests = _manifest("m", metadata=self.words), _manifest("s", scene=self.scene)
        return self.maker.recipe(OUTLINE, view, *manifests)(take)

    def draw(self, view: View, take: int = 1) -> tuple[Produced, Recipe]:
        recipe = self.recipe(view, take)
        desk = self.bench.desk()
        desk.inputs = {"metadata": self.words, "scene": self.scene}
        return recipe.work(desk), recipe


@pytest.fixture
def studio_for(tmp_path: Path, bench_for: Callable[..., Bench]) -> Callable[..., Studio]:
    words, scene = tmp_path / "metadata.json", tmp_path / "scene.json"
    words.write_text(metadata(OUTLINE, "Hall of Rain").model_dump_json())
    scene.write_text(spec().model_dump_json())

    def make(url: str, **options: object) -> Studio:
        bench = bench_for(url, **options)
        maker = ComfyPictures(bench.fleet, *SIZE, FakeStage())
        return Studio(bench, maker, words, scene)

    return make


def test_a_guided_picture_comes_with_depth_and_mask(
    double: ComfyDouble, studio_for: Callable[..., Studio]
) -> None:
    studio = studio_for(double.url, pictures=("guided", "plain"), warm_up=False)
    produced, _ = studio.draw(VIEWS[0])
    assert produced.files.keys() == {"picture", "depth", "mask"}
    assert load_depth(produced.files["depth"]).shape == (SIZE[1], SIZE[0])
    assert produced.measurements["workflow"] == "guided"
    assert float(str(produced.measurements["outline_fit"])) > 1.5
    assert {finding.check for finding in produced.findings if finding.passed} >= {"size"}
    (call,) = studio.bench.ledger.calls
    assert call.ceiling_usd == 0
    assert set(call.body["pictures"]) == {"image", "depth"}  # type: ignore[arg-type]


def test_a_free_picture_has_no_depth_that_is_not_its_own(
    double: ComfyDouble, studio_for: Callable[..., Studio]
) -> None:
    produced, _ = studio_for(double.url, pictures=("plain",)).draw(VIEWS[1])
    assert produced.files.keys() == {"picture"}


def test_what_comes_is_written_anew_without_its_graph_and_words(
    double: ComfyDouble, studio_for: Callable[..., Studio]
) -> None:
    studio = studio_for(double.url, pictures=("plain",))
    produced, _ = studio.draw(VIEWS[2])
    (answer,) = studio.bench.ledger.answers.values()
    assert b"stone hall" in answer.body.read_bytes()
    assert b"stone hall" not in produced.files["picture"].read_bytes()
    with Image.open(answer.body) as came, Image.open(produced.files["picture"]) as kept:
        assert np.array_equal(np.asarray(came.convert("RGB")), np.asarray(kept))
        assert kept.info.keys() <= {"gamma", "dpi"}


def test_a_picture_of_the_wrong_size_fails_its_check_and_stays_accounted(
    double: ComfyDouble, studio_for: Callable[..., Studio], counted: Counted
) -> None:
    double.gpu.wrong_sizes = 1
    studio = studio_for(double.url, pictures=("plain",), warm_up=False)
    produced, _ = studio.draw(VIEWS[3])
    failed = [finding.check for finding in produced.findings if not finding.passed]
    assert failed == ["size"]
    assert len(studio.bench.ledger.answers) == 1
    counted("comfyui faults", 1)


def test_the_same_take_is_free_and_another_take_is_another_picture(
    double: ComfyDouble, studio_for: Callable[..., Studio]
) -> None:
    studio = studio_for(double.url, pictures=("guided",), warm_up=False)
    one, first = studio.draw(VIEWS[4])
    again, same = studio.draw(VIEWS[4])
    assert first.key(1) == same.key(1)
    assert sha256_of(one.files["picture"]) == sha256_of(again.files["picture"])
    assert double.requests.count("POST /prompt") == 1
    other, second = studio.draw(VIEWS[4], take=2)
    assert second.key(2) != first.key(1)
    assert sha256_of(other.files["depth"]) == sha256_of(one.files["depth"])
    assert sha256_of(other.files["picture"]) != sha256_of(one.files["picture"])


def test_a_recipe_is_told_without_asking_a_server(studio_for: Callable[..., Studio]) -> None:
    studio = studio_for("http://127.0.0.1:9")
    keys = {studio.recipe(view).key(1) for view in VIEWS}
    assert len(keys) == 12
    moved = studio_for("http://127.0.0.1:10").recipe(VIEWS[0]).key(1)
    assert moved == studio.recipe(VIEWS[0]).key(1)


def test_settings_that_shape_the_picture_change_its_key(
    studio_for: Callable[..., Studio],
) -> None:
    url = "http://127.0.0.1:9"
    keys = {
        studio_for(url, **options).recipe(VIEWS[0]).key(1)
        for options in (
            {},
            {"pictures": ("sdxl_text",)},
            {"values": {"sdxl_scene.steps": 12}},
            {"models": {"sdxl_scene.model": "mine.safetensors"}},
        )
    }
    assert len(keys) == 4


def test_the_gpus_time_is_paid_by_its_hour(
    double: ComfyDouble, studio_for: Callable[..., Studio]
) -> None:
    studio = studio_for(double.url, pictures=("slow",), usd_per_hour=Decimal(360))
    produced, recipe = studio.draw(VIEWS[5])
    (cost,) = studio.bench.ledger.costs
    seconds = Decimal(str(produced.measurements["gpu_seconds"]))
    assert cost == seconds / 10
    assert cost > 0
    limit = studio.bench.fleet.options.patience.job
    assert recipe.price_ceiling_usd == pytest.approx(limit / 10)


def _clip_maker(bench: Bench, seen: list[Path]) -> ComfyClips:
    def conform(context: WorkContext, footage: Path, view: View, delivery: Delivery) -> Produced:
        seen.append(footage)
        return Produced({"mp4": footage, "master": footage})

    return ComfyClips(bench.fleet, Delivery(320, 192, "draft"), conform)


def test_a_clip_is_filmed_from_its_picture_and_conformed(
    double: ComfyDouble, bench_for: Callable[..., Bench]
) -> None:
    bench = bench_for(double.url, clips=("moving",))
    seen: list[Path] = []
    picture = bench.picture("view.png")
    maker = _clip_maker(bench, seen)
    recipe = maker.recipe(OUTLINE, VIEWS[5], _manifest("p", picture=picture))(1)
    desk = bench.desk()
    desk.inputs = {"picture": picture}
    recipe.work(desk)
    (footage,) = seen
    assert footage.suffix == ".mp4"
    assert footage.read_bytes()[4:8] == b"ftyp"
    (answer,) = bench.ledger.answers.values()
    assert answer.body.is_file()
    values = bench.ledger.calls[0].body["values"]
    assert "orbits slowly" in values["positive"]  # type: ignore[index, call-overload, operator]


def test_a_pictures_workflow_makes_no_clips(
    double: ComfyDouble, bench_for: Callable[..., Bench]
) -> None:
    bench = bench_for(double.url)
    wrong = replace(bench.fleet.options, clips=("plain",))
    assert isinstance(wrong, ComfyOptions)
    bench.fleet.options = wrong
    picture = _manifest("p", picture=bench.picture("view.png"))
    with pytest.raises(Exception, match="no video workflow"):
        _clip_maker(bench, []).recipe(OUTLINE, VIEWS[0], picture)


def test_a_hostile_answer_never_becomes_a_picture(
    double: ComfyDouble, studio_for: Callable[..., Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = _bomb()
    monkeypatch.setattr(
        "arena_assets_tests.doubles.comfyui.gpu.Gpu._save_picture",
        lambda _self, _graph, path: path.write_bytes(bomb),
    )
    studio = studio_for(double.url, pictures=("plain",))
    with pytest.raises(ContentFault, match=r"decoded|claims"):
        studio.draw(VIEWS[6])


def _bomb() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few bytes."""
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        mark = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + mark

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return head + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.comfyui
def test_the_embedded_stage_guides_a_real_server(
    real_server: RealRig, studio_for: Callable[..., Studio]
) -> None:
    studio = studio_for(real_server.url, pictures=("guided",), warm_up=False)
    stage = EmbeddedPictures(*SIZE, "draft")
    studio.maker = ComfyPictures(studio.bench.fleet, *SIZE, stage)
    produced, _ = studio.draw(VIEWS[0])
    assert produced.files.keys() == {"picture", "depth", "mask"}
    assert float(str(produced.measurements["outline_fit"])) > 1.2


@pytest.mark.comfyui
def test_a_clip_is_filmed_by_a_real_server(
    real_server: RealRig, bench_for: Callable[..., Bench]
) -> None:
    bench = bench_for(real_server.url, clips=("panning",))
    seen: list[Path] = []
    picture = bench.picture("view.png")
    recipe = _clip_maker(bench, seen).recipe(OUTLINE, VIEWS[2], _manifest("p", picture=picture))(1)
    desk = bench.desk()
    desk.inputs = {"picture": picture}
    recipe.work(desk)
    (footage,) = seen
    facts = probe_video(footage)
    assert (facts.width, facts.height, facts.frames, facts.fps) == (320, 192, 84, 24)
