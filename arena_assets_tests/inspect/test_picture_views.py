"""Rendered views of every theme pass; spoilt, each fails the check that is there for it."""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from arena_assets.domain.manifest import Finding
from arena_assets.domain.palette import Theme
from arena_assets.domain.views import ViewKind
from arena_assets.inspect.framing import check_framing
from arena_assets.inspect.likeness import MAX_LIKENESS, check_distinct, fingerprint, likeness
from arena_assets.inspect.picture import check_picture
from arena_assets.scene.camera import Camera
from arena_assets.scene.embree import RayScene
from arena_assets.scene.mesh import merge
from arena_assets.scene.survey import survey
from arena_assets_tests.inspect.damage import COPIES, DAMAGES, HEIGHT, WIDTH, Rgb, saved, shots_of
from arena_assets_tests.scene.places import small_place


def _findings(folder: Path, picture: Rgb) -> tuple[Finding, ...]:
    return check_picture(saved(folder, picture), width=WIDTH, height=HEIGHT)[1]


def _failed(findings: tuple[Finding, ...]) -> dict[str, str]:
    return {finding.check: finding.said for finding in findings if not finding.passed}


@pytest.mark.parametrize("theme", list(Theme))
def test_good_views_pass_and_spoilt_ones_do_not(theme: Theme, tmp_path: Path) -> None:
    marks: dict[str, str] = {}
    for slot, shot in shots_of(theme):
        assert not _failed(_findings(tmp_path, shot.rgb)), slot
        for damage, (checks, spoil) in DAMAGES.items():
            assert checks & _failed(_findings(tmp_path, spoil(shot))).keys(), (slot, damage)
        marks[slot] = fingerprint(saved(tmp_path, shot.rgb))
        for copied, copy in COPIES.items():
            alike = likeness(marks[slot], fingerprint(saved(tmp_path, copy(shot.rgb))))
            assert alike > MAX_LIKENESS, (slot, copied)
    for one, other in combinations(marks, 2):
        assert likeness(marks[one], marks[other]) < MAX_LIKENESS, (one, other)
    assert all(finding.passed for finding in check_distinct(marks))


_BAD_CAMERAS = {
    "inside a column": (Camera((15 * np.cos(0.449), 15 * np.sin(0.449), 2.0), (0, 0, 2), 60), {
        "view not blocked"
    }),
    "nose to a wall": (Camera((15.95, 0.0, 3.0), (-14.0, 60.0, 3.0), 60), {"subject in frame"}),
    "at the sky": (Camera((9.0, 0.0, 1.7), (12.0, 0.0, 9.0), 60), {
        "sky not empty", "subject in frame",
    }),
    "turned away": (Camera((6.0, 3.0, 1.7), (14.0, 8.0, 2.0), 60), {"subject in frame"}),
}  # fmt: skip


@pytest.mark.parametrize("name", list(_BAD_CAMERAS))
def test_a_camera_that_misses_its_subject_is_found(name: str) -> None:
    stage = small_place()
    mesh = merge(stage)
    rays = RayScene(mesh.vertices, mesh.faces)
    camera, expected = _BAD_CAMERAS[name]
    found = survey(rays.handle, camera, stage)
    assert expected <= _failed(check_framing(ViewKind.SIDE_ANGLE, asdict(found))).keys()


def test_a_camera_with_a_free_view_passes() -> None:
    stage = small_place()
    mesh = merge(stage)
    rays = RayScene(mesh.vertices, mesh.faces)
    found = survey(rays.handle, Camera((9.0, 2.0, 2.0), (0.0, 0.0, 2.4), 50), stage)
    assert not _failed(check_framing(ViewKind.SIDE_ANGLE, asdict(found)))
