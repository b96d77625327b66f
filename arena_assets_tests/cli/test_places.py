"""A place where a command cannot write is told before anything is done, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena_assets.settings import Settings
from arena_assets_tests.cli.conftest import Arena

CSV = [("history",), ("ledger",)]
FOLDER = [
    ("export", "1", "--unpack"),
    ("export", "1", "--to"),
    ("mix", "stems", "--to"),
    ("vote", "1", "main", "--to"),
]


@pytest.mark.parametrize("words", CSV)
def test_a_table_for_a_folder_that_is_not_there_is_refused(
    arena: Arena, words: tuple[str, ...], installation: Settings, tmp_path: Path
) -> None:
    missing = tmp_path / "nowhere"
    found = arena(*words, "--csv", str(missing / "table.csv"))
    assert found.code == 2
    assert f"There is no folder {missing}. Make it first" in found.err
    assert not installation.data_dir.exists()


@pytest.mark.parametrize("words", CSV)
def test_a_table_on_a_folder_is_refused(
    arena: Arena, words: tuple[str, ...], tmp_path: Path
) -> None:
    found = arena(*words, "--csv", str(tmp_path))
    assert found.code == 2
    assert f"Name a file in it, like {tmp_path}/" in found.err


@pytest.mark.parametrize("words", FOLDER)
def test_a_folder_where_a_file_is_in_the_way_is_refused(
    arena: Arena, words: tuple[str, ...], installation: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    found = arena(*words, str(file / "new" / "deep"))
    assert found.code == 2
    assert f"{file} is a file, no folder. Name a folder" in found.err
    assert not installation.data_dir.exists()
    assert file.read_text() == "mine"
