"""People's own stems, opened as files nobody vouches for."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import scipy.signal
import soundfile

from arena_assets.errors import ContentFault

Samples = npt.NDArray[np.float32]

RATE = 48000
LONGEST_SECONDS = 900
LARGEST_BYTES = 2 * 2**30
LOWEST_RATE, HIGHEST_RATE = 8000, 192000
SUFFIXES = frozenset(
    {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".caf", ".w64", ".rf64"}
    | {".m4a", ".aac", ".wma", ".mka", ".webm"}
)
_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,aac,asf,caf,flac,mp3,ogg,matroska,webm,wav,aiff",
}
"""Sound alone, and only this file: a playlist under a sound file's name opens nothing."""
_DECODERS = ",".join(
    [
        *("aac", "aac_latm", "alac", "mp3", "mp3float", "vorbis", "opus", "libopus", "flac"),
        *("wmav1", "wmav2", "wmapro", "wmalossless", "pcm_s16le", "pcm_s24le", "pcm_f32le"),
    ]
)
_NEXT = "Export it again as WAV or FLAC, mono or stereo, or take it out of the folder"


@dataclass(frozen=True, slots=True)
class StemFile:
    """A stem as it was found: ``samples`` (2, n) at 48 kHz, and what the file was."""

    samples: Samples
    seconds: float
    rate: int
    channels: int
    kind: str


def read_stem(path: Path) -> StemFile:
    """Decode a mono or stereo file to 48 kHz; raises ContentFault with the reason."""
    if path.is_symlink():
        raise ContentFault(f"{path.name} is a link", "Copy the file itself into the folder")
    if path.stat().st_size > LARGEST_BYTES:
        raise ContentFault(f"{path.name} is larger than 2 GB", _NEXT)
    try:
        samples, rate, kind = _by_soundfile(path)
    except (soundfile.SoundFileError, RuntimeError, OSError):
        samples, rate, kind = _by_ffmpeg(path)
    frames, channels = samples.shape
    if frames < rate // 10:
        raise ContentFault(f"{path.name} holds less than a tenth of a second of sound", _NEXT)
    if not np.isfinite(samples).all():
        raise ContentFault(f"{path.name} holds samples that are no numbers", _NEXT)
    if not np.abs(samples).max() > 1e-5:
        raise ContentFault(
            f"{path.name} is silent", "Take it out of the folder, or export it again"
        )
    sound = np.ascontiguousarray(samples.T)
    if channels == 1:
        sound = np.repeat(sound, 2, axis=0)
    if rate != RATE:
        common = math.gcd(rate, RATE)
        sound = scipy.signal.resample_poly(sound, RATE // common, rate // common, axis=1)
    ours = np.ascontiguousarray(sound, dtype=np.float32)
    return StemFile(ours, frames / rate, rate, channels, kind)


def _by_soundfile(path: Path) -> tuple[Samples, int, str]:
    with soundfile.SoundFile(os.fsencode(path)) as file:  # a name need not be text
        _require_sane(path, file.samplerate, file.channels)
        longest = LONGEST_SECONDS * file.samplerate
        if file.frames > longest:
            raise ContentFault(f"{path.name} is longer than {LONGEST_SECONDS // 60} minutes", _NEXT)
        samples = file.read(longest, dtype="float32", always_2d=True)
        return samples, int(file.samplerate), f"{file.format} {file.subtype}"


def _by_ffmpeg(path: Path) -> tuple[Samples, int, str]:
    """What libsndfile does not know, such as AAC, by FFmpeg's libraries."""
    try:
        # Named as a file, or a name like "concat:…" would be taken for an address.
        with av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace") as opened:
            if not opened.streams.audio:
                raise ContentFault(f"{path.name} holds no sound", _NEXT)
            stream = opened.streams.audio[0]
            stream.codec_context.options = {"codec_whitelist": _DECODERS}
            rate, channels = int(stream.rate or 0), int(stream.codec_context.channels)
            _require_sane(path, rate, channels)
            layout = "stereo" if channels == 2 else "mono"
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
            parts: list[Samples] = []
            total = 0
            for frame in opened.decode(stream):
                for made in resampler.resample(frame):
                    parts.append(np.asarray(made.to_ndarray(), dtype=np.float32))
                    total += parts[-1].shape[1]
                if total > LONGEST_SECONDS * rate:
                    raise ContentFault(
                        f"{path.name} is longer than {LONGEST_SECONDS // 60} minutes", _NEXT
                    )
            kind = str(stream.codec_context.name)
    except (av.FFmpegError, ValueError, ArithmeticError, LookupError) as error:
        raise ContentFault(f"{path.name} is no sound that can be decoded", _NEXT) from error
    if not parts:
        raise ContentFault(f"{path.name} holds no sound", _NEXT)
    return np.concatenate(parts, axis=1).T, rate, kind


def _require_sane(path: Path, rate: int, channels: int) -> None:
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise ContentFault(f"{path.name} claims {rate} samples a second", _NEXT)
    if channels not in (1, 2):
        raise ContentFault(f"{path.name} has {channels} channels; 1 or 2 can be mixed", _NEXT)
