"""Writing files: WAV, FLAC, Ogg Vorbis, Opus, MP3, stems in a ZIP; repeatable bytes."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

import numpy as np
import soundfile

from arena_assets.score.gapless import amid_itself, without_context
from arena_assets.score.hearing import seam
from arena_assets.score.ogg import tagged
from arena_assets.score.ogg_loops import (
    OPUS_CONTEXT,
    VORBIS_CONTEXT,
    VORBIS_TURNS,
    opus_loop,
    vorbis_loop,
)
from arena_assets.score.synth.jit import RATE, FloatArray
from arena_assets.score.tags import comments_for, loop_wav, tag_flac

_BLOCK = 1 << 15
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_PEAKS_PER_SECOND = 20
_FULL_SCALE = 2**23
_VORBIS, _OPUS = 0.4, 0.62
"""libsndfile's compression levels: 0 is best."""
_SMOOTH = 1.6
"""A seam is good enough below this, four fifths of what is checked; broad music stays below 1.2."""
_SHORTEST_LOOP = RATE
_AIMS = 4
_MOST_ENCODINGS = 36
"""A minute takes half a second or one each; broad music needs a single one."""


def write_wav(path: Path, track: FloatArray, loops: bool = False) -> None:
    """48 kHz, stereo, 24 bits; a loop says so in a ``smpl`` chunk."""
    soundfile.write(path, track.T, RATE, format="WAV", subtype="PCM_24")
    if loops:
        loop_wav(path, track.shape[1])


def write_flac(path: Path, track: FloatArray, loops: bool = False) -> None:
    """The same samples without loss, tagged; about half the size."""
    _in_blocks(path, track, "FLAC", "PCM_24", 0.6)
    tag_flac(path, comments_for(path.stem, track.shape[1], loops))


def write_ogg(path: Path, track: FloatArray, loops: bool = False) -> None:
    """Ogg Vorbis at quality 6, tagged; a loop is encoded amid its own music and cut to itself.

    How the coder's blocks lie against a loop's wrap decides how well its ends meet. Of the places
    near the loop's beginning where the file may begin, the nearest is taken whose seam is as smooth
    as the music, else the one with the smoothest.
    """
    comments = comments_for(path.stem, track.shape[1], loops)
    smoothest, best = math.inf, b""
    tries = _tries(path, track, comments) if loops and track.shape[1] >= _SHORTEST_LOOP else ()
    for made in tries:
        path.write_bytes(made)
        found = seam(read_back(path))
        if found < smoothest:
            smoothest, best = found, made
        if found <= _SMOOTH:
            break
    if not best:
        # No loop, or one amid whose blows no packet begins: it is judged like any other.
        _in_blocks(path, track, "OGG", "VORBIS", _VORBIS)
        best = tagged(path.read_bytes(), comments)
    path.write_bytes(best)


def _tries(path: Path, track: FloatArray, comments: Mapping[str, str]) -> Iterator[bytes]:
    """The loop in Vorbis from one place after another where a packet begins; ``path`` is scratch.

    Short blocks, at a blow, move all that follow; then a second attempt aims at where they went.
    """
    left = _MOST_ENCODINGS
    for turn in VORBIS_TURNS:
        turned = np.roll(track, -turn, axis=1)
        context = VORBIS_CONTEXT
        for _ in range(_AIMS):
            left -= 1
            _in_blocks(path, amid_itself(turned, context), "OGG", "VORBIS", _VORBIS)
            made = vorbis_loop(path.read_bytes(), comments, context, track.shape[1])
            if isinstance(made, bytes):
                yield made
                break
            context = made
        if left <= 0:
            return


def write_opus(path: Path, track: FloatArray, loops: bool = False) -> None:
    """Ogg Opus, about 160 kb/s, tagged; a loop is encoded amid its own music and cut to itself."""
    comments = comments_for(path.stem, track.shape[1], loops)
    if not loops or track.shape[1] < _SHORTEST_LOOP:
        _in_blocks(path, track, "OGG", "OPUS", _OPUS)
        path.write_bytes(tagged(path.read_bytes(), comments))
        return
    _in_blocks(path, amid_itself(track, OPUS_CONTEXT), "OGG", "OPUS", _OPUS)
    made = opus_loop(path.read_bytes(), comments, OPUS_CONTEXT, track.shape[1])
    path.write_bytes(made)


def _in_blocks(path: Path, track: FloatArray, kind: str, subtype: str, level: float) -> None:
    """In blocks: libvorbis overflows its stack when given minutes at once."""
    with soundfile.SoundFile(
        path, "w", RATE, 2, format=kind, subtype=subtype, compression_level=level
    ) as file:
        for begin in range(0, track.shape[1], _BLOCK):
            file.write(track[:, begin : begin + _BLOCK].T)


def write_mp3(path: Path, track: FloatArray, loops: bool) -> None:
    """MPEG-1 layer III, about 190 kb/s; a loop goes round without a seam where LAME's tag is read.

    A player that leaves the tag unread adds some 50 ms at either end, as it does to any MP3; to a
    loop it adds music instead of silence.
    """
    sound = amid_itself(track) if loops else track
    with soundfile.SoundFile(
        path, "w", RATE, 2, format="MP3", subtype="MPEG_LAYER_III", compression_level=0.2,
        bitrate_mode="VARIABLE",
    ) as file:  # fmt: skip
        for begin in range(0, sound.shape[1], _BLOCK):
            file.write(sound[:, begin : begin + _BLOCK].T)
    if loops:
        path.write_bytes(without_context(path.read_bytes()))


def read_back(path: Path) -> FloatArray:
    """A written file decoded to (2, n)."""
    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.T)


def in_24_bits(sound: FloatArray) -> FloatArray:
    """Samples rounded to what a 24-bit file holds: encoders round in different ways."""
    return np.asarray(np.round(sound * np.float32(_FULL_SCALE)) / _FULL_SCALE, dtype=np.float32)


class StemArchive:
    """A ZIP with a 24-bit FLAC per stem as it was played, before any mixing.

    Each is brought to between 0.5 and 1 by a power of two, which costs nothing, and rounded; a mix
    is made of the rounded samples, so that it comes out the same from the archive. Entries carry a
    fixed date, so that equal stems make equal bytes.
    """

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, name: str, stem: FloatArray) -> FloatArray:
        """Write one stem (2, n) under its name; what a reader of the archive will get back."""
        peak = float(np.abs(stem).max())
        if peak > 0:
            stem *= np.float32(2.0 ** -math.ceil(math.log2(peak * 1.0001)))
        exact = in_24_bits(stem)
        buffer = io.BytesIO()
        with soundfile.SoundFile(
            buffer, "w", RATE, 2, format="FLAC", subtype="PCM_24", compression_level=0.3
        ) as file:
            for begin in range(0, exact.shape[1], _BLOCK):
                file.write(exact[:, begin : begin + _BLOCK].T)
        entry = zipfile.ZipInfo(f"{name}.flac", _ZIP_DATE)
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, buffer.getvalue())
        return exact


def read_stems(path: Path) -> Iterator[tuple[str, FloatArray]]:
    """The stems (2, n) of an archive of ours, in its order, by name."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            samples, _ = soundfile.read(io.BytesIO(archive.read(entry)), dtype="float32")
            yield entry.filename.removesuffix(".flac"), np.ascontiguousarray(samples.T)


def write_waveform(path: Path, track: FloatArray) -> None:
    """Peaks for drawing, in the JSON of BBC audiowaveform (version 2, 8 bits, mono)."""
    step = RATE // _PEAKS_PER_SECOND
    mono = track.mean(axis=0)
    frames = mono[: len(mono) // step * step].reshape(-1, step)
    pairs = np.stack([frames.min(axis=1), frames.max(axis=1)], axis=1)
    data = np.clip(np.round(pairs * 127), -128, 127).astype(int).ravel().tolist()
    content = {
        "version": 2, "channels": 1, "sample_rate": RATE, "samples_per_pixel": step, "bits": 8,
        "length": len(frames), "data": data,
    }  # fmt: skip
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="ascii")
