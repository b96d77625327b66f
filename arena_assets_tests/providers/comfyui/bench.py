"""Orders jobs in tests as the makers do."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from arena_assets.domain.calls import Answer
from arena_assets.providers.comfyui.commission import Commission
from arena_assets.providers.comfyui.fleet import Fleet
from arena_assets.providers.comfyui.shelf import templates
from arena_assets_tests.providers.comfyui.desk import Desk, Ledger

SIZE = (448, 256)


@dataclass
class Bench:
    """``seeds`` differ between tests, so that a server shared by them caches nothing."""

    fleet: Fleet
    ledger: Ledger
    folder: Path
    _desks: itertools.count[int] = field(default_factory=itertools.count)

    def desk(self) -> Desk:
        workdir = self.folder / f"desk{id(self)}-{next(self._desks)}"
        workdir.mkdir()
        return Desk(workdir, self.ledger)

    def order(
        self,
        template: str,
        seed: int,
        desk: Desk | None = None,
        uploads: Mapping[str, Path] | None = None,
        **values: str | int | float,
    ) -> Answer:
        desk = desk or self.desk()
        chosen = templates(self.fleet.options.templates)[template]
        able = self.fleet.able([chosen])
        wished = {"positive": "a hall", "seed": seed, "width": SIZE[0], "height": SIZE[1], **values}
        return Commission(able, wished, uploads or {}, 1).made_by(self.fleet, desk)

    def prompt_id(self, index: int = -1) -> str:
        return self.ledger.calls[index].uuid

    def picture(self, name: str, tint: int = 0) -> Path:
        path = self.folder / name
        ramp = np.linspace(0, 200, SIZE[0])[None, :, None] + np.zeros((SIZE[1], 1, 3))
        Image.fromarray((ramp + tint).clip(0, 255).astype(np.uint8)).save(path)
        return path
