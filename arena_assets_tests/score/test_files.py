"""What the files of a track say and show: loop points, previews, pictures."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from PIL import Image

from arena_assets.domain.sequences import SequenceKind
from arena_assets.inspect.sound import measure_sound
from arena_assets.score import deliver, finish
from arena_assets.score.master import Glue
from arena_assets.score.preview import SECONDS, preview, preview_start
from arena_assets.score.render import TrackFiles
from arena_assets.score.synth.jit import RATE, FloatArray

Tracks = dict[SequenceKind, TrackFiles]
MINUTE = 60 * RATE


def tags(path: Path) -> dict[str, str]:
    with av.open(str(path)) as opened:
        found = {**opened.metadata, **opened.streams.audio[0].metadata}
        return {name.upper(): value for name, value in found.items()}


@pytest.mark.parametrize("role", ["flac", "ogg", "opus"])
def test_a_loop_says_where_it_goes_round(tracks: Tracks, role: str) -> None:
    found = tags(tracks[SequenceKind.AMBIENT].files[role])
    assert (found["LOOPSTART"], found["LOOPLENGTH"]) == ("0", str(MINUTE))
    assert "LOOPSTART" not in tags(tracks[SequenceKind.VICTORY].files[role])


def test_a_wav_loop_has_a_sampler_chunk(tracks: Tracks) -> None:
    data = tracks[SequenceKind.AMBIENT].files["wav"].read_bytes()
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    chunk = data[data.rindex(b"smpl") + 8 :]
    loops, first, last = (struct.unpack_from("<I", chunk, at)[0] for at in (28, 44, 48))
    assert (loops, first, last) == (1, 0, MINUTE - 1)
    assert b"smpl" not in tracks[SequenceKind.MAIN].files["wav"].read_bytes()


def test_the_flac_is_the_wav(tracks: Tracks) -> None:
    for made in tracks.values():
        wav, flac = (soundfile.read(made.files[role], dtype="int32")[0] for role in ("wav", "flac"))
        assert np.array_equal(wav, flac)


def test_an_opus_loop_lies_on_the_music(tracks: Tracks) -> None:
    made = tracks[SequenceKind.AMBIENT]
    wav, opus = (deliver.read_back(made.files[role]) for role in ("wav", "opus"))
    assert wav.shape == opus.shape
    assert np.corrcoef(wav[0, -RATE:], opus[0, -RATE:])[0, 1] > 0.99
    assert measure_sound(made.files["opus"]).seam_click < 1.2


def test_a_preview_is_ten_seconds_without_a_click(tracks: Tracks) -> None:
    for kind, made in tracks.items():
        facts = measure_sound(made.files["preview"])
        assert facts.seconds == pytest.approx(8 if kind is SequenceKind.HAZARD else SECONDS)
        assert facts.edge_click < 0.01
        start = made.measurements["preview_start"]
        assert isinstance(start, float)
        assert 0 <= start <= max(0, float(made.measurements["seconds"] or 0) - SECONDS)


def test_a_preview_passes_over_an_empty_beginning() -> None:
    rng = np.random.default_rng(3)
    sound: FloatArray = rng.standard_normal((2, 40 * RATE), dtype=np.float32) * np.float32(0.1)
    sound[:, : 22 * RATE] *= 0.01
    assert preview_start(sound) >= 22 * RATE
    assert preview(sound).shape == (2, 10 * RATE)


def test_pictures_show_the_track(tracks: Tracks) -> None:
    """Where it is silent the waveform is dark; a spectrogram is brighter below than above."""
    made = tracks[SequenceKind.MAIN]
    shown = np.asarray(Image.open(made.files["spectrogram"]).convert("L"), dtype=float)
    assert shown.shape == (240, 960)
    assert shown[120:].mean() > 1.3 * shown[:60].mean()
    wave = np.asarray(Image.open(made.files["waveform_picture"]).convert("L"), dtype=float)
    assert wave[:, -4:].mean() < wave[:, 400:600].mean()


@pytest.mark.parametrize("role", ["flac", "ogg", "opus", "mp3"])
def test_every_form_of_a_loop_goes_round_as_cleanly_as_it_plays(tracks: Tracks, role: str) -> None:
    """Decoded, each is as long as the master; at the wrap it is as near to it as elsewhere, and
    bends no more sharply than the music around."""
    files = tracks[SequenceKind.AMBIENT].files
    master, decoded = deliver.read_back(files["wav"]), deliver.read_back(files[role])
    assert decoded.shape == master.shape
    window = RATE // 200
    noise, sound = (
        np.square(each).reshape(2, -1, window).mean(axis=(0, 2)) + 1e-14
        for each in (decoded - master, master)
    )
    apart = 10 * np.log10(noise / sound)
    usual = float(np.percentile(apart, 99))
    assert apart[0] < usual + 3
    assert apart[-1] < usual + 3
    assert measure_sound(files[role]).seam_click < 1.2


def test_the_check_of_a_wrap_can_fail(tracks: Tracks, tmp_path: Path) -> None:
    """A loop that was cut where its wave stands high jumps at the wrap, and is found out."""
    track = deliver.read_back(tracks[SequenceKind.AMBIENT].files["wav"])
    steep = np.abs(track[0, RATE : 2 * RATE] - track[0, -1])
    path = tmp_path / "cut.wav"
    deliver.write_wav(path, track[:, RATE + int(steep.argmax()) :])
    assert measure_sound(path).seam_click > 1.2


def test_a_crest_that_a_codec_throws_up_is_turned_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands so high above the music whatever the limiter does: only less gain helps."""

    def crested(path: Path, track: FloatArray, loops: bool) -> None:
        thrown = track.copy()
        thrown[:, RATE] = 11.3 * float(track.std())
        deliver.write_flac(path, thrown, loops)

    monkeypatch.setitem(finish._WRITERS, "mp3", crested)
    rng = np.random.default_rng(5)
    bus = rng.standard_normal((2, 4 * RATE), dtype=np.float32) * np.float32(0.1)
    paths = {role: tmp_path / f"noise{suffix}" for role, suffix in finish.SUFFIXES.items()}
    measured = finish.finish(bus, Glue(), None, False, paths, lambda: None)
    facts = {role: measure_sound(paths[role]) for role in ("wav", "ogg", "opus", "mp3")}
    loud = facts["wav"].lufs
    assert loud == pytest.approx(-16, abs=0.2)
    assert max(each.true_peak_dbtp for each in facts.values()) <= -1
    assert measured["true_peak_dbtp"] == pytest.approx(facts["mp3"].true_peak_dbtp, abs=0.05)
    assert loud - 2 < facts["mp3"].lufs < loud
