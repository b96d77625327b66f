"""Solids are closed, wound outward and of the size they were asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from arena_assets.scene.kit import solids
from arena_assets.scene.kit.arches import GateStyle, gate
from arena_assets.scene.kit.columns import ColumnStyle, column
from arena_assets.scene.kit.crystals import prism_crystal, splinter
from arena_assets.scene.kit.machinery import gear
from arena_assets.scene.kit.mesh import instances, moved, placements, scale, shift, vec
from arena_assets.scene.kit.rocks import boulder
from arena_assets.scene.model import Part


def signed_volume(part: Part) -> float:
    """Positive for a closed surface that is wound outward (divergence theorem)."""
    a, b, c = np.moveaxis(part.vertices[part.faces].astype(float), 1, 0)
    return float((a * np.cross(b, c)).sum() / 6)


def open_edges(part: Part) -> int:
    """Edges that do not have exactly one triangle on each side, after welding by position."""
    _, welded = np.unique(np.round(part.vertices, 4), axis=0, return_inverse=True)
    faces = welded.reshape(-1)[part.faces]
    edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    _, count = np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0, return_counts=True)
    return int((count % 2 != 0).sum())


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


CLOSED: dict[str, tuple[Callable[[], Part], float | None]] = {
    "block": (lambda: solids.block(1, 2, 3, bevel=0.0001), 6.0),
    "cylinder": (lambda: solids.lathe([(0, 0), (1, 0), (1, 2), (0, 2)], 256), 2 * np.pi),
    "smooth lathe": (
        lambda: solids.lathe([(0, 0), (1, 0), (1, 2), (0, 2)], 256, smooth=True),
        2 * np.pi,
    ),
    "bar": (lambda: solids.tube([(0, 0, 0), (0, 0, 3)], 0.5, sides=64), 3 * np.pi / 4),
    "ring": (
        lambda: solids.torus(2, 0.5, segments=128, sides=64),
        2 * np.pi**2 * 2 * 0.25,
    ),
    "prism": (lambda: solids.prism([(1, 0), (0, 1), (-1, 0), (0, -1)], 2), 4.0),
    "sector": (lambda: solids.sectors(1, 2, 0, np.pi, 0, 1, 64), 1.5 * np.pi),
    "ball": (lambda: solids.ball(1.0, detail=4), 4 / 3 * np.pi),
    "gear": (lambda: gear(2, 18, 0.4), None),
    "crystal": (lambda: prism_crystal(rng(), 4, 0.6), None),
    "splinter": (lambda: splinter(rng(), 3, 0.5), None),
    "boulder": (lambda: boulder(rng()), None),
}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_solids_have_no_open_edge_and_face_outward(name: str) -> None:
    build, volume = CLOSED[name]
    part = build()
    assert open_edges(part) == 0
    assert signed_volume(part) > 0
    if volume is not None:
        assert signed_volume(part) == pytest.approx(volume, rel=0.02)


def test_slabs_show_their_tops_upward_and_keep_inside_their_outlines() -> None:
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]])
    part = solids.slabs([square, square + 5.0], np.array([0.1, 0.3]))
    corners = part.vertices[part.faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat = np.isclose(corners[:, :, 2], corners[:, :1, 2]).all(1)
    assert (normal[flat, 2] > 0).all()
    assert part.vertices[:, :2].min() > 0
    assert part.vertices[:, :2].max() < 6
    assert np.isclose(np.unique(corners[flat][:, 0, 2]), [0.1, 0.3]).all()


def test_a_mirror_keeps_the_outside_outside() -> None:
    part = solids.block(1, 1, 1)
    assert signed_volume(moved(part, scale(1, -1, 1))) > 0


def test_instances_stand_where_their_matrices_say() -> None:
    points = np.array([[10.0, 0, 0], [0, 20.0, 0]])
    part = instances(solids.block(1, 1, 1), placements(points, azimuth=np.array([0.3, 2.0])))
    halves = np.split(part.vertices, 2)
    for half, point in zip(halves, points, strict=True):
        assert np.allclose(half.mean(0), point + vec(0, 0, 0.5), atol=1e-4)


def test_a_lean_goes_towards_its_azimuth() -> None:
    top = solids.block(0.1, 0.1, 10)
    matrix = placements(np.zeros((1, 3)), azimuth=np.pi / 2, lean=0.5)
    tip = instances(top, matrix).vertices[:, :2][top.vertices[:, 2] > 9].mean(0)
    assert tip[1] > 4
    assert abs(tip[0]) < 0.1


@pytest.mark.parametrize("style", GateStyle)
@pytest.mark.parametrize("decay", [0.0, 1.0])
def test_a_gate_leaves_its_passage_free(style: GateStyle, decay: float) -> None:
    part = gate(np.random.default_rng(3), style, 4.6, 8.0, decay=decay)
    corners = part.vertices
    assert corners[:, 2].max() > 5
    middle = corners[part.faces].mean(1)
    in_passage = (np.abs(middle[:, 1]) < 1.6) & (middle[:, 2] > 0.15) & (middle[:, 2] < 3.5)
    assert not in_passage.any()


@pytest.mark.parametrize("style", ColumnStyle)
def test_a_column_is_as_tall_as_asked(style: ColumnStyle) -> None:
    part = moved(column(8.0, 0.7, style), shift(z=1.0))
    assert part.vertices[:, 2].min() == pytest.approx(1.0, abs=1e-3)
    assert part.vertices[:, 2].max() == pytest.approx(9.0, abs=0.12)
