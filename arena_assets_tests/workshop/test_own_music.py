"""People's own stems: what is read, what is refused and why, and what comes out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from arena_assets.errors import UsageFault
from arena_assets.inspect.sound import measure_sound
from arena_assets.score.composition import Part
from arena_assets.score.master import Target
from arena_assets.workshop.own_music import guess_role, mix_folder

QUIET = Target(-20.0, -2.0)


def write(path: Path, seconds: float, rate: int, channels: int, kind: str | None = None) -> None:
    rng = np.random.default_rng(len(path.name))
    sound = 0.1 * rng.standard_normal((int(seconds * rate), channels))
    soundfile.write(path, sound, rate, subtype=kind)


def mixed(folder: Path, **changed: object) -> dict[str, object]:
    given: dict[str, object] = {
        "name": "song", "roles": {}, "chosen": "plain", "loops": False, "target": QUIET,
        "rules": None, "tempo": 120.0, "seed": 1, "say": lambda _: None, **changed,
    }  # fmt: skip
    return mix_folder(folder, folder / "mix", **given)  # type: ignore[arg-type]


def test_stems_of_many_kinds_become_one_track(tmp_path: Path) -> None:
    write(tmp_path / "Kick & Snare.wav", 3.0, 48000, 2, "PCM_24")
    write(tmp_path / "bass_DI.flac", 2.9, 44100, 1)
    write(tmp_path / "vox-main.ogg", 3.0, 22050, 2)
    write(tmp_path / "take3.aiff", 2.5, 96000, 1)
    report = mixed(tmp_path, roles={"take3": "ostinato"})
    stems = {each["file"]: each for each in report["stems"]}  # type: ignore[attr-defined]
    assert {file: each["role"] for file, each in stems.items()} == {
        "Kick & Snare.wav": "drums", "bass_DI.flac": "bass", "vox-main.ogg": "lead",
        "take3.aiff": "ostinato",
    }  # fmt: skip
    assert stems["take3.aiff"]["length"] == "padded by 0.500 s"
    facts = measure_sound(tmp_path / "mix" / "song.wav")
    assert facts.seconds == pytest.approx(3.0, abs=0.001)
    assert facts.lufs == pytest.approx(-20, abs=0.5)
    assert facts.true_peak_dbtp <= -2.0
    assert facts.edge_click < 0.02


def test_a_loop_is_cut_to_its_shortest_stem(tmp_path: Path) -> None:
    write(tmp_path / "drums.wav", 2.0, 48000, 2)
    write(tmp_path / "pad.wav", 2.25, 48000, 2)
    report = mixed(tmp_path, loops=True)
    lengths = [each["length"] for each in report["stems"]]  # type: ignore[attr-defined]
    assert lengths == ["as it is", "cut by 0.250 s"]
    assert measure_sound(tmp_path / "mix" / "song.flac").seconds == pytest.approx(2.0)


def test_every_bad_file_is_named_with_its_reason_and_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path / "good.wav", 2.0, 48000, 2)
    (tmp_path / "broken.wav").write_bytes(b"RIFF no sound at all")
    soundfile.write(tmp_path / "silent.wav", np.zeros((48000, 2)), 48000)
    write(tmp_path / "surround.wav", 1.0, 48000, 6)
    soundfile.write(tmp_path / "nan.wav", np.full((48000, 2), np.nan), 48000, subtype="FLOAT")
    with pytest.raises(UsageFault) as caught:
        mixed(tmp_path)
    for words in (
        "4 of 5 files", "broken.wav is no sound", "silent.wav is silent", "surround.wav has 6",
        "nan.wav holds samples that are no numbers",
    ):  # fmt: skip
        assert words in str(caught.value)
    assert not (tmp_path / "mix").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [({"roles": {"nope": "bass"}}, "No stem is called"), ({"chosen": "loud"}, "no preset"),
     ({"roles": {"good": "banjo"}}, "is no role")],
)  # fmt: skip
def test_a_wrong_choice_is_said(tmp_path: Path, given: dict[str, object], words: str) -> None:
    write(tmp_path / "good.wav", 2.0, 48000, 2)
    with pytest.raises(UsageFault, match=words):
        mixed(tmp_path, **given)


@pytest.mark.parametrize(
    ("name", "role"),
    [("01 Kick", Part.DRUMS), ("LeadVox", Part.LEAD), ("sub-bass", Part.BASS),
     ("hi-hat", Part.METALS), ("Strings hi", Part.PAD), ("choir_L", Part.CHOIR),
     ("contrabass", Part.BASS), ("untitled 7", Part.COUNTER)],
)  # fmt: skip
def test_roles_are_guessed_from_names(name: str, role: Part) -> None:
    assert guess_role(name) is role
