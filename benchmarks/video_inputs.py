"""Pictures, depth maps and tracks for the video benchmark: one real place, twelve views."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.views import (
    MASTER_HEIGHT,
    MASTER_WIDTH,
    MOTION_STRENGTH,
    VIEWS,
    view_by_number,
)
from arena_assets.video.shot import ClipSource

_SEED = 11


def make_inputs(folder: Path) -> None:
    """Render twelve pictures with their depth and compose five tracks, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / f"{view.number}.png").exists() for view in VIEWS):
        _render(folder)
    if not all(track_path(folder, sequence.slot).exists() for sequence in SEQUENCES):
        _compose(folder)


def sources(folder: Path) -> dict[int, ClipSource]:
    """What each of the twelve clips is made from."""
    found = {}
    for view in VIEWS:
        motion = view_by_number(view.number).motion
        picture, depth = (folder / f"{view.number}.png", folder / f"{view.number}.depth.png")
        found[view.number] = ClipSource(picture, depth, motion, MOTION_STRENGTH[motion])
    return found


def track_path(folder: Path, slot: str) -> Path:
    return folder / f"{slot}.wav"


def _compose(folder: Path) -> None:
    """Music, as a test tone is what an AAC encoder is slowest with."""
    from arena_assets.score.brief import ScoreBrief
    from arena_assets.score.render import render_track

    brief = ScoreBrief(
        theme=Theme.ANCIENT_TEMPLE, mana_color=ManaColor.AZURE, difficulty=3, seed=_SEED
    )
    for sequence in SEQUENCES:
        with tempfile.TemporaryDirectory() as name:
            made = render_track(
                brief,
                sequence.kind,
                Path(name),
                progress=lambda _done, _what: None,
                check_cancelled=lambda: None,
            )
            shutil.move(made.files["wav"], track_path(folder, sequence.slot))


def _render(folder: Path) -> None:
    import cv2

    from arena_assets.scene.model import Centrepiece, Feature, StageSpec
    from arena_assets.scene.stage import prepare
    from arena_assets.video.depth import save_depth

    spec = StageSpec(
        theme="ancient_temple",
        mana_color="AZURE",
        seed=_SEED,
        centrepiece=Centrepiece.CRYSTAL,
        features=(Feature.RUNES, Feature.RUBBLE),
        decay=0.4,
        grandeur=0.6,
    )
    stage = prepare(spec, quality="standard")
    for view in VIEWS:
        shot = stage.shoot(view, width=MASTER_WIDTH, height=MASTER_HEIGHT, quality="standard")
        cv2.imwrite(str(folder / f"{view.number}.png"), shot.rgb[..., ::-1])
        save_depth(folder / f"{view.number}.depth.png", shot.depth)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    make_inputs(parser.parse_args().folder)
