"""Templates: what may go into a slot, what a template must be, what a server lacks for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena_assets.errors import UsageFault
from arena_assets.providers.comfyui.needs import listed_model, missing
from arena_assets.providers.comfyui.shelf import PACKAGED, chosen, templates, templates_in
from arena_assets.providers.comfyui.template import Kind, Template, plain_words
from arena_assets_tests.doubles.comfyui.nodes import MODELS, object_info
from arena_assets_tests.providers.comfyui.weightless import write_all

FULL: dict[str, str | int | float] = {
    "positive": "a hall",
    "seed": 7,
    "width": 448,
    "height": 256,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_all(tmp_path)
    return tmp_path


@pytest.fixture
def plain(folder: Path) -> Template:
    return templates_in(folder)["plain"]


def _changed(folder: Path, **changes: Any) -> None:
    path = folder / "plain.manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("name", sorted(templates_in(PACKAGED)))
def test_packaged_templates_fill_from_what_the_makers_give(name: str) -> None:
    template = templates_in(PACKAGED)[name]
    given: dict[str, str | int | float] = {
        "positive": "a hall",
        "negative": "people",
        "seed": 2**63 - 1,
        "width": 1792 if template.manifest.produces == "picture" else 1280,
        "height": 1008 if template.manifest.produces == "picture" else 704,
        "base_width": 1280,
        "base_height": 720,
        "image": "scene.png",
        "depth": "depth.png",
    }
    values = {key: value for key, value in given.items() if key in template.manifest.slots}
    graph = template.fill(values, "arena/x")
    assert graph[template.manifest.output]["inputs"]["filename_prefix"] == "arena/x"
    for target in template.manifest.slots["seed"].to:
        assert graph[target.node]["inputs"][target.input] == 2**63 - 1
    links = [v for node in graph.values() for v in node["inputs"].values() if isinstance(v, list)]
    assert all(source in graph for source, _ in links)


def test_filling_leaves_the_template_as_it_was(plain: Template) -> None:
    before = plain.digest
    plain.fill(FULL, "arena/x")
    assert plain.digest == before


@pytest.mark.parametrize(
    ("slot", "value"),
    [
        ("seed", "7; DROP"),
        ("seed", True),
        ("seed", 1.5),
        ("seed", -1),
        ("width", 63),
        ("width", 70),
        ("width", 10**6),
        ("positive", 5),
        ("positive", ["sized", 0]),
        ("elsewhere", 1),
    ],
)
def test_a_slot_takes_its_own_kind_only(plain: Template, slot: str, value: Any) -> None:
    with pytest.raises(UsageFault):
        plain.fill({**FULL, slot: value}, "arena/x")


def test_an_empty_slot_without_default_is_named(plain: Template) -> None:
    with pytest.raises(UsageFault, match="'seed'"):
        plain.fill({k: v for k, v in FULL.items() if k != "seed"}, "arena/x")


@given(st.text(max_size=5000))
def test_words_never_carry_orders(text: str) -> None:
    words = plain_words(text)
    assert "embedding:" not in words.casefold()
    assert len(words) <= 8000
    assert words.replace("\\(", "").replace("\\)", "").count("(") == 0
    assert not any(ord(character) < 32 for character in words)


def test_words_keep_their_sense() -> None:
    assert plain_words("An arch (worn),\n lit from below") == r"An arch \(worn\), lit from below"
    assert plain_words("Embedding : ../../secret") == "embedding ../../secret"


def test_a_slot_that_points_nowhere_is_refused(folder: Path) -> None:
    slots = json.loads((folder / "plain.manifest.json").read_text())["slots"]
    slots["seed"]["to"] = [{"node": "noise", "input": "sead"}]
    _changed(folder, slots=slots)
    with pytest.raises(UsageFault, match=r"noise\.sead"):
        templates_in(folder)


def test_a_graph_of_the_editor_is_refused_with_what_to_do(folder: Path) -> None:
    (folder / "plain.json").write_text(json.dumps({"nodes": [], "links": []}))
    with pytest.raises(UsageFault, match="Export"):
        templates_in(folder)


@pytest.mark.parametrize("change", [{"output": "blur"}, {"extra": 1}, {"name": "../plain"}])
def test_a_wrong_manifest_is_refused(folder: Path, change: dict[str, Any]) -> None:
    _changed(folder, **change)
    with pytest.raises(UsageFault):
        templates_in(folder)


def test_a_default_out_of_range_is_refused(folder: Path) -> None:
    slots = json.loads((folder / "plain.manifest.json").read_text())["slots"]
    slots["width"]["default"] = 13
    _changed(folder, slots=slots)
    with pytest.raises(UsageFault):
        templates_in(folder)


@pytest.mark.parametrize("name", ["../plain", "/etc/passwd", "plain.json", "nothing", "moving"])
def test_templates_are_chosen_by_known_names_only(folder: Path, name: str) -> None:
    with pytest.raises(UsageFault, match="There is no picture workflow"):
        chosen([name], folder, "picture")


def test_a_user_template_stands_before_the_packaged_one(folder: Path) -> None:
    for suffix in (".json", ".manifest.json"):
        text = (
            (folder / f"plain{suffix}")
            .read_text()
            .replace('"name": "plain"', '"name": "sdxl_text"')
        )
        (folder / f"sdxl_text{suffix}").write_text(text)
    assert "noise" in templates(folder)["sdxl_text"].graph


def test_what_is_missing_is_said_with_where_it_goes(tmp_path: Path) -> None:
    scene = templates_in(PACKAGED)["sdxl_scene"]
    models = {str(k): str(v) for k, v in scene.defaults(Kind.MODEL).items()}
    here = object_info(MODELS, tmp_path)
    assert missing(scene, models, here) == []
    none = object_info({**MODELS, "ControlNetLoader.control_net_name": ()}, tmp_path)
    assert missing(scene, models, none) == [
        "the file controlnet-depth-sdxl-1.0.safetensors in models/controlnet"
    ]
    without = {kind: fact for kind, fact in here.items() if kind != "ControlNetApplyAdvanced"}
    (said,) = missing(scene, models, without)
    assert "ControlNetApplyAdvanced" in said
    scheduler = {**scene.graph["sample"]["inputs"], "scheduler": "lightning"}
    graph = {**scene.graph, "sample": {**scene.graph["sample"], "inputs": scheduler}}
    (said,) = missing(Template(scene.manifest, graph), models, here)
    assert "lightning" in said


def test_a_model_is_found_in_a_folder_of_its_own(tmp_path: Path) -> None:
    scene = templates_in(PACKAGED)["sdxl_scene"]
    listed = ("SDXL\\sd_xl_base_1.0.safetensors", "other.safetensors")
    facts = object_info({**MODELS, "CheckpointLoaderSimple.ckpt_name": listed}, tmp_path)
    wanted = "sd_xl_base_1.0.safetensors"
    assert listed_model(scene, "model", wanted, facts) == listed[0]
    twice = object_info(
        {"CheckpointLoaderSimple.ckpt_name": ("a/" + wanted, "b/" + wanted)}, tmp_path
    )
    assert listed_model(scene, "model", wanted, twice) is None
