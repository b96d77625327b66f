"""Theora and Vorbis in Ogg: what the game's engine plays without a plug-in.

Frames are encoded as they are drawn, each once, in stretches that are then joined packet by packet.
A finished video whose frames are not at hand is encoded from its pictures, in chunks of fixed
bounds, some at a time; the bounds depend on the video alone, so the bytes don't depend on the
machine.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error

from arena_assets.errors import Cancelled, ContentFault
from arena_assets.video.canvas import Canvas
from arena_assets.video.feed import TheoraFeed
from arena_assets.video.files import scratch_folder
from arena_assets.video.matrix import Bt601Frame
from arena_assets.video.opening import open_media
from arena_assets.video.packets import SoundCopy
from arena_assets.video.process import run_ffmpeg, source
from arena_assets.video.profile import Profile

Draw = Callable[[int, Canvas], None]

_CHUNK_FRAMES = 150
_KEY_INTERVAL = 120
"""Frames between key frames; the same for all chunks, as the stream header depends on it."""
_TAGS = "setparams=color_primaries=bt470bg:colorspace=bt470bg"
_BT601 = f"colormatrix=bt709:bt601,{_TAGS}"
"""Theora knows no BT.709 (specification, 4.4.2); players decode it as BT.601, so it is coded so."""
_VORBIS_QUALITY = "6"
"""About 192 kb/s."""
_GRAINS = (0, 4, 10, 20)
"""Film grain (FFmpeg's ``noise`` strength) to try in turn. The encoder leaves out a frame in which
it finds nothing new, as where a move starts softly; a little grain makes it keep all."""
_POLL_SECONDS = 0.1
_COMMENTS = b"\x81"
"""First byte of the comment header (6.3)."""
_IDENTIFICATION, _QUAL_BYTE = b"\x80", 40
"""First byte of the identification header, and where in it QUAL is, six bits from the top (6.2)."""
_INTER_FRAME = 0x40
"""Set in the first byte of a Theora packet that is no key frame (Theora specification, 7.1)."""


@dataclass(frozen=True, slots=True)
class TheoraSegment:
    """Coded pictures in their order; ``header`` is what a decoder has to know before."""

    header: bytes
    pictures: tuple[bytes, ...]

    def cut(self, start: int, stop: int) -> TheoraSegment:
        """The pictures ``start`` to ``stop`` (exclusive); the first must be a key frame."""
        part = self.pictures[start:stop]
        if len(part) != stop - start or part[0][0] & _INTER_FRAME:
            raise ContentFault(
                f"A clip's Theora stream cannot be cut at frames {start} to {stop}",
                "Make that clip again: it was made for another timeline",
            )
        return TheoraSegment(self.header, part)


def join_theora(segments: Iterable[TheoraSegment]) -> TheoraSegment:
    """Segments one after another. They must have been encoded alike: equal headers."""
    row = list(segments)
    if any(each.header != row[0].header for each in row):
        raise ContentFault(
            "The clips of a sequence were encoded with different settings",
            "Make the clips again with one video quality and size",
        )
    return TheoraSegment(row[0].header, tuple(data for each in row for data in each.pictures))


class TheoraTakes:
    """Encodes stretches of a shot beside its other encoding. Use it as a context.

    ``parts`` are stretches (start, stop), ascending. Files live in a folder of its own, in
    ``folder``, as long as the context does. ``fade`` is for a crossfade, which is coded finer:
    after it a clip begins with a key frame, and a step in sharpness would be seen, most of all in
    a loop.
    """

    def __init__(
        self,
        parts: Sequence[tuple[int, int]],
        profile: Profile,
        folder: Path,
        check_cancelled: Callable[[], None],
        *,
        fade: bool = False,
    ) -> None:
        self._parts = parts
        self._quality = profile.theora_fade_quality if fade else profile.theora_quality
        self._profile = profile
        self._check_cancelled = check_cancelled
        self._frame = Bt601Frame(profile) if parts else None
        self._folder = scratch_folder(folder)
        self._feeds: dict[tuple[int, int], TheoraFeed] = {}

    def __enter__(self) -> TheoraTakes:
        return self

    def __exit__(self, *_: object) -> None:
        for feed in self._feeds.values():
            feed.kill()
        self._folder.cleanup()

    def take(self, index: int, canvas: Canvas) -> None:
        """Encode a frame if it belongs to a stretch; frames must come in their order."""
        for part in self._parts:
            if part[0] <= index < part[1]:
                if index == part[0]:
                    self._start(part, 0)
                self._feeds[part].write(canvas)
            if index == part[1] - 1:
                # The next stretch gets an encoder when this one's is gone: two at once take memory,
                # and no core is idle meanwhile if clips are made side by side. The last may lag.
                if part == self._parts[-1]:
                    self._feeds[part].end()
                else:
                    self._feeds[part].finish()

    def finish(self, redraw: Draw) -> list[TheoraSegment]:
        """All stretches, coded. ``redraw`` fills a canvas with a frame that is needed again."""
        return [self._whole(part, redraw) for part in self._parts]

    @property
    def template(self) -> Path:
        """A file with the stream headers."""
        return self._target(self._parts[0])

    def _target(self, part: tuple[int, int]) -> Path:
        return Path(self._folder.name) / f"{part[0]:03d}.ogv"

    def _start(self, part: tuple[int, int], grain: int) -> None:
        assert self._frame is not None  # noqa: S101 - there is a part
        options = _encoder_options(self._profile, f"{_TAGS}{_noise(part[0], grain)}", self._quality)
        self._feeds[part] = TheoraFeed(
            self._target(part), self._profile, tuple(options), self._frame, self._check_cancelled
        )

    def _whole(self, part: tuple[int, int], redraw: Draw) -> TheoraSegment:
        canvas = Canvas(self._profile)
        for grain in _GRAINS:
            if grain:
                self._start(part, grain)
                for index in range(*part):
                    self._check_cancelled()
                    redraw(index, canvas)
                    self._feeds[part].write(canvas)
            self._feeds[part].finish()
            segment = read_theora(self._target(part))
            if len(segment.pictures) == part[1] - part[0]:
                return segment
        raise _short(len(segment.pictures), part[1] - part[0])


def encode_theora(
    video: Path,
    frames: int,
    profile: Profile,
    folder: Path,
    *,
    workers: int,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> list[Path]:
    """Encode the first ``frames`` of a video as Ogg files of a few seconds each, in order.

    Both callables are called in this thread alone.
    """
    count = -(-frames // _CHUNK_FRAMES)
    bounds = [frames * place // count for place in range(count + 1)]
    shares = [0.0] * count
    stop = threading.Event()

    def encode(place: int) -> Path:
        start, end = bounds[place], bounds[place + 1]
        target = folder / f"chunk-{place:03d}.ogv"

        def note(share: float) -> None:
            shares[place] = share * (end - start) / frames

        for grain in _GRAINS:
            run_ffmpeg(
                _chunk_arguments(video, start, end - start, profile, grain),
                target,
                frames=end - start,
                progress=note,
                check_cancelled=lambda: _stop_if(stop),
            )
            if len(read_theora(target).pictures) == end - start:
                break
        note(1.0)
        return target

    with ThreadPoolExecutor(workers, thread_name_prefix="theora") as pool:
        waiting: list[Future[Path]] = [pool.submit(encode, place) for place in range(count)]
        try:
            pending: set[Future[Path]] = set(waiting)
            while pending:
                _, pending = wait(pending, _POLL_SECONDS, return_when=FIRST_EXCEPTION)
                check_cancelled()
                progress(sum(shares))
                if any(each.done() and each.exception() for each in waiting):
                    break
            return [each.result() for each in waiting]
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def encode_vorbis(track: Path, target: Path, *, check_cancelled: Callable[[], None]) -> None:
    """A WAV as Vorbis in Ogg."""
    run_ffmpeg(
        [
            *source(track), "-vn", "-c:a", "libvorbis", "-q:a", _VORBIS_QUALITY,
            "-flags:a", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1", "-f", "ogg",
        ],
        target,
        frames=1,
        progress=lambda _: None,
        check_cancelled=check_cancelled,
    )  # fmt: skip


def join_ogg(
    chunks: list[Path], times: int, vorbis: Path, target: Path, *, frames: int, fps: int
) -> None:
    """Mux the chunks' pictures, played ``times`` times over, with the sound, without decoding."""
    whole = join_theora([read_theora(chunk) for chunk in chunks] * times)
    if len(whole.pictures) != frames:
        raise _short(len(whole.pictures), frames)
    write_theora(target, whole, chunks[0], fps, vorbis)


def write_theora(
    target: Path, segment: TheoraSegment, template: Path, fps: int, vorbis: Path | None = None
) -> None:
    """Write coded pictures as Ogg, with a Vorbis track if there is one, the same bytes each time.

    ``template`` is a file from the same encoder, whose stream headers are copied. The target is not
    replaced atomically: write to a temporary name.
    """
    with contextlib.ExitStack() as opened:
        options = {"fflags": "+bitexact"}
        model = opened.enter_context(open_media(template))
        output = opened.enter_context(av.open(str(target), "w", format="ogg", options=options))
        stream = output.add_stream_from_template(model.streams.video[0], opaque=True)
        sound = None
        if vorbis is not None:
            sound = SoundCopy(opened.enter_context(open_media(vorbis)), output)
        output.start_encoding()
        for place, data in enumerate(segment.pictures):
            if sound is not None:
                sound.copy(until=Fraction(place, fps))
            packet: av.Packet[av.stream.Stream] = av.Packet(data)
            packet.stream = stream
            packet.time_base = Fraction(1, fps)
            packet.pts = packet.dts = place
            packet.duration = 1
            packet.is_keyframe = not data[0] & _INTER_FRAME
            output.mux(packet)
        if sound is not None:
            sound.copy(until=None)


def read_theora(path: Path) -> TheoraSegment:
    """All coded pictures of an Ogg file's video."""
    try:
        with open_media(path) as container:
            stream = container.streams.video[0]
            pictures = tuple(bytes(packet) for packet in container.demux(stream) if packet.size)
            return TheoraSegment(_settings(bytes(stream.codec_context.extradata or b"")), pictures)
    except (av.error.FFmpegError, IndexError) as error:
        raise ContentFault(f"{path.name} is no readable video", "Make that clip again") from error


def _settings(extradata: bytes) -> bytes:
    """The identification and setup headers; the one between holds comments, as each muxer likes.

    In FFmpeg's extradata each header follows its length, two bytes, big-endian. The encoder also
    tells how finely it meant to code (6.2, QUAL); no decoder needs that, so it is left out.
    """
    found, at = [], 0
    while at + 2 <= len(extradata):
        size = int.from_bytes(extradata[at : at + 2], "big")
        found.append(extradata[at + 2 : at + 2 + size])
        at += 2 + size
    return b"".join(_unqualified(each) for each in found if each[:1] != _COMMENTS)


def _unqualified(header: bytes) -> bytes:
    if header[:1] != _IDENTIFICATION or len(header) <= _QUAL_BYTE:
        return header
    rest = bytes([header[_QUAL_BYTE] & 0b11])
    return header[:_QUAL_BYTE] + rest + header[_QUAL_BYTE + 1 :]


def _chunk_arguments(
    video: Path, start: int, frames: int, profile: Profile, grain: int
) -> list[str]:
    # Half a frame early: decoding starts at the IDR before; rounding can't skip the first frame.
    seek = ("-ss", f"{(start - 0.5) / profile.fps:.6f}") if start else ()
    filters = f"settb=1/{profile.fps},setpts=N,{_BT601}{_noise(start, grain)}"
    return [
        *source(video, "-threads", "1", *seek),
        "-frames:v", str(frames),
        *_encoder_options(profile, filters, profile.theora_quality),
    ]  # fmt: skip


def _noise(seed: int, grain: int) -> str:
    return f",noise=c0s={grain}:c0f=t:c0_seed={seed + 1}" if grain else ""


def _encoder_options(profile: Profile, filters: str, quality: float) -> list[str]:
    return [
        "-an", "-vf", filters, "-fps_mode", "passthrough", "-color_primaries", "bt470bg",
        "-c:v", "libtheora", "-q:v", str(quality),
        "-speed_level", str(profile.theora_speed), "-g", str(_KEY_INTERVAL),
        "-flags:v", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1", "-f", "ogg",
    ]  # fmt: skip


def _short(made: int, wanted: int) -> ContentFault:
    return ContentFault(
        f"The Theora encoder made {made} frames of {wanted}",
        "Run the work again; if it repeats, report it with the pictures it was made from",
    )


def _stop_if(stop: threading.Event) -> None:
    if stop.is_set():
        raise Cancelled("The encoding was stopped", "Run the work again: it starts anew")
