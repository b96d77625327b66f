"""Coded pictures and MP4 files made of them without decoding anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import av.error

from arena_assets.errors import ContentFault


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
        with av.open(str(source) if isinstance(source, Path) else source) as container:
            stream = container.streams.video[0]
            header = bytes(stream.codec_context.extradata or b"")
            packets = [
                (bytes(packet), round(packet.pts * packet.time_base * fps), packet.is_keyframe)
                for packet in container.demux(stream)
                if packet.pts is not None and packet.size
            ]
    except (av.error.FFmpegError, IndexError) as error:
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
    if not isinstance(template, Path):
        template.seek(0)
    delay = max(place - each.position for place, each in enumerate(segment.pictures))
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with (
        av.open(str(template) if isinstance(template, Path) else template) as model,
        av.open(str(target), "w", format="mp4", options=options) as output,
    ):
        stream = output.add_stream_from_template(model.streams.video[0])
        sound = _open_audio(output, audio)
        output.start_encoding()
        base = Fraction(1, fps)
        for place, each in enumerate(segment.pictures):
            packet = av.Packet(each.data)
            packet.stream = stream
            packet.time_base = base
            packet.pts = each.position
            packet.dts = place - delay
            packet.duration = 1
            packet.is_keyframe = each.key
            _copy_audio(output, sound, until=Fraction(place, fps))
            output.mux(packet)
        _copy_audio(output, sound, until=None)
        if sound is not None:
            sound.container.close()


@dataclass(slots=True)
class _Sound:
    container: av.container.InputContainer
    packets: list[av.Packet]
    stream: av.AudioStream


def _open_audio(output: av.container.OutputContainer, audio: CodedAudio | None) -> _Sound | None:
    if audio is None:
        return None
    container = av.open(BytesIO(audio.container))
    source = container.streams.audio[0]
    stream = output.add_stream_from_template(source)
    packets = [packet for packet in container.demux(source) if packet.dts is not None]
    return _Sound(container, packets[::-1], stream)


def _copy_audio(
    output: av.container.OutputContainer, sound: _Sound | None, *, until: Fraction | None
) -> None:
    """Mux audio packets up to a moment, so that both tracks stay side by side in the file."""
    while sound is not None and sound.packets:
        packet = sound.packets[-1]
        if until is not None and packet.dts * packet.time_base > until:
            return
        sound.packets.pop()
        packet.stream = sound.stream
        output.mux(packet)
