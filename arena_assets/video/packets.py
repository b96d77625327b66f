"""Coded pictures and MP4 files made of them without decoding anything."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import av.error

from arena_assets.errors import ContentFault
from arena_assets.video.opening import open_media, open_packets


@dataclass(frozen=True, slots=True)
class Coded:
    """One coded picture. ``position`` is its place in the order of display, counted from 0."""

    data: bytes
    position: int
    key: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """Coded pictures in decoding order, and the stream header (avcC) they need."""

    header: bytes
    pictures: tuple[Coded, ...]

    def cut(self, start: int, stop: int) -> Segment:
        """The pictures ``start`` to ``stop`` (exclusive), which must begin and end at an IDR."""
        part = self.pictures[start:stop]
        whole = {picture.position for picture in part} == set(range(start, stop))
        if not part or not whole or not part[0].key or part[0].position != start:
            raise ContentFault(
                f"A clip's stream cannot be cut at frames {start} to {stop}",
                "Make that clip again: it was made for another timeline",
            )
        return Segment(
            self.header,
            tuple(Coded(each.data, each.position - start, each.key) for each in part),
        )


@dataclass(frozen=True, slots=True)
class CodedAudio:
    """A finished audio track in a small container of its own, ready to be copied."""

    container: bytes


def join(segments: Iterable[Segment]) -> Segment:
    """Segments one after another. They must have been encoded alike: equal SPS and PPS."""
    pictures: list[Coded] = []
    header: bytes | None = None
    for segment in segments:
        if header is None:
            header = segment.header
        elif segment.header != header:
            raise ContentFault(
                "The clips of a sequence were encoded with different settings",
                "Make the clips again with one video quality and size",
            )
        start = len(pictures)
        pictures.extend(
            Coded(each.data, each.position + start, each.key) for each in segment.pictures
        )
    if header is None:
        raise ContentFault("A sequence has no clips", "Give it at least one")
    return Segment(header, tuple(pictures))


def read_segment(source: Path | BytesIO, fps: int) -> Segment:
    """All coded pictures of an MP4's video, whose frames must be evenly spaced."""
    name = source.name if isinstance(source, Path) else "a clip"
    try:
        with open_packets(source) as container:
            stream = container.streams.video[0]
            header = bytes(stream.codec_context.extradata or b"")
            tick = (stream.time_base or Fraction(1, fps)) * fps
            packets = [
                (bytes(packet), round(packet.pts * tick), packet.is_keyframe)
                for packet in container.demux(stream)
                if packet.pts is not None and packet.size
            ]
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise ContentFault(f"{name} is no readable video", "Make that clip again") from error
    first = min((position for _, position, _ in packets), default=0)
    pictures = tuple(Coded(data, position - first, key) for data, position, key in packets)
    if not pictures or {each.position for each in pictures} != set(range(len(pictures))):
        raise ContentFault(f"The frames of {name} are not evenly spaced", "Make that clip again")
    return Segment(header, pictures)


def write_mp4(
    target: Path,
    segment: Segment,
    template: Path | BytesIO,
    fps: int,
    audio: CodedAudio | None = None,
) -> None:
    """Write coded pictures as a faststart MP4, byte for byte the same each time.

    ``template`` is a file from the same encoder; its stream parameters (size, colour tags, header)
    are copied. The target is not replaced atomically: write to a temporary name.
    """
    delay = max(place - each.position for place, each in enumerate(segment.pictures))
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with contextlib.ExitStack() as opened:
        model = opened.enter_context(open_packets(template))
        output = opened.enter_context(av.open(str(target), "w", format="mp4", options=options))
        stream = output.add_stream_from_template(model.streams.video[0])
        sound = None
        if audio is not None:
            container = opened.enter_context(open_media(BytesIO(audio.container)))
            sound = SoundCopy(container, output)
        output.start_encoding()
        for place, each in enumerate(segment.pictures):
            if sound is not None:
                sound.copy(until=Fraction(place, fps))
            packet: av.Packet[av.stream.Stream] = av.Packet(each.data)
            packet.stream = stream
            packet.time_base = Fraction(1, fps)
            packet.pts = each.position
            packet.dts = place - delay
            packet.duration = 1
            packet.is_keyframe = each.key
            output.mux(packet)
        if sound is not None:
            sound.copy(until=None)


class SoundCopy:
    """Copies a container's audio packets into another, step by step beside its pictures."""

    def __init__(
        self, source: av.container.InputContainer, target: av.container.OutputContainer
    ) -> None:
        stream = source.streams.audio[0]
        self._target = target
        self._stream = target.add_stream_from_template(stream, opaque=True)
        self._packets = deque(each for each in source.demux(stream) if each.pts is not None)

    def copy(self, until: Fraction | None) -> None:
        """Mux the packets that start up to a moment (seconds); all that are left for None."""
        while self._packets:
            packet = self._packets[0]
            if until is not None and (packet.pts or 0) * packet.time_base > until:
                return
            packet.stream = self._stream
            self._target.mux(self._packets.popleft())
