"""What a video file is, read from its packets without decoding pictures.

Files are opened as hostile: by what they contain rather than by their name, local only, known
containers only, within limits.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import av.error

from arena_assets.errors import ContentFault

_MAX_BYTES = 4 * 1024**3
_MAX_SIDE = 4096
_MAX_PACKETS = 200_000
_DECODERS = ",".join(
    [
        *("h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "theora", "mpeg4"),
        *("mjpeg", "png", "prores", "ffv1"),
        *("aac", "mp3", "mp3float", "vorbis", "opus", "libopus", "flac", "pcm_s16le"),
    ]
)
"""Others are seldom used, seldom tested, and what hostile files are written for."""
_OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,ogg,matroska,webm",
    "codec_whitelist": _DECODERS,
}
_MAGIC = ((4, b"ftyp"), (0, b"OggS"), (0, b"\x1a\x45\xdf\xa3"))


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """A video file as its packets tell. Colour numbers are those of ISO/IEC 23091-2.

    ``pictures_sha256`` is over the coded pictures alone: equal for two files that hold the same
    stream..
    """

    container: str
    codec: str
    width: int
    height: int
    fps: float
    frames: int
    seconds: float
    evenly_spaced: bool
    pixel_format: str
    primaries: int
    transfer: int
    matrix: int
    full_range: bool
    pictures_sha256: str
    packet_digests: tuple[bytes, ...]
    starts_at: float
    audio_codec: str | None
    audio_seconds: float
    audio_starts_at: float
    audio_channels: int
    audio_rate: int
    faststart: bool
    size: int


@contextlib.contextmanager
def open_untrusted(path: Path) -> Iterator[av.container.InputContainer]:
    """A video file opened for reading; whatever is wrong with it becomes a ContentFault."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise _fault(path, "it cannot be read") from error
    if size > _MAX_BYTES or not any(head[at : at + len(mark)] == mark for at, mark in _MAGIC):
        raise _fault(path, "it is no MP4, Ogg or Matroska file")
    try:
        with av.open(f"file:{path}", "r", options=_OPTIONS, metadata_errors="replace") as container:
            if not container.streams.video:
                raise _fault(path, "it has no pictures")
            stream = container.streams.video[0]
            context = stream.codec_context
            if not (0 < context.width <= _MAX_SIDE and 0 < context.height <= _MAX_SIDE):
                raise _fault(path, f"its pictures are {context.width}×{context.height}")
            for each in (*container.streams.video, *container.streams.audio):
                each.codec_context.options = {
                    "max_pixels": str(_MAX_SIDE * _MAX_SIDE),
                    "codec_whitelist": _DECODERS,
                }
            yield container
    except (av.error.FFmpegError, ValueError, ArithmeticError, LookupError) as error:
        raise _fault(path, str(error)[:120]) from error


def probe_video(path: Path) -> VideoFacts:
    """Read every packet, decode one picture and count the sound. Raises ContentFault."""
    with open_untrusted(path) as container:
        stream = container.streams.video[0]
        sound = container.streams.audio[0] if container.streams.audio else None
        times: list[float] = []
        sums: list[bytes] = []
        whole = hashlib.sha256()
        for packet in container.demux(stream):
            if packet.size == 0 or packet.time_base is None:
                continue
            if len(sums) >= _MAX_PACKETS:
                raise _fault(path, "it has too many packets")
            data = bytes(packet)
            sums.append(hashlib.blake2b(data, digest_size=8).digest())
            whole.update(data)
            if packet.pts is not None:
                times.append(float(packet.pts * packet.time_base))
        if len(times) < 2:
            raise _fault(path, "it has fewer than two frames")
        times.sort()
        step = (times[-1] - times[0]) / (len(times) - 1)
        gaps = [after - before for before, after in pairwise(times)]
        even = len(times) == len(sums) and all(abs(gap - step) < step / 4 for gap in gaps)
        context = stream.codec_context
        container.seek(0)
        first = next(container.decode(stream), None)
        if first is None:
            raise _fault(path, "no picture can be decoded")
        length, starts = _sound_length(path) if sound is not None else (0.0, 0.0)
        return VideoFacts(
            container=container.format.name,
            codec=context.codec.canonical_name,
            width=context.width,
            height=context.height,
            fps=round(1 / step, 3) if step > 0 else 0.0,
            frames=len(sums),
            seconds=round(step * len(sums), 6),
            evenly_spaced=even,
            pixel_format=str(context.pix_fmt),
            primaries=int(context.color_primaries),
            transfer=int(context.color_trc),
            matrix=int(context.colorspace),
            full_range=int(first.color_range) == 2,
            pictures_sha256=whole.hexdigest(),
            packet_digests=tuple(sums),
            starts_at=times[0],
            audio_codec=sound.codec_context.codec.canonical_name if sound else None,
            audio_seconds=length,
            audio_starts_at=starts,
            audio_channels=sound.codec_context.channels if sound else 0,
            audio_rate=sound.codec_context.sample_rate if sound else 0,
            faststart=_is_faststart(path),
            size=path.stat().st_size,
        )


def _sound_length(path: Path) -> tuple[float, float]:
    """Seconds of sound that a player hears, and when it begins.

    Counted by decoding; the padding of the last block, which the container says to drop, is not.
    """
    samples, starts = 0, 0.0
    with open_untrusted(path) as container:
        stream = container.streams.audio[0]
        for frame in container.decode(stream):
            if not samples:
                starts = float(frame.time or 0.0)
            samples += frame.samples
        decoded = samples / max(1, stream.codec_context.sample_rate)
        ticks, tick = stream.duration, stream.time_base
        declared = float(ticks * tick) if ticks and tick else decoded
        return min(decoded, declared), starts


def _is_faststart(path: Path) -> bool:
    """Whether an MP4's index comes before its data; anything else can be streamed as it is."""
    with path.open("rb") as file:
        size = path.stat().st_size
        at = 0
        while at + 16 <= size:
            file.seek(at)
            length, name = struct.unpack(">I4s", file.read(8))
            if name == b"moov":
                return True
            if name == b"mdat":
                return False
            if length == 1:
                length = struct.unpack(">Q", file.read(8))[0]
            if length < 8 or (at == 0 and name != b"ftyp"):
                break
            at += length
    return True


def _fault(path: Path, why: str) -> ContentFault:
    return ContentFault(
        f"{path.name} is no usable video: {why}", "Make it again from what it was made from"
    )
