"""Writing files: WAV, Ogg Vorbis, MP3, stems in a ZIP and the waveform, with repeatable bytes."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Self

import numpy as np
import soundfile

from arena_assets.score.gapless import amid_itself, without_context
from arena_assets.score.synth.jit import RATE, FloatArray

_BLOCK = 1 << 15
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_PEAKS_PER_SECOND = 20
_OGG_SERIAL = 0x41524E41
STEM_GAIN_DB = -6.0


def write_wav(path: Path, track: FloatArray) -> None:
    """48 kHz, stereo, 24 bits."""
    soundfile.write(path, track.T, RATE, format="WAV", subtype="PCM_24")


def write_ogg(path: Path, track: FloatArray) -> None:
    """Ogg Vorbis at quality 6."""
    with soundfile.SoundFile(
        path, "w", RATE, 2, format="OGG", subtype="VORBIS", compression_level=0.4
    ) as file:
        # In blocks: libvorbis overflows its stack when given minutes at once.
        for begin in range(0, track.shape[1], _BLOCK):
            file.write(track[:, begin : begin + _BLOCK].T)
    path.write_bytes(_with_fixed_serial(path.read_bytes()))


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


class StemArchive:
    """A ZIP with a 16-bit FLAC per stem, each ``STEM_GAIN_DB`` from the mix so that none clips.

    Entries carry a fixed date, so that equal stems make equal bytes.
    """

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, name: str, stem: FloatArray) -> None:
        """Write one stem (2, n) under its name."""
        buffer = io.BytesIO()
        with soundfile.SoundFile(
            buffer, "w", RATE, 2, format="FLAC", subtype="PCM_16", compression_level=0.3
        ) as file:
            gain = np.float32(10 ** (STEM_GAIN_DB / 20))
            for begin in range(0, stem.shape[1], _BLOCK):
                file.write(np.clip(gain * stem[:, begin : begin + _BLOCK].T, -1, 1))
        entry = zipfile.ZipInfo(f"{name}.flac", _ZIP_DATE)
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, buffer.getvalue())


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


def _with_fixed_serial(data: bytes) -> bytes:
    """An Ogg stream with a serial number of ours: the encoder's own is random (RFC 3533)."""
    stream = bytearray(data)
    at = 0
    while at + 27 <= len(stream) and stream[at : at + 4] == b"OggS":
        segments = stream[at + 26]
        end = at + 27 + segments + sum(stream[at + 27 : at + 27 + segments])
        struct.pack_into("<I", stream, at + 14, _OGG_SERIAL)
        struct.pack_into("<I", stream, at + 22, 0)
        struct.pack_into("<I", stream, at + 22, _ogg_checksum(stream[at:end]))
        at = end
    return bytes(stream)


def _checksum_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1
        table.append(value & 0xFFFFFFFF)
    return tuple(table)


_CHECKSUM = _checksum_table()


def _ogg_checksum(page: bytes | bytearray) -> int:
    value = 0
    table = _CHECKSUM
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ table[(value >> 24) ^ byte]
    return value
