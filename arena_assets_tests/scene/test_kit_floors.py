"""Floors cover their disc, stay level, and their tilings and motifs differ."""

from __future__ import annotations

import numpy as np
import pytest

from arena_assets.scene.kit.floors import FloorPlan, Motif, Tiling, lay
from arena_assets.scene.kit.runes import Sigil, sigil
from arena_assets.scene.model import Part


def area_from_above(part: Part) -> float:
    a, b, c = np.moveaxis(part.vertices[part.faces][:, :, :2].astype(float), 1, 0)
    one, two = b - a, c - a
    return float(np.clip(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0], 0, None).sum() / 2)


@pytest.mark.parametrize("tiling", Tiling)
def test_slabs_cover_the_disc_and_stay_level(tiling: Tiling) -> None:
    plan = FloorPlan(tiling, Motif.STAR, 18.0, 6)
    field, accent, rim, bed = lay(np.random.default_rng(2), plan)
    disc = np.pi * 18.0**2
    covered = area_from_above(field) + area_from_above(accent) + area_from_above(rim)
    assert 0.88 * disc < covered < 1.1 * disc
    for part in (field, accent, rim, bed):
        assert part.vertices[:, 2].max() < 0.1
        assert np.hypot(part.vertices[:, 0], part.vertices[:, 1]).max() < 18.1


@pytest.mark.parametrize("motif", Motif)
def test_a_motif_takes_some_slabs_and_leaves_some(motif: Motif) -> None:
    plan = FloorPlan(Tiling.HEXAGONS, motif, 18.0, 8)
    field, accent, _, _ = lay(np.random.default_rng(2), plan)
    share = area_from_above(accent) / (area_from_above(accent) + area_from_above(field))
    assert 0.05 < share < 0.8


def test_decay_takes_slabs_out() -> None:
    areas = []
    for decay in (0.0, 1.0):
        plan = FloorPlan(Tiling.SQUARES, Motif.PLAIN, 18.0, 8, decay)
        field, accent, _, _ = lay(np.random.default_rng(2), plan)
        areas.append(area_from_above(field) + area_from_above(accent))
    assert areas[1] < areas[0] * 0.99


@pytest.mark.parametrize("kind", Sigil)
def test_lines_lie_just_above_the_slabs(kind: Sigil) -> None:
    part = sigil(np.random.default_rng(4), kind, 4.9, 10.0)
    assert 0.03 < part.vertices[:, 2].max() < 0.08
    assert np.hypot(part.vertices[:, 0], part.vertices[:, 1]).max() < 11.5
