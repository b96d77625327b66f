"""A built place that can be shot: the entrance to this room."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena_assets.domain.views import Light, View, ViewKind
from arena_assets.scene import atlas
from arena_assets.scene import mesh as meshes
from arena_assets.scene.camera import Camera
from arena_assets.scene.embree import RayScene
from arena_assets.scene.framing import Framed, frame_views
from arena_assets.scene.gltf import export_glb
from arena_assets.scene.lighting import Weather, pack, weather
from arena_assets.scene.model import FloatArray, Stage, StageSpec
from arena_assets.scene.plan import plan_stage
from arena_assets.scene.render import Quality, render
from arena_assets.scene.sky import environment
from arena_assets.scene.surface import World
from arena_assets.scene.survey import FINE_GRID, open_share, survey

__all__ = ["BuiltStage", "Quality", "Shot", "export_glb", "plan_stage", "prepare"]

TEXTURE_SIZE = 1024
DRAFT_TEXTURE_SIZE = 256
MAX_LAMPS = 64


@dataclass(frozen=True, slots=True)
class Shot:
    """One view, rendered. All arrays have the picture's height and width.

    ``depth`` is metres along the camera's axis, inf for sky; ``normal`` points in world space
    (z up), zero for sky; ``mask`` is 0 for sky, else 1 + the material's place in
    ``BuiltStage.materials``.
    """

    rgb: npt.NDArray[np.uint8]
    depth: FloatArray
    normal: FloatArray
    mask: npt.NDArray[np.uint8]
    camera: Camera
    coverage: dict[str, float]


class BuiltStage:
    """Geometry, textures and ray tracing structures of one place; safe to share by threads."""

    def __init__(
        self, stage: Stage, *, texture_size: int, check: Callable[[], None] | None
    ) -> None:
        self.stage = stage
        merged = meshes.merge(stage)
        self.materials = merged.names
        self.triangles = len(merged.faces)
        self._rays = RayScene(merged.vertices, merged.faces)
        if check is not None:
            check()
        self._normals, self._material = merged.normals, merged.material
        mana = stage.spec.mana_light
        seed = stage.spec.seed % 1_000_003
        self._atlas = atlas.bake(list(merged.names), mana, texture_size, seed, check)
        self._lamps = _lamp_rows(stage)
        self._worlds: dict[Light, tuple[World, Weather]] = {}
        self._cameras: Mapping[ViewKind, tuple[Framed, ...]] | None = None
        self._lock = threading.Lock()

    def glb(self) -> bytes:
        """The place as binary glTF with the textures' colours; see :func:`export_glb`."""
        return export_glb(self.stage, self._atlas.preview)

    def camera(self, view: View) -> Camera:
        """Where the camera of a view stands."""
        return self._framed(view, 0)[0]

    def _framed(self, view: View, variation: int) -> Framed:
        """A view's camera and what it sees; variations in turn among those nearly as good."""
        with self._lock:
            if self._cameras is None:
                self._cameras = frame_views(self._rays.handle, self.stage)
        options = self._cameras[view.kind]
        camera, _ = options[variation % len(options)]
        return camera, survey(self._rays.handle, camera, self.stage, FINE_GRID)

    def shoot(
        self,
        view: View,
        *,
        width: int,
        height: int,
        quality: Quality,
        variation: int = 0,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], None] | None = None,
    ) -> Shot:
        """Render a view, ``width`` × ``height`` pixels; each ``variation`` from another camera.

        ``progress`` hears 0–1; ``cancelled`` is called often and may raise to stop. Equal inputs
        give equal bytes. Raises ``EnvironmentFault`` when the denoiser cannot work.
        """
        if cancelled is not None:
            cancelled()
        camera, found = self._framed(view, variation)
        world, now = self._world(view.light)
        distance = float(np.linalg.norm(np.subtract(self.stage.focus, camera.origin)))
        picture = render(
            world,
            camera,
            now,
            self.stage.air.particles,
            min(60.0, 0.8 * distance),
            width,
            height,
            quality,
            (self.stage.spec.seed * 16 + view.number + 4096 * variation) % (2**32),
            progress,
            cancelled,
        )
        return Shot(
            picture.rgb,
            picture.depth,
            picture.normal,
            picture.mask,
            camera,
            {
                "sky": round(found.sky, 4),
                "subject": round(found.subject, 4),
                "fill": round(found.fill, 4),
                "floor": round(found.floor, 4),
                "blocked": round(found.blocked, 4),
                "near": round(found.near, 4),
                "nearest": round(found.nearest, 3),
            },
        )

    def _weather(self, light: Light) -> Weather:
        """The weather of a light; a low sun rises until it looks over the hills."""
        now = weather(self.stage.spec, self.stage.air, light)
        if light in (Light.GOLDEN, Light.DAWN) and now.has_sun and not now.enclosed:
            for lift in (0.0, 3.0, 6.0, 9.0, 13.0):
                now = weather(self.stage.spec, self.stage.air, light, lift)
                if _lit_share(self._rays.handle, self.stage, now.sun_direction) > 0.5:
                    break
        return now

    def _world(self, light: Light) -> tuple[World, Weather]:
        with self._lock:
            if light not in self._worlds:
                now = self._weather(light)
                air = pack(now)
                sky = environment(air)
                if now.enclosed:
                    # Openings are small: what comes in through them is all the daylight there is.
                    sky *= np.float32(1.6)
                self._worlds[light] = (
                    World(
                        self._rays.handle,
                        self._normals,
                        self._material,
                        self._atlas.table,
                        self._atlas.texels,
                        self._atlas.size,
                        self._lamps,
                        air,
                        sky,
                        _irradiance(sky, now),
                        float(self.stage.radius),
                    ),
                    now,
                )
            return self._worlds[light]


def _lit_share(handle: int, stage: Stage, toward: tuple[float, float, float]) -> float:
    """How much of the arena's floor and key feature the sun reaches, 0–1."""
    angle = np.arange(24) * 2.399963
    distance = np.sqrt((np.arange(24) + 0.5) / 24) * stage.radius
    points = np.stack(
        [np.cos(angle) * distance, np.sin(angle) * distance, np.full(24, max(1.5, stage.focus[2]))],
        axis=1,
    ).astype(np.float32)
    return float(open_share(handle, points, np.asarray(toward, np.float32)))


def _lamp_rows(stage: Stage) -> FloatArray:
    """The strongest lamps as rows of position, colour, radius and total strength."""
    rows = np.array(
        [(*lamp.position, *lamp.rgb, lamp.radius, sum(lamp.rgb)) for lamp in stage.lamps],
        np.float32,
    ).reshape(-1, 8)
    keep = np.sort(np.argsort(-rows[:, 7], kind="stable")[:MAX_LAMPS])
    return np.ascontiguousarray(rows[keep])


def _irradiance(sky: FloatArray, now: Weather) -> FloatArray:
    """Cosine-weighted mean radiance by surface normal, (16, 32, 3): what an open surface gets.

    Under a roof the sky is hidden: there it is the ambient light of the place.
    """
    rows, columns = 16, 32
    if now.enclosed:
        return np.broadcast_to(np.asarray(now.ambient, np.float32), (rows, columns, 3)).copy()
    coarse = sky.reshape(24, sky.shape[0] // 24, 48, sky.shape[1] // 48, 3).mean((1, 3))
    source, area = _directions(24, 48)
    wanted, _ = _directions(rows, columns)
    weight = np.maximum(0, wanted @ source.T) * area
    mean = weight @ coarse.reshape(-1, 3) / np.pi
    return np.asarray(mean.reshape(rows, columns, 3), np.float32)


def _directions(rows: int, columns: int) -> tuple[FloatArray, FloatArray]:
    polar = (np.arange(rows) + 0.5) / rows * np.pi
    around = ((np.arange(columns) + 0.5) / columns - 0.5) * 2 * np.pi
    side = np.sin(polar)[:, None]
    grid = np.stack(
        np.broadcast_arrays(side * np.cos(around), side * np.sin(around), np.cos(polar)[:, None]),
        axis=-1,
    )
    area = np.repeat(np.sin(polar) * (np.pi / rows) * (2 * np.pi / columns), columns)
    return grid.reshape(-1, 3).astype(np.float32), area.astype(np.float32)


def prepare(
    spec: StageSpec,
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], None] | None = None,
    quality: Quality = "standard",
) -> BuiltStage:
    """Build a place from its specification: geometry, textures, ray tracing structure.

    ``draft`` bakes smaller textures. ``cancelled`` is called between steps and may raise.
    """
    from arena_assets.scene.themes.registry import build_stage

    if cancelled is not None:
        cancelled()
    stage = build_stage(spec)
    if progress is not None:
        progress(0.5)
    size = DRAFT_TEXTURE_SIZE if quality == "draft" else TEXTURE_SIZE
    built = BuiltStage(stage, texture_size=size, check=cancelled)
    if progress is not None:
        progress(1.0)
    return built
