"""A double of Claude, a journal, and a writer that uses both."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from arena_assets.domain.calls import Answer
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.palette import ManaColor, Pair, Theme
from arena_assets.domain.price_table import PRICES
from arena_assets.domain.recipe import Recipe
from arena_assets.providers.base import Outline
from arena_assets.providers.claude.ask import settle_at
from arena_assets.providers.claude.options import ClaudeOptions
from arena_assets.providers.claude.writer import ClaudeLore
from arena_assets_tests.doubles.claude import ClaudeDouble
from arena_assets_tests.providers.book import Book, Run

KEY = "sk-ant-CANARY-3f9a77c1d2"
TODAY = date(2026, 11, 24)
OUTLINE = Outline(7, Pair(ManaColor.AZURE, Theme.CRYSTAL_CAVERN), "a quiet cave with a bridge")


@dataclass
class Desk:
    """One arena's lore asked for as often as wanted, against one double and one journal."""

    double: ClaudeDouble
    book: Book
    folder: Path
    names: set[str] = field(default_factory=set)
    runs: int = 0

    def options(self, **given: Any) -> ClaudeOptions:
        patience = {"connect_seconds": 5.0, "read_seconds": 5.0, "total_seconds": 20.0}
        return ClaudeOptions(
            **{"api_key": SecretStr(KEY), "base_url": self.double.url, **patience, **given}
        )

    def recipe(
        self,
        outline: Outline = OUTLINE,
        taken: Collection[str] = (),
        take: int = 1,
        **given: Any,
    ) -> Recipe:
        return self.maker(**given).recipe(outline, taken, self.reserve)(take)

    def maker(self, **given: Any) -> ClaudeLore:
        return ClaudeLore(self.options(**given), today=lambda: TODAY)

    def settle(self, answer: Answer) -> Decimal:
        return settle_at(PRICES.model("claude-sonnet-5-5", TODAY), batch=True)(answer)

    def book_run(self) -> Run:
        """A run whose calls the test makes itself."""
        return Run(self.book, self.folder, {})

    def reserve(self, name: str) -> bool:
        self.names.add(name)
        return True

    def run(self, recipe: Recipe | None = None) -> Run:
        self.runs += 1
        return self.book.run(recipe or self.recipe(), self.folder / f"run{self.runs}")


@pytest.fixture
def double() -> Iterator[ClaudeDouble]:
    with ClaudeDouble(KEY) as double:
        yield double


@pytest.fixture
def desk(double: ClaudeDouble, tmp_path: Path) -> Desk:
    (tmp_path / "answers").mkdir()
    return Desk(double, Book(tmp_path / "answers"), tmp_path)


def lore_of(run: Run) -> ArenaMetadata:
    return ArenaMetadata.model_validate_json(run.produced.files["metadata"].read_bytes())
