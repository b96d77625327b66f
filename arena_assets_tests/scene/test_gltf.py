"""The exported place opens elsewhere and looks as it should."""

from __future__ import annotations

import io
import json
import struct

import numpy as np
import trimesh

from arena_assets.scene import gltf
from arena_assets.scene.stage import BuiltStage
from arena_assets_tests.scene.places import prism, small_place


def document(data: bytes) -> dict[str, object]:
    magic, version, total = struct.unpack_from("<III", data)
    assert (magic, version, total) == (0x46546C67, 2, len(data))
    length, kind = struct.unpack_from("<II", data, 12)
    assert kind == 0x4E4F534A
    parsed: dict[str, object] = json.loads(data[20 : 20 + length])
    return parsed


def test_trimesh_reads_the_file_with_its_materials_and_size() -> None:
    stage = small_place()
    data = BuiltStage(stage, texture_size=64, check=None).glb()
    scene = trimesh.load_scene(io.BytesIO(data), file_type="glb")
    assert set(scene.geometry) == set(stage.parts)
    low, high = scene.bounds
    assert high[1] > 6.5  # up is y
    assert np.allclose([low[0], high[0]], [-90, 90], atol=1)
    triangles = sum(len(part.faces) for parts in stage.parts.values() for part in parts)
    assert sum(len(mesh.faces) for mesh in scene.geometry.values()) == triangles
    crystal = scene.geometry["mana_crystal"].visual.material
    assert crystal.emissiveFactor[2] > crystal.emissiveFactor[0]
    assert scene.geometry["sandstone"].visual.material.baseColorTexture is not None


def test_normals_point_outwards() -> None:
    data = gltf.export_glb(small_place())
    scene = trimesh.load_scene(io.BytesIO(data), file_type="glb")
    for mesh in scene.geometry.values():
        corners = mesh.vertex_normals[mesh.faces]
        assert (np.einsum("fcx,fx->fc", corners, mesh.face_normals) > 0.99).all()
    paving = scene.geometry["paving"]
    top = (paving.vertices[:, 1] > -0.01) & (paving.vertex_normals[:, 1] > 0.9)
    assert top.sum() == 49, "48 corners and the middle, each once"


def test_the_same_place_is_the_same_bytes() -> None:
    assert gltf.export_glb(small_place()) == gltf.export_glb(small_place())


def test_a_place_too_rich_is_thinned_to_fit(monkeypatch: object) -> None:
    stage = small_place()
    for step in range(900):
        stage.add("leaf", prism(step % 30, step // 30, 0.3, 0, 1, 64))
    whole = gltf.export_glb(stage)
    budget, gltf.BYTE_BUDGET = gltf.BYTE_BUDGET, len(whole) // 3
    try:
        thinned = gltf.export_glb(stage)
    finally:
        gltf.BYTE_BUDGET = budget
    assert len(thinned) < len(whole) * 0.45
    names = {material["name"] for material in document(thinned)["materials"]}  # type: ignore[attr-defined]
    assert names == set(stage.parts)
