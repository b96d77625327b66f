"""Theora and Vorbis in Ogg: what the game's engine plays without a plug-in.

The Theora encoder has one thread, so a video is encoded in chunks of fixed bounds, some at a time,
and joined packet by packet. The bounds depend on the video alone, so the bytes don't depend on the
machine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from fractions import Fraction
from pathlib import Path

import av

from arena_assets.errors import Cancelled, ContentFault
from arena_assets.video.packets import SoundCopy, open_media
from arena_assets.video.process import run_ffmpeg, source
from arena_assets.video.profile import Profile

_CHUNK_FRAMES = 150
_KEY_INTERVAL = 120
"""Frames between key frames; the same for all chunks, as the stream header depends on it."""
_BT601 = "colormatrix=bt709:bt601,setparams=color_primaries=bt470bg:colorspace=bt470bg"
"""Theora knows no BT.709 (specification, 4.4.2); players decode it as BT.601, so it is coded so."""
_VORBIS_QUALITY = "6"
"""About 192 kb/s."""
_GRAINS = (0, 4, 10, 20)
"""Film grain (FFmpeg's ``noise`` strength) to try in turn. The encoder leaves out a frame in which
it finds nothing new, as where a move starts softly; a little grain makes it keep all."""
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

        for grain in _GRAINS:
            run_ffmpeg(
                _chunk_arguments(video, start, end - start, profile, grain),
                target,
                frames=end - start,
                progress=note,
                check_cancelled=lambda: _stop_if(stop),
            )
            if len(_theora_packets(target)) == end - start:
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
    pictures = [data for chunk in chunks for data in _theora_packets(chunk)] * times
    if len(pictures) != frames:
        raise ContentFault(
            f"The Theora encoder made {len(pictures)} frames of {frames}",
            "Run the work again; if it repeats, report it with the sequence's file",
        )
    with (
        open_media(chunks[0]) as model,
        open_media(vorbis) as track,
        av.open(str(target), "w", format="ogg", options={"fflags": "+bitexact"}) as output,
    ):
        stream = output.add_stream_from_template(model.streams.video[0], opaque=True)
        sound = SoundCopy(track, output)
        output.start_encoding()
        for place, data in enumerate(pictures):
            sound.copy(until=Fraction(place, fps))
            packet: av.Packet[av.stream.Stream] = av.Packet(data)
            packet.stream = stream
            packet.time_base = Fraction(1, fps)
            packet.pts = packet.dts = place
            packet.duration = 1
            packet.is_keyframe = not data[0] & _INTER_FRAME
            output.mux(packet)
        sound.copy(until=None)


def _chunk_arguments(
    video: Path, start: int, frames: int, profile: Profile, grain: int
) -> list[str]:
    # Half a frame early: decoding starts at the IDR before; rounding can't skip the first frame.
    noise = f",noise=c0s={grain}:c0f=t:c0_seed={start + 1}" if grain else ""
    seek = ("-ss", f"{(start - 0.5) / profile.fps:.6f}") if start else ()
    return [
        *source(video, "-threads", "1", *seek),
        "-frames:v", str(frames), "-an", "-vf", f"settb=1/{profile.fps},setpts=N,{_BT601}{noise}",
        "-fps_mode", "passthrough", "-color_primaries", "bt470bg", "-c:v", "libtheora",
        "-q:v", str(profile.theora_quality), "-speed_level", str(profile.theora_speed),
        "-g", str(_KEY_INTERVAL), "-flags:v", "+bitexact", "-fflags", "+bitexact",
        "-map_metadata", "-1", "-f", "ogg",
    ]  # fmt: skip


def _theora_packets(chunk: Path) -> list[bytes]:
    with open_media(chunk) as container:
        stream = container.streams.video[0]
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def _stop_if(stop: threading.Event) -> None:
    if stop.is_set():
        raise Cancelled("The encoding was stopped", "Run the work again: it starts anew")
