"""The objective judge: what is wrong with a mix, in points, term by term.

It tells damaged mixes from sound ones. It does not know whether music moves anybody, whether a
sound fits a place, or which of two good mixes a person prefers: against a person's mix, balance
alone was worse than equal loudness (docs/sound.md). So mixes start from equal loudness and offsets
by role, and the judge only refuses what is plainly worse.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from arena_assets.score.balance import CENTRES, Levels, distance_to_target
from arena_assets.score.hearing import Heard

TERMS: dict[str, str] = {
    "balance": "distance of third-octave levels from the target curve (its shape: Pestana, Ma, "
    "Reiss, Barbosa and Black, AES 135, 2013; its slope: ours)",
    "levels": "stems' loudness against their role's offset (every track to one loudness: "
    "Mansbridge, Finn and Reiss, AES 132, 2012; rules by instrument: De Man and Reiss, Journal on "
    "the Art of Record Production 8, 2013; the offsets: ours)",
    "masking": "energy of stems that others cover by 10 dB or more in the same band (a simple "
    "stand-in for the partial loudness that Ma, Reiss and Black fit to multitracks, AES 53, 2014)",
    "range": "loudness range (EBU Tech 3342) outside 1–16 LU, limits of ours",
    "dynamics": "peak to loudness ratio, which limiting takes away (Deruty and Tardieu, JAES 62, "
    "2014), below 11 dB, and lost attacks; limits of ours",
    "width": "too narrow, too wide, or wide below 150 Hz; by custom, limits of ours",
    "mono": "what a mono sum loses beyond the 3 dB that unlike channels lose by arithmetic",
    "clipping": "flat crests a second",
    "hum": "steady mains lines above their surroundings",
    "seam": "bend across a loop's wrap against the bends around it",
}
"""Each term of the judge and where it comes from."""
_MASKED_BY_DB = 10.0
_FAR_LU = 4.5


def faults(heard: Heard, offsets: Mapping[str, float] | None = None) -> dict[str, float]:
    """Points against a mix by term, 0 for none; ``offsets`` in LU are what its stems should have
    against each other. Terms without their facts are 0."""
    stems = list(heard.stem_energies)
    masked = masked_share(np.stack([heard.stem_energies[s] for s in stems])) if stems else 0.0
    return {
        "balance": 2.0 * distance_to_target(heard.energies),
        "levels": _levels(heard.stem_lufs, offsets or {}),
        "masking": 12.0 * masked,
        "range": 1.0 * max(0.0, 1.0 - heard.range_lu) + 0.7 * max(0.0, heard.range_lu - 16.0),
        "dynamics": 1.2 * max(0.0, 11.0 - heard.peak_to_loudness_db)
        + 1.5 * max(0.0, 3.5 - heard.punch_db),
        "width": _width(heard),
        "mono": 1.0 * max(0.0, heard.mono_loss_db - 3.0),
        "clipping": min(20.0, 0.5 * float(np.sqrt(max(0.0, heard.flat - 2.0)))),
        "hum": 0.7 * max(0.0, heard.hum_db - 10.0),
        "seam": 4.0 * max(0.0, heard.seam - 1.0),
    }


def score(heard: Heard, offsets: Mapping[str, float] | None = None) -> float:
    """100 less all faults; higher is better."""
    return 100.0 - sum(faults(heard, offsets).values())


def masked_share(energies: Levels) -> float:
    """Mean over stems of the share of a stem's audible bands that others cover; (stems, 27).

    A band counts by the stem's level in it above 20 dB below its strongest, so by what there is to
    be heard rather than by energy, of which the bass has most.
    """
    found = 10 * np.log10(np.maximum(energies, 1e-14))
    others = 10 * np.log10(np.maximum(energies.sum(axis=0) - energies, 1e-14))
    heard = (CENTRES > 60) & (CENTRES < 12000)
    weight = np.clip(found - found.max(axis=1, keepdims=True) + 20.0, 0, 20) * heard
    covered = np.clip((others - found - _MASKED_BY_DB) / 6.0, 0, 1)
    share = (weight * covered).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    return float(share.mean())


def level_gaps(lufs: Mapping[str, float], offsets: Mapping[str, float]) -> Levels:
    """LU of stems' loudness above their offsets, the common level free; empty for one stem."""
    names = [name for name in lufs if name in offsets]
    if len(names) < 2:
        return np.zeros(0)
    gap = np.array([lufs[name] - offsets[name] for name in names])
    return np.asarray(gap - np.median(gap))


def _levels(lufs: Mapping[str, float], offsets: Mapping[str, float]) -> float:
    """By all stems together, and by the one that lies the farthest out: among many it would drown.
    Evolution's own moves stay below the latter."""
    gaps = level_gaps(lufs, offsets)
    if not len(gaps):
        return 0.0
    farthest = max(0.0, float(np.abs(gaps).max()) - _FAR_LU)
    return 1.2 * float(np.sqrt(np.mean(np.square(gaps)))) + 1.0 * farthest


def _width(heard: Heard) -> float:
    narrow = 40.0 * max(0.0, 0.06 - heard.side)
    wide = 20.0 * max(0.0, heard.side - 0.45)
    return narrow + wide + 10.0 * max(0.0, heard.low_side - 0.25)
