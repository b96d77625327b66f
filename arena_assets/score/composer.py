"""From a brief to a piece on paper."""

from __future__ import annotations

import numpy as np

from arena_assets.domain.sequences import SEQUENCES, SequenceKind, sequence_by_kind
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.composition import Composition
from arena_assets.score.forms import FORMS
from arena_assets.score.suite import suite_for

_ORDER = tuple(SequenceKind)


def compose(brief: ScoreBrief, kind: SequenceKind) -> Composition:
    """One track of a brief. All tracks of one suite share key, motif and harmony."""
    suite = suite_for(brief)
    rng = np.random.default_rng([brief.seed, 0xA11E6, _ORDER.index(kind)])
    return FORMS[kind](suite, sequence_by_kind(kind), rng)


def compose_all(brief: ScoreBrief) -> dict[SequenceKind, Composition]:
    """The five tracks of a brief."""
    return {sequence.kind: compose(brief, sequence.kind) for sequence in SEQUENCES}
