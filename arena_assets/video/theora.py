"""Theora and Vorbis in Ogg: what the game's engine plays without a plug-in.

The Theora encoder has one thread, so a video is encoded in chunks of fixed bounds, some at a time,
and joined packet by packet. The bounds depend on the video alone: bytes don't depend on the machine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from fractions import Fraction
from pathlib import Path

import av

from arena_assets.errors import Cancelled, ContentFault
from arena_assets.video.process import run_ffmpeg, source
from arena_assets.video.profile import Profile

_CHUNK_FRAMES = 150
_KEY_INTERVAL = 60
"""Frames between key frames; the same for all chunks, as the stream header depends on it."""
_VORBIS_QUALITY = "6"
"""About 192 kb/s."""
_POLL_SECONDS = 0.1
_INTER_FRAME = 0x40
"""Set in the first byte of a Theora packet that is no key frame (Theora specification, 7.1)."""


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

        run_ffmpeg(
            _chunk_arguments(video, start, end - start, profile),
            target,
            frames=end - start,
            progress=note,
            check_cancelled=lambda: _stop_if(stop),
        )
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
    pictures = [data for chunk in chunks for data in _theora_packets(chunk)] * times
    if len(pictures) != frames:
        raise ContentFault(
            f"The Theora encoder made {len(pictures)} frames of {frames}",
            "Run the work again; if it repeats, report it with the sequence's file",
        )
    with (
        av.open(str(chunks[0])) as model,
        av.open(str(vorbis)) as sound,
        av.open(str(target), "w", format="ogg", options={"fflags": "+bitexact"}) as output,
    ):
        picture_stream = output.add_stream_from_template(model.streams.video[0], opaque=True)
        sound_stream = output.add_stream_from_template(sound.streams.audio[0], opaque=True)
        output.start_encoding()
        packets = [each for each in sound.demux(sound.streams.audio[0]) if each.pts is not None]
        packets.reverse()
        for place, data in enumerate(pictures):
            while packets and packets[-1].pts * packets[-1].time_base <= Fraction(place, fps):
                piece = packets.pop()
                piece.stream = sound_stream
                output.mux(piece)
            picture = av.Packet(data)
            picture.stream = picture_stream
            picture.time_base = Fraction(1, fps)
            picture.pts = picture.dts = place
            picture.duration = 1
            picture.is_keyframe = not data[0] & _INTER_FRAME
            output.mux(picture)
        while packets:
            piece = packets.pop()
            piece.stream = sound_stream
            output.mux(piece)


def _chunk_arguments(video: Path, start: int, frames: int, profile: Profile) -> list[str]:
    # Half a frame early: decoding starts at the IDR before, and rounding can't skip the first frame.
    seek = ("-ss", f"{(start - 0.5) / profile.fps:.6f}") if start else ()
    return [
        *source(video, "-threads", "1", *seek),
        "-frames:v", str(frames), "-an", "-vf", f"settb=1/{profile.fps},setpts=N",
        "-fps_mode", "passthrough", "-c:v", "libtheora", "-q:v", str(profile.theora_quality),
        "-speed_level", str(profile.theora_speed), "-g", str(_KEY_INTERVAL),
        "-flags:v", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1", "-f", "ogg",
    ]  # fmt: skip


def _theora_packets(chunk: Path) -> list[bytes]:
    with av.open(str(chunk)) as container:
        stream = container.streams.video[0]
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def _stop_if(stop: threading.Event) -> None:
    if stop.is_set():
        raise Cancelled("The encoding was stopped", "Run the work again: it starts anew")
