"""The model of every theme is small, in metres, upright, centred, textured, and opens elsewhere."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from arena_assets.domain.palette import Theme
from arena_assets.inspect.model import MODEL_BUDGET_BYTES, check_glb
from arena_assets.scene import plan
from arena_assets.scene.model import StageSpec
from arena_assets.scene.stage import BuiltStage, Quality, prepare
from arena_assets_tests.scene.places import spec

_NODE = Path(__file__).parents[1] / "node"


def _spec(theme: Theme) -> StageSpec:
    return spec(
        theme=theme,
        centrepiece=plan._THEME_CENTRES[theme][0],
        features=plan._THEME_FEATURES[theme][:3],
        grandeur=1.0,
    )


def _saved(theme: Theme, folder: Path, quality: Quality) -> tuple[BuiltStage, Path]:
    built = prepare(_spec(theme), quality=quality)
    path = folder / f"{theme}.glb"
    path.write_bytes(built.glb())
    return built, path


@pytest.mark.parametrize("theme", list(Theme))
def test_an_independent_loader_finds_the_place_as_it_was_built(
    theme: Theme, tmp_path: Path
) -> None:
    built, path = _saved(theme, tmp_path, "draft")
    measured, findings = check_glb(path)
    assert all(finding.passed for finding in findings), findings
    assert path.stat().st_size <= MODEL_BUDGET_BYTES
    scene = trimesh.load_scene(io.BytesIO(path.read_bytes()), file_type="glb")
    assert set(scene.geometry) == set(built.stage.parts)
    assert sum(len(mesh.faces) for mesh in scene.geometry.values()) == measured["triangles"]
    low, high = scene.bounds
    radius = built.stage.radius
    # Metres: the floor's disc fits, and nothing is a kilometre away; the middle is the origin.
    assert (low[[0, 2]] < -radius).all()
    assert (high[[0, 2]] > radius).all()
    assert (high - low).max() < 1000
    # The floor lies at height 0: looking down from 1.8 m, most places on it are close below.
    assert np.median(_heights(scene, radius)) == pytest.approx(0.0, abs=0.25)
    for mesh in scene.geometry.values():
        assert np.isfinite(mesh.vertices).all()
        assert np.allclose(np.linalg.norm(mesh.vertex_normals, axis=1), 1, atol=1e-3)
    materials = [mesh.visual.material for mesh in scene.geometry.values()]
    assert len({(each.roughnessFactor, each.metallicFactor) for each in materials}) > 3
    assert sum(each.baseColorTexture is not None for each in materials) >= len(materials) // 2
    glows = [each.emissiveFactor for each in materials if each.emissiveFactor is not None]
    assert max(max(glow) for glow in glows) > 0


def _heights(scene: trimesh.Scene, radius: float) -> list[float]:
    """Heights of vertices near the ground between the middle and the rim."""
    points = np.concatenate([mesh.vertices for mesh in scene.geometry.values()])
    distance = np.hypot(points[:, 0], points[:, 2])
    around = (distance > 0.2 * radius) & (distance < 0.9 * radius) & (np.abs(points[:, 1]) < 0.6)
    return list(points[around, 1])


@pytest.mark.node
@pytest.mark.parametrize("theme", list(Theme))
def test_the_khronos_validator_finds_nothing_to_say(theme: Theme, tmp_path: Path) -> None:
    (report,) = _validated(_saved(theme, tmp_path, "standard")[1])
    issues = report["issues"]
    assert issues["numErrors"] == issues["numWarnings"] == 0, issues["messages"]
    assert not issues["truncated"]
    info = report["info"]
    assert info["version"] == "2.0"
    assert info["hasTextures"]
    assert info["totalTriangleCount"] > 10_000
    assert not info.get("extensionsRequired")


@pytest.mark.node
def test_the_khronos_validator_is_awake(tmp_path: Path) -> None:
    path = _saved(Theme.ETHEREAL_VOID, tmp_path, "draft")[1]
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"type":"VEC2"', b'"type":"VEC4"', 1))
    (report,) = _validated(path)
    assert report["issues"]["numErrors"] > 0


def _validated(*paths: Path) -> list[dict[str, Any]]:
    node = shutil.which("node")
    assert node, "node is missing; `make test-node` brings it"
    assert (_NODE / "node_modules").is_dir(), "the validator is missing; run `make test-node`"
    command = [node, str(_NODE / "validate.mjs"), *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    return [json.loads(line) for line in done.stdout.splitlines()]
