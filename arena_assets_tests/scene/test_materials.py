"""Every material is described, every pattern tiles."""

from __future__ import annotations

import numpy as np
import pytest

from arena_assets.scene.atlas import bake
from arena_assets.scene.material_table import MATERIALS
from arena_assets.scene.materials import MaterialName, Texture
from arena_assets.scene.textures import draw


def test_the_table_is_complete_and_plausible() -> None:
    assert set(MATERIALS) == set(MaterialName)
    for name, kind in MATERIALS.items():
        assert all(0 <= channel <= 1 for channel in kind.albedo((1.0, 1.0, 1.0))), name
        assert 0 < kind.roughness <= 1, name
        assert kind.metres > 0, name


@pytest.mark.parametrize("texture", list(Texture))
def test_a_pattern_tiles_and_is_not_flat(texture: Texture) -> None:
    pattern = draw(texture, 128, 3)
    for field in (pattern.blend, pattern.cavity, pattern.height):
        assert field.shape == (128, 128)
        assert np.isfinite(field).all()
    height = pattern.height
    seam = np.abs(height[:, 0] - height[:, -1]).mean()
    inner = np.abs(np.diff(height, axis=1)).mean(0).max()
    assert seam <= 2.0 * inner + 0.02
    assert pattern.height.std() > 0.005


def test_the_atlas_depends_on_the_seed_alone() -> None:
    names = [MaterialName.MARBLE, MaterialName.GRASS, MaterialName.MANA]
    first, again, other = (bake(names, (0.1, 0.4, 1.0), 64, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.texels, again.texels)
    assert not np.array_equal(first.texels, other.texels)
    assert first.preview[MaterialName.MARBLE].mean() > first.preview[MaterialName.GRASS].mean()
