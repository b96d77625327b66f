"""Every theme builds a sound, walkable, distinct place within its budget."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
import pytest
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.scene.kit.centrepieces import FOOTPRINT, centrepiece
from arena_assets.scene.kit.mesh import Doubles, Mask, around
from arena_assets.scene.kit.piece import Tint
from arena_assets.scene.material_table import MATERIALS
from arena_assets.scene.materials import MaterialName
from arena_assets.scene.model import Air, Centrepiece, Feature, Stage, StageSpec
from arena_assets.scene.themes.colonnade import colonnade
from arena_assets.scene.themes.features import Kit, add_features
from arena_assets.scene.themes.layout import Arrangement, plan
from arena_assets.scene.themes.registry import build_stage
from arena_assets.scene.themes.site import MAX_LAMPS, Look, Site, open_site

CHEAP = Theme.STEAMPUNK_FACTORY


def spec_of(theme: Theme, seed: int, **changes: object) -> StageSpec:
    """A spec whose centrepiece and features go round with theme and seed."""
    place = list(Theme).index(theme) + 5 * seed
    features = list(Feature)
    values: dict[str, object] = {
        "theme": theme,
        "mana_color": list(ManaColor)[place % 6],
        "seed": seed,
        "centrepiece": list(Centrepiece)[place % 10],
        "features": (features[place % 10], features[(place * 3 + 4) % 10]),
        "decay": (place % 4) / 3,
        "grandeur": (place % 3) / 2,
    }
    return StageSpec.model_validate(values | changes)


@lru_cache(maxsize=3)
def built(spec: StageSpec) -> Stage:
    return build_stage(spec)


def plain(**changes: object) -> Stage:
    """A cheap place with nothing but what ``changes`` ask for."""
    still: dict[str, object] = {
        "features": (),
        "centrepiece": Centrepiece.ALTAR,
        "decay": 0.2,
        "grandeur": 0.5,
    }
    return built(spec_of(CHEAP, 1, **(still | changes)))


def triangles(stage: Stage) -> Doubles:
    """All corners (n, 3, 3)."""
    corners: Doubles = np.concatenate(
        [part.vertices[part.faces] for parts in stage.parts.values() for part in parts]
    )
    return corners


def fingerprint(stage: Stage) -> str:
    digest = hashlib.sha256(repr((stage.lamps, stage.gates, stage.focus, stage.radius)).encode())
    for name in sorted(stage.parts):
        digest.update(name.encode())
        for part in stage.parts[name]:
            digest.update(part.vertices.tobytes())
            digest.update(part.faces.tobytes())
    return digest.hexdigest()


class Rays:
    """Straight lines through a place, its search structure built once."""

    def __init__(self, stage: Stage, within: float) -> None:
        corners = triangles(stage)
        near = np.hypot(corners[:, :, 0], corners[:, :, 1]).min(1) < within
        self._scene = EmbreeScene()
        self._mesh = TriangleMesh(self._scene, np.ascontiguousarray(corners[near], np.float32))

    def free(self, origins: Doubles, targets: Doubles) -> Mask:
        """Whether nothing stands between each origin and its target."""
        way = targets - origins
        length = np.linalg.norm(way, axis=1)
        found = self._scene.run(
            np.ascontiguousarray(origins, np.float32),
            np.ascontiguousarray(way / length[:, None], np.float32),
            output=1,
        )
        open_way: Mask = (found["primID"] < 0) | (found["tfar"] > length - 1e-3)
        return open_way


def check_sound(stage: Stage) -> None:
    count = size = 0
    for material, parts in stage.parts.items():
        assert MaterialName(material) in MATERIALS
        for part in parts:
            assert np.isfinite(part.vertices).all()
            assert part.faces.min() >= 0
            assert part.faces.max() < len(part.vertices)
            count += len(part.faces)
            size += part.vertices.nbytes + part.faces.nbytes
    assert 120_000 < count < 1_000_000
    assert size < 250e6
    assert 3 <= len(stage.lamps) <= MAX_LAMPS
    assert all(min(lamp.rgb) >= 0 and lamp.radius > 0 for lamp in stage.lamps)
    corners = triangles(stage)
    assert np.abs(corners).max() < 1000
    edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    height = np.linalg.norm(normal, axis=1) / np.maximum(edges.max(1), 1e-9)
    assert not ((edges.max(1) > 25) & (height < 0.01)).any()


def check_walkable(stage: Stage) -> None:
    """Eye-high rings over the floor are free, and the gates can be walked through."""
    rays = Rays(stage, stage.gate_distance + 5)
    count = 96
    azimuth = 2 * np.pi * np.arange(count) / count
    for share in (0.35, 0.55, 0.72):
        for height in (0.9, 1.7):
            here = around(max(share * stage.radius, 5.2), azimuth, height)
            assert rays.free(here, np.roll(here, -1, 0)).mean() > 0.96
    gates = np.array(stage.gates)
    assert 2 <= len(gates) <= 5
    for height in (1.2, 2.4):
        outside = around(stage.gate_distance + 3.5, gates, height)
        inside = around(stage.radius * 0.7, gates, height)
        assert rays.free(outside, inside).all()


@pytest.mark.parametrize("theme", Theme)
def test_a_theme_builds_a_sound_and_walkable_place(theme: Theme) -> None:
    stage = built(spec_of(theme, 1))
    check_sound(stage)
    check_walkable(stage)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(2, 8))
@pytest.mark.parametrize("theme", Theme)
def test_every_seed_builds_a_sound_and_walkable_place(theme: Theme, seed: int) -> None:
    stage = built(spec_of(theme, seed))
    check_sound(stage)
    check_walkable(stage)


@pytest.mark.parametrize("theme", [CHEAP, Theme.ETHEREAL_VOID])
def test_equal_specs_build_equal_bytes(theme: Theme) -> None:
    spec = spec_of(theme, 1)
    assert fingerprint(build_stage(spec)) == fingerprint(build_stage(spec))


def seen_from_above(stage: Stage) -> Doubles:
    """The highest thing per cell of a polar grid of 24 sectors and 12 rings, metres."""
    corners = triangles(stage).reshape(-1, 3)
    far = np.hypot(corners[:, 0], corners[:, 1])
    near = far < stage.radius + 12
    ring = (far[near] / (stage.radius + 12) * 12).astype(int).clip(0, 11)
    sector = ((np.arctan2(corners[near, 1], corners[near, 0]) / (2 * np.pi) % 1) * 24).astype(int)
    top = np.full((12, 24), -5.0)
    np.maximum.at(top, (ring, sector.clip(0, 23)), corners[near, 2].clip(-5, 20))
    return top


@pytest.mark.parametrize("theme", [CHEAP, Theme.SHADOW_REALM])
def test_two_seeds_lay_a_place_out_differently(theme: Theme) -> None:
    still = {"centrepiece": Centrepiece.ALTAR, "features": (), "decay": 0.2, "grandeur": 0.5}
    one, two = (built(spec_of(theme, seed, **still)) for seed in (1, 2))
    assert one.gates != two.gates
    assert np.abs(seen_from_above(one) - seen_from_above(two))[8:].mean() > 0.8


def test_layouts_use_every_arrangement_and_several_gate_counts() -> None:
    plans = [plan(np.random.default_rng(k), 0.5, tuple(Arrangement)) for k in range(60)]
    assert {p.arrangement for p in plans} == set(Arrangement)
    assert {len(p.gates) for p in plans} >= {2, 3, 4, 5}
    for each in plans:
        azimuth = np.linspace(0, 2 * np.pi, 90)
        assert (each.rim(azimuth) >= each.gate_distance - 1e-6).all()
        assert np.allclose(each.rim(np.array(each.gates)), each.gate_distance)


def test_what_would_stand_in_a_gate_is_moved_to_its_nearer_side() -> None:
    layout = plan(np.random.default_rng(3), 0.5, (Arrangement.ROUND,))
    distance = layout.gate_distance
    for gate in layout.gates:
        for beside in np.linspace(-6, 6, 25):
            moved_to = layout.beside_gates(gate + beside / distance, distance, 4.0)
            across = distance * np.sin(moved_to - gate)
            assert abs(across) >= 4.0 - 1e-6
            assert abs(across - beside) <= 4.2
            assert across * beside >= 0


@pytest.mark.parametrize("decay", [0.0, 1.0])
@pytest.mark.parametrize("kind", Centrepiece)
def test_a_centrepiece_keeps_to_its_footprint_and_glows(kind: Centrepiece, decay: float) -> None:
    tint = Tint("sandstone", "marble", "bronze")
    piece = centrepiece(kind, np.random.default_rng(7), tint, 0.6, decay)
    corners = np.concatenate([part.vertices for _, part in piece.parts])
    low = corners[corners[:, 2] < 1.8]
    assert np.hypot(low[:, 0], low[:, 1]).max() < FOOTPRINT + 0.25
    assert 1.0 < piece.focus < corners[:, 2].max()
    assert piece.lamps
    assert any(name.startswith("mana") for name, _ in piece.parts)


def test_centrepieces_differ_from_each_other() -> None:
    tint = Tint("sandstone", "marble", "bronze")
    sizes = set()
    for kind in Centrepiece:
        piece = centrepiece(kind, np.random.default_rng(7), tint, 0.6, 0.2)
        sizes.add(sum(len(part.vertices) for _, part in piece.parts))
    assert len(sizes) == len(Centrepiece)


def bare_site(spec: StageSpec) -> Site:
    """A site of plain stone on level ground with nothing on it."""
    stone = "sandstone"
    look = Look(stone, stone, stone, stone, stone, "bronze", "cliff", "grass")
    air = Air((0, 0, 1), (1, 1, 1), (1, 1, 1), 30.0, 0.2, (1, 1, 1), 0.01)
    return open_site(spec, look, air, tuple(Arrangement), reach=80.0)


def test_what_falls_from_a_ruined_colonnade_leaves_the_gates_free() -> None:
    fallen = 0
    for seed in range(10):
        site = bare_site(spec_of(Theme.ANCIENT_TEMPLE, seed, decay=1.0))
        colonnade(site, "sandstone")
        corners = triangles(site.finish()).reshape(-1, 3)
        low = corners[(corners[:, 2] > 0.3) & (corners[:, 2] < 3.0)]
        for gate in site.layout.gates:
            along = low[:, 0] * np.cos(gate) + low[:, 1] * np.sin(gate)
            across = low[:, 1] * np.cos(gate) - low[:, 0] * np.sin(gate)
            assert not ((along > 0) & (np.abs(across) < 1.5)).any()
        far = np.hypot(low[:, 0], low[:, 1]) - site.layout.rim(np.arctan2(low[:, 1], low[:, 0]))
        fallen += int((far > 2.5).sum())
    assert fallen > 2000


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_adds_to_what_is_seen_and_leaves_room_to_walk(feature: Feature) -> None:
    for seed in (1, 2):
        site = bare_site(spec_of(CHEAP, seed, features=(feature,)))
        add_features(site, Kit())
        stage = site.finish()
        assert len(triangles(stage)) > 300
        check_walkable(stage)


def test_grandeur_raises_the_place_and_decay_wears_it() -> None:
    low, high = (plain(grandeur=g) for g in (0.0, 1.0))
    assert high.radius > low.radius + 2
    tops = [triangles(stage)[:, :, 2].max() for stage in (low, high)]
    assert tops[1] > tops[0] * 1.2
    temple = [
        built(spec_of(Theme.ANCIENT_TEMPLE, 1, decay=d, grandeur=0.5, features=()))
        for d in (0.0, 1.0)
    ]
    walls = []
    for stage in temple:
        part = stage.parts["sandstone"][0]
        middle = part.vertices[part.faces].mean(1)
        ring = np.abs(np.hypot(middle[:, 0], middle[:, 1]) - stage.gate_distance) < 3
        walls.append(float((ring & (middle[:, 2] > 4.5)).sum()))
    assert walls[1] < walls[0] * 0.7
