"""Pictures, depth maps and tracks for the video benchmark: one real place, twelve views."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.views import (
    MASTER_HEIGHT,
    MASTER_WIDTH,
    MOTION_STRENGTH,
    VIEWS,
    view_by_number,
)
from arena_assets.video.shot import ClipSource


def make_inputs(folder: Path) -> None:
    """Render the twelve pictures with their depth, unless they are there, and write five tracks."""
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    if not all((folder / f"{view.number}.png").exists() for view in VIEWS):
        _render(folder)
    for sequence in SEQUENCES:
        seconds = np.arange(48_000 * sequence.seconds) / 48_000
        tone = 0.2 * np.sin(2 * np.pi * 220 * seconds) * (1 + 0.5 * np.sin(5 * seconds))
        track = np.stack([tone, tone], 1)
        soundfile.write(track_path(folder, sequence.slot), track, 48_000, subtype="PCM_24")


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


def _render(folder: Path) -> None:
    import cv2

    from arena_assets.scene.model import Centrepiece, Feature, StageSpec
    from arena_assets.scene.stage import prepare
    from arena_assets.video.depth import save_depth

    spec = StageSpec(
        theme="ancient_temple",
        mana_color="AZURE",
        seed=11,
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
