"""A ring of columns along the layout's rim, whole or broken, with beams where two stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from arena_assets.scene.kit.columns import ColumnStyle, beam, column, fallen, ring_of, stump
from arena_assets.scene.kit.mesh import moved, shift, turn
from arena_assets.scene.kit.solids import sectors
from arena_assets.scene.themes.site import Site


def colonnade(
    site: Site,
    stone: str,
    *,
    trim: str = "",
    styles: Sequence[ColumnStyle] = tuple(ColumnStyle),
    ruin: float = 0.0,
    beams: float = 0.85,
) -> None:
    """Columns of ``stone``; ``ruin`` breaks more of them than the spec's decay alone would.

    ``beams`` is the chance that the ring carries an entablature, with a band of ``trim`` in it.
    """
    spec, layout = site.spec, site.layout
    rng = site.rng("colonnade")
    style = styles[int(rng.integers(len(styles)))]
    height, radius = site.tall(6.5, 10.5), site.tall(0.58, 0.85)
    azimuth = layout.bays(int(rng.integers(16, 27)), 3.7)
    azimuth = azimuth[layout.built(azimuth)]
    distance = layout.rim(azimuth)
    wear = min(1.0, spec.decay + ruin)
    broken = rng.random(len(azimuth)) < 0.03 + 0.55 * wear
    whole = column(height, radius, style)
    site.add(stone, ring_of(whole, distance[~broken], azimuth[~broken], 0.1))
    stumps = [stump(rng, height * share, radius, style) for share in (0.18, 0.4, 0.65)]
    for k, (angle, far) in enumerate(zip(azimuth[broken], distance[broken], strict=True)):
        site.add(stone, moved(stumps[k % 3], turn(float(angle)) @ shift(float(far), 0, 0.1)))
    wide = 1.5 / distance
    base = sectors(distance - 1.35, distance + 1.35, azimuth - wide, azimuth + wide, -0.4, 0.12, 2)
    site.add(site.look.edging, base)
    gap = np.angle(np.exp(1j * (np.roll(azimuth, -1) - azimuth)))
    joined = ~broken & ~np.roll(broken, -1) & (gap > 0) & (gap * distance < 8.5)
    # A beam over a straight-lined plan would miss its columns: it follows one radius per bay.
    joined &= np.abs(np.roll(distance, -1) - distance) < 0.5
    if joined.any() and rng.random() < beams:
        here = distance[joined]
        start = azimuth[joined] - 0.02
        end = azimuth[joined] + gap[joined] + 0.02
        stone_part, band = beam(
            here - radius * 1.2, here + radius * 1.2, start, end, height + 0.1, 0.95
        )
        site.add(stone, stone_part)
        site.add(trim or stone, band)
    if wear > 0.1:
        near = layout.gate_distance + 1.8
        points = site.sown("fallen", int(4 + 22 * wear), near, near + 9, width=5.0, lift=-0.1)
        if len(points):
            site.add(stone, fallen(rng, points, radius))
