"""Hostile names and links in folders of stems: mixed or refused, nothing outside is touched."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from arena_assets.cli.main import app
from arena_assets_tests.attacks.names import CANARY, OUTSIDE, PATHS
from arena_assets_tests.attacks.watching import strayed, watched
from arena_assets_tests.counting import Counted

_AT_ONCE = 48
_LONGEST = 240


def _sound(path: str | Path) -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal((24_000, 1))
    with open(path, "wb") as file:  # noqa: PTH123  (a name pathlib would tidy up)
        soundfile.write(file, noise, 16_000, format="WAV")


def _names() -> list[str]:
    """What a file may be called: anything without a slash and NUL."""
    names = [each.replace("/", "").replace("\0", "") for each in PATHS]
    names += [f"a{quote}b{quote}c" for quote in "'\"`"] + ["a\nfile 'outside.txt'\n", "\\'"]
    short = [name for name in names if 0 < len(os.fsencode(name)) <= _LONGEST]
    return list(dict.fromkeys(short))


def _mix(folder: Path) -> tuple[int, str]:
    """The command's exit code and all it said."""
    found = CliRunner().invoke(app, ["mix", str(folder)])
    return found.exit_code, found.output


def test_stems_of_any_name_are_mixed_inside(tmp_path: Path, counted: Counted) -> None:
    (tmp_path / OUTSIDE).write_text(CANARY)
    names = _names()
    for start in range(0, len(names), _AT_ONCE):
        folder = tmp_path / f"stems {start}"
        folder.mkdir()
        chosen = names[start : start + _AT_ONCE]
        for name in chosen:
            _sound(f"{folder}/{name}.wav")
        with watched() as touched:
            code, said = _mix(folder)
        assert code == 0, said[:2000]
        assert said.count(".wav: ") == len(chosen)
        scratch = [Path(each) for each in touched if "arena_mix_" in each]
        assert strayed(touched, folder, *scratch) == []
        written = {each.name for each in (folder / "mix").iterdir()}
        assert all(each.startswith(folder.name) for each in written)
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == [OUTSIDE]
    counted("hostile names of stems, mixed in their folder", len(names))


@pytest.mark.parametrize("name", [b"\xff\xfe.wav", b"caf\xe9.wav"])
def test_a_name_that_is_no_text_does_not_stop_the_mix(tmp_path: Path, name: bytes) -> None:
    _sound(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    code, said = _mix(tmp_path)
    assert code == 0, said


def test_links_are_refused(tmp_path: Path, counted: Counted) -> None:
    stems, outside = tmp_path / "stems", tmp_path / "outside"
    stems.mkdir()
    outside.mkdir()
    _sound(stems / "bass.wav")
    _sound(outside / "drums.wav")
    links = {
        "drums.wav": outside / "drums.wav",
        "gone.wav": outside / "nothing",
        "pad.wav": Path("../outside/drums.wav"),
        "zero.wav": Path("/dev/zero"),
        "circle.wav": Path("circle.wav"),
    }
    for name, target in links.items():
        link = stems / name
        link.symlink_to(target)
        code, said = _mix(stems)
        assert (code, "link" in said) == (2, True), said
        link.unlink()
    for name in ("stems.wav", "stems_report.json", "stems_preview.ogg"):
        (stems / "mix").mkdir(exist_ok=True)
        (stems / "mix" / name).symlink_to(outside / name)
        code, said = _mix(stems)
        assert (code, "link" in said) == (2, True), said
        (stems / "mix" / name).unlink()
    (stems / "mix").rmdir()
    (stems / "mix").symlink_to(outside)
    code, said = _mix(stems)
    assert (code, "link" in said) == (2, True), said
    assert [each.name for each in outside.iterdir()] == ["drums.wav"]
    counted("links in a folder of stems refused", len(links) + 4)
