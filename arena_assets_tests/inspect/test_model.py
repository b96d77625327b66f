"""A sound GLB is measured; whatever points outside itself or claims too much is refused."""

from __future__ import annotations

import copy
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from arena_assets.errors import ContentFault
from arena_assets.inspect import model
from arena_assets.inspect.model import check_glb

Document = dict[str, Any]


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def _box() -> tuple[Document, bytearray]:
    """A closed box of 8 corners and 12 triangles with normals and a texture."""
    corners = np.array(np.meshgrid([-2, 2], [0, 3], [-1, 1])).T.reshape(-1, 3).astype("<f4")
    normals = (corners / np.linalg.norm(corners, axis=1, keepdims=True)).astype("<f4")
    faces = np.fromstring(
        "0 1 3 0 3 2 4 6 7 4 7 5 0 4 5 0 5 1 2 3 7 2 7 6 0 2 6 0 6 4 1 5 7 1 7 3", "<u2", sep=" "
    )
    picture = _png()
    pieces = [corners.tobytes(), normals.tobytes(), faces.tobytes(), picture]
    views, binary = [], bytearray()
    for piece in pieces:
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(piece)})
        binary += piece + bytes(-len(piece) % 4)
    document: Document = {
        "asset": {"version": "2.0", "generator": "test"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "children": [1]}, {"name": "empty"}],
        "meshes": [
            {
                "primitives": [
                    {"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2, "material": 0}
                ]
            }
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 8, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5126, "count": 8, "type": "VEC3"},
            {"bufferView": 2, "componentType": 5123, "count": 36, "type": "SCALAR"},
        ],
        "materials": [{"name": "stone"}],
        "textures": [{"source": 0}],
        "images": [{"bufferView": 3, "mimeType": "image/png"}],
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }
    return document, binary


def _glb(document: object, binary: bytes | bytearray) -> bytes:
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<I4s", len(text), b"JSON") + text
    body += struct.pack("<I4s", len(binary), b"BIN\0") + bytes(binary)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def _saved(folder: Path, content: bytes) -> Path:
    path = folder / "arena.glb"
    path.write_bytes(content)
    return path


def test_a_sound_model_is_measured(tmp_path: Path) -> None:
    measurements, findings = check_glb(_saved(tmp_path, _glb(*_box())))
    assert all(finding.passed for finding in findings)
    assert measurements["triangles"] == 12
    assert measurements["vertices"] == 8
    assert measurements["textures"] == 1
    assert [measurements[f"extent_{axis}"] for axis in "xyz"] == [4.0, 3.0, 2.0]


def test_a_model_without_normals_or_depth_is_found(tmp_path: Path) -> None:
    document, binary = _box()
    del document["meshes"][0]["primitives"][0]["attributes"]["NORMAL"]
    flat = np.frombuffer(binary, "<f4", 24).copy().reshape(8, 3)
    flat[:, 1] = 0
    binary[:96] = flat.tobytes()
    findings = check_glb(_saved(tmp_path, _glb(document, binary)))[1]
    assert {finding.check for finding in findings if not finding.passed} == {"geometry", "shading"}


def _at(document: Document, path: str, value: object) -> None:
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = document
    for part in parents:
        place = place[part]
    place[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("asset.version", "1.0"),
        ("buffers.0.uri", "https://example.org/geometry.bin"),
        ("buffers.0.uri", "data:application/octet-stream;base64,AAAA"),
        ("images.0.uri", "../../etc/passwd"),
        ("images.0.mimeType", "image/svg+xml"),
        ("buffers.0.byteLength", 10**9),
        ("buffers.0.byteLength", 4),
        ("bufferViews.0.byteOffset", 10**6),
        ("bufferViews.0.byteOffset", -4),
        ("bufferViews.0.buffer", 1),
        ("bufferViews.0.byteStride", 4),
        ("accessors.0.count", 9),
        ("accessors.0.count", 2**40),
        ("accessors.0.count", 0),
        ("accessors.0.byteOffset", 8),
        ("accessors.0.type", "VEC9"),
        ("accessors.0.bufferView", 44),
        ("accessors.0.sparse", {"count": 1}),
        ("accessors.1.count", 7),
        ("accessors.2.componentType", 5126),
        ("accessors.2.count", 35),
        ("meshes.0.primitives.0.indices", 9),
        ("meshes.0.primitives.0.material", 3),
        ("meshes.0.primitives.0.mode", 0),
        ("meshes.0.primitives.0.attributes", {"NORMAL": 1}),
        ("meshes", []),
        ("nodes.0.mesh", 5),
        ("nodes.1.children", [0]),
        ("nodes.0.children", [1, 1]),
        ("nodes.1.children", [7]),
        ("scenes.0.nodes", [12]),
        ("textures.0.source", 2),
        ("images.0.bufferView", 0),
        ("extensionsRequired", ["KHR_draco_mesh_compression"]),
        ("nodes", [{} for _ in range(100_001)]),
    ],
)
def test_a_model_that_breaks_a_rule_is_refused(tmp_path: Path, path: str, value: object) -> None:
    document, binary = _box()
    _at(document, path, value)
    with pytest.raises(ContentFault) as caught:
        check_glb(_saved(tmp_path, _glb(document, binary)))
    assert "arena.glb" in caught.value.what
    assert caught.value.next_step


def test_indices_and_positions_are_looked_at(tmp_path: Path) -> None:
    document, binary = _box()
    wrong = copy.copy(binary)
    offset = document["bufferViews"][2]["byteOffset"]
    wrong[offset : offset + 2] = struct.pack("<H", 8)
    with pytest.raises(ContentFault, match="vertex 8 of 8"):
        check_glb(_saved(tmp_path, _glb(document, wrong)))
    binary[:4] = struct.pack("<f", float("nan"))
    with pytest.raises(ContentFault, match="finite"):
        check_glb(_saved(tmp_path, _glb(document, binary)))


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: content[:0],
        lambda content: content[:10],
        lambda content: content[:-4],
        lambda content: content + b"more",
        lambda content: b"GLTF" + content[4:],
        lambda content: content[:4] + struct.pack("<I", 1) + content[8:],
        lambda content: content[:12] + struct.pack("<I", 2**32 - 4) + content[16:],
        lambda content: content[:16] + b"TEXT" + content[20:],
        lambda content: b"solid not-a-glb\n" * len(content),
    ],
)
def test_a_broken_container_is_refused(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ContentFault):
        check_glb(_saved(tmp_path, harm(_glb(*_box()))))


@pytest.mark.parametrize(
    "text",
    [b"[" * 200_000, b"{", b'{"asset": NaN}', b"\xff\xfe{}", b"null", b'{"asset":{"version":2}}'],
)
def test_hostile_json_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(ContentFault):
        check_glb(_saved(tmp_path, _glb(text, b"\0\0\0\0")))


def test_a_model_above_the_size_limit_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _saved(tmp_path, _glb(*_box()))
    monkeypatch.setattr(model, "MODEL_BYTES", 100)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    with pytest.raises(ContentFault, match="more than"):
        check_glb(path)


def test_drawing_one_mesh_many_times_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, binary = _box()
    document["meshes"] *= 50
    monkeypatch.setattr(model, "MAX_TRIANGLES", 100)
    with pytest.raises(ContentFault, match=r"too many|more than"):
        check_glb(_saved(tmp_path, _glb(document, binary)))
