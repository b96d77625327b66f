"""Textures are drawn the same whatever the number of cores, and looked up where they were put."""

from __future__ import annotations

import numpy as np
import pytest

from arena_assets.errors import Cancelled
from arena_assets.scene import atlas
from arena_assets.scene.compiled import compiled
from arena_assets.scene.materials import MaterialName
from arena_assets.scene.noise import cells
from arena_assets.scene.texels import fetch

NAMES = [MaterialName.MARBLE, MaterialName.PAVING, MaterialName.GRASS, MaterialName.MANA]
MANA = (0.1, 0.4, 0.9)


def test_an_atlas_is_the_same_bytes_on_one_core_and_on_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(atlas, "cores", lambda: 1)
    alone = atlas.bake(NAMES, MANA, 64, 5)
    monkeypatch.setattr(atlas, "cores", lambda: 3)
    together = atlas.bake(NAMES, MANA, 64, 5)
    assert alone.texels.tobytes() == together.texels.tobytes()
    assert alone.table.tobytes() == together.table.tobytes()


def test_baking_stops_when_told_to() -> None:
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise Cancelled("A person stopped it", "Start it again when you like")

    with pytest.raises(Cancelled):
        atlas.bake(NAMES, MANA, 64, 5, check)
    assert asked == 2


@compiled
def _looked_up(texels, size, layer, level, x, y, out):  # type: ignore[no-untyped-def]
    fetch(texels, size, layer, level, x, y, out)


@pytest.mark.parametrize("level", [0, 1, 3])
def test_a_lookup_at_a_texel_gives_that_texel_and_between_two_their_mean(level: int) -> None:
    made = atlas.bake(NAMES, MANA, 64, 5)
    edge = 64 >> level
    layers = made.texels.reshape(-1, made.texels.size // 4)
    start = sum((64 >> above) ** 2 for above in range(level)) * atlas.CHANNELS
    chain = layers[2, start : start + edge * edge * atlas.CHANNELS]
    field = chain.reshape(edge, edge, atlas.CHANNELS).astype(np.float32) / 255
    out = np.zeros(8, np.float32)
    _looked_up(made.texels, 64, 2, level, 3.5 / edge, 5.5 / edge, out)
    np.testing.assert_allclose(out, field[5, 3], atol=1e-5)
    _looked_up(made.texels, 64, 2, level, 1.0, 5.5 / edge, out)
    np.testing.assert_allclose(out, (field[5, -1] + field[5, 0]) / 2, atol=1e-5)


def test_cells_find_the_two_nearest_points_round_the_edges_too() -> None:
    near, far, _ = cells(32, np.random.default_rng(3), 4)
    points = np.random.default_rng(3).random((4, 4, 3)).astype(np.float32)
    rows, columns = np.mgrid[0:4, 0:4]
    spots = np.stack([columns + points[..., 0], rows + points[..., 1]], -1).reshape(-1, 2)
    images = np.concatenate([np.add(spots, (4 * x, 4 * y)) for x in (-1, 0, 1) for y in (-1, 0, 1)])
    place = (np.mgrid[0:32, 0:32][::-1].reshape(2, -1).T + 0.5) / 32 * 4
    distance = np.sort(np.linalg.norm(place[:, None] - images[None], axis=2), axis=1)
    np.testing.assert_allclose(near.ravel(), distance[:, 0], atol=1e-4)
    np.testing.assert_allclose(far.ravel(), distance[:, 1], atol=1e-4)
