"""One arena's five tracks, rendered once for all tests of the room."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.sequences import SEQUENCES, SequenceKind
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.render import TrackFiles, render_track

BRIEF = ScoreBrief(
    theme=Theme.FLOATING_ISLAND,
    mana_color=ManaColor.RADIANT,
    difficulty=3,
    seed=5,
)


def draft(brief: ScoreBrief, kind: SequenceKind, folder: Path) -> TrackFiles:
    return render_track(
        brief, kind, folder, quality="draft", progress=lambda *_: None, check_cancelled=lambda: None
    )


@pytest.fixture(scope="session")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> dict[SequenceKind, TrackFiles]:
    folder = tmp_path_factory.mktemp("tracks")
    return {sequence.kind: draft(BRIEF, sequence.kind, folder) for sequence in SEQUENCES}
