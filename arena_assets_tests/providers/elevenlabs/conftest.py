"""A double of ElevenLabs, a journal, and a composer that uses both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.palette import ManaColor, Pair, Theme
from arena_assets.domain.recipe import Recipe
from arena_assets.domain.sequences import SequenceKind, sequence_by_kind
from arena_assets.providers.base import Outline
from arena_assets.providers.elevenlabs.composer import ElevenComposer
from arena_assets.providers.elevenlabs.options import ElevenOptions
from arena_assets.providers.embedded.lore import write_metadata
from arena_assets_tests.doubles.elevenlabs import ElevenDouble
from arena_assets_tests.providers.book import Book, Run

KEY = "el-CANARY-83fd01b7aa"
OUTLINE = Outline(7, Pair(ManaColor.CRIMSON, Theme.VOLCANIC_CRATER), "")
TODAY = date(2026, 11, 24)


def lore() -> ArenaMetadata:
    return write_metadata(OUTLINE.pair, "", 3, ())


def manifest() -> SlotManifest:
    ref = FileRef(sha256="0" * 64, size=1, media_type="application/json", suffix=".json")
    return SlotManifest(
        slot="arena_metadata",
        take=1,
        key="0" * 64,
        files={"metadata": ref},
        provenance=Provenance(
            recipe="arena_metadata", version="1", provider="t", model="t", inputs={}, params={}
        ),
        seconds=0.0,
    )


@dataclass
class Desk:
    """One arena's tracks asked for as often as wanted, against one double and one journal."""

    double: ElevenDouble
    book: Book
    folder: Path
    runs: int = 0

    def options(self, **given: Any) -> ElevenOptions:
        patience = {"connect_seconds": 5.0, "read_seconds": 20.0, "total_seconds": 60.0}
        return ElevenOptions(
            **{"api_key": SecretStr(KEY), "base_url": self.double.url, **patience, **given}
        )

    def recipe(
        self, kind: SequenceKind = SequenceKind.HAZARD, take: int = 1, **given: Any
    ) -> Recipe:
        composer = ElevenComposer(self.options(**given), today=lambda: TODAY)
        return composer.recipe(OUTLINE, sequence_by_kind(kind), manifest())(take)

    def run(self, recipe: Recipe | None = None) -> Run:
        self.runs += 1
        path = self.folder / "metadata.json"
        path.write_text(lore().model_dump_json())
        work = self.folder / f"run{self.runs}"
        return self.book.run(recipe or self.recipe(), work, {"metadata": path})


@pytest.fixture
def double() -> Iterator[ElevenDouble]:
    with ElevenDouble(KEY) as double:
        yield double


@pytest.fixture
def desk(double: ElevenDouble, tmp_path: Path) -> Desk:
    (tmp_path / "answers").mkdir()
    return Desk(double, Book(tmp_path / "answers"), tmp_path)
